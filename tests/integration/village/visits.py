"""What the tests do in the village: send forms, read pages and mail, hand in mail."""

import asyncio
import smtplib
from collections.abc import Callable, Mapping
from email import message_from_bytes, policy
from email.message import EmailMessage

import aiohttp
from imapclient import IMAPClient  # type: ignore[import-untyped]

from tests.village.programs import Village
from tests.village.running import LOOPBACK
from tests.village.scenario import BY_NAME, MAIL_DOMAIN
from tests.village.visitor import by_person, target

USER = f"camille@{MAIL_DOMAIN}"
PASSWORD = "only on loopback"


async def send(
    web: aiohttp.ClientSession, village: Village, name: str, fields: Mapping[str, str]
) -> tuple[int, str]:
    """Post a form as its page does, through all steps; the last answer's status and text."""
    if name == "studio-lumiere":
        async with web.post(target(village, name), json=fields) as answer:
            return answer.status, await answer.text()
    status, text = 0, ""
    for step in ({"etape": "1"}, {"etape": "2"}, {"etape": "3"}) if name == "hotel-des-tilleuls" else ({},):
        async with web.post(target(village, name), data={**fields, **step}) as answer:
            status, text = answer.status, await answer.text()
    return status, text


async def get(web: aiohttp.ClientSession, address: str) -> str:
    async with web.get(address) as answer:
        assert answer.status == 200, address
        return await answer.text()


def inbox(village: Village, email: str) -> list[EmailMessage]:
    """The mails that came for one address of the visitor, oldest first."""
    with IMAPClient(LOOPBACK, village.imap_port, ssl=False) as imap:
        imap.login(USER, PASSWORD)
        imap.select_folder("INBOX", readonly=True)
        uids = imap.search(["HEADER", "Delivered-To", email])
        fetched = imap.fetch(uids, [b"BODY.PEEK[]"]) if uids else {}
    return [message_from_bytes(fetched[uid][b"BODY[]"], policy=policy.default) for uid in sorted(fetched)]


async def eventually(count: int, look: Callable[[], list[EmailMessage]]) -> list[EmailMessage]:
    """What `look` sees as soon as it sees `count` mails, or after five seconds."""
    for _ in range(100):
        if len(found := await asyncio.to_thread(look)) >= count:
            return found
        await asyncio.sleep(0.05)
    return found


def text_of(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return str(part.get_content()).replace("\r\n", "\n")


async def answers(web: aiohttp.ClientSession, village: Village, email: str, name: str) -> list[EmailMessage]:
    await send(web, village, name, by_person(name, email))
    return await eventually(len(BY_NAME[name].replies), lambda: inbox(village, email))


def by_smtp(village: Village, sender: str, recipient: str, password: str = "", text: str = "Bonjour") -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = sender, recipient, "Un mot"
    mail.set_content(text)
    with smtplib.SMTP(LOOPBACK, village.smtp_port) as smtp:
        if password:
            smtp.login(USER, password)
        smtp.send_message(mail)
