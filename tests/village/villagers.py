"""The people of the village: what they answer by mail once their site has taken a message.

They answer as people do who found a note from their own site: with a fresh mail to the address that was typed
into the form, which no header ties to anything.
"""

import asyncio
import logging
import smtplib
from datetime import UTC, datetime
from email.message import EmailMessage, Message
from email.mime.base import MIMEBase
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, formataddr, make_msgid
from html import escape

from tests.village.companies import Language
from tests.village.intake import Visitor
from tests.village.running import LOOPBACK
from tests.village.scenario import Reply, Site

Letter = EmailMessage | MIMEMultipart

DAYS = ("lun.", "mar.", "mer.", "jeu.", "ven.", "sam.", "dim.")
MONTHS = (
    "janv.",
    "févr.",
    "mars",
    "avr.",
    "mai",
    "juin",
    "juil.",
    "août",
    "sept.",
    "oct.",
    "nov.",
    "déc.",
)

log = logging.getLogger(__name__)


class Villagers:
    """Answers in the background; `delay` is in seconds and passes before each mail."""

    def __init__(self, mail_port: int, delay: float) -> None:
        self._mail_port = mail_port
        self._delay = delay
        self._tasks: set[asyncio.Task[None]] = set()

    def answer(self, site: Site, visitor: Visitor) -> None:
        """Let the people of a site write to the visitor, each in turn."""
        task = asyncio.create_task(self._write(site, visitor), name=site.name)
        self._tasks.add(task)
        task.add_done_callback(self._done)

    async def close(self) -> None:
        """Drop what has not been written yet."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _write(self, site: Site, visitor: Visitor) -> None:
        for reply in site.replies:
            await asyncio.sleep(self._delay)
            letter = compose(site, reply, visitor)
            await asyncio.to_thread(
                _post, self._mail_port, envelope_sender(site, reply), visitor.email, letter
            )

    def _done(self, task: asyncio.Task[None]) -> None:
        self._tasks.discard(task)
        if not task.cancelled() and (error := task.exception()):
            log.error("%s could not write: %s", task.get_name(), error)


def _post(mail_port: int, sender: str, recipient: str, letter: Letter) -> None:
    with smtplib.SMTP(LOOPBACK, mail_port, timeout=20) as smtp:
        smtp.send_message(letter, from_addr=sender, to_addrs=[recipient])


def envelope_sender(site: Site, reply: Reply) -> str:
    """The address for bounces: empty for what must never be answered by a machine (RFC 3834, RFC 5321)."""
    if reply.kind in ("absence", "bounce"):
        return ""
    return (reply.sender or site.contact).address


def compose(site: Site, reply: Reply, visitor: Visitor) -> Letter:
    """The mail that a reply becomes for this visitor."""
    if reply.kind == "bounce":
        return _bounce(site, reply, visitor)
    who = reply.sender or site.contact
    letter = EmailMessage()
    letter["From"] = formataddr((who.name, who.address))
    _address(letter, site, reply, visitor)
    if reply.kind == "absence":
        letter["Auto-Submitted"] = "auto-replied (vacation)"
        letter["X-Auto-Response-Suppress"] = "All"
        letter["Precedence"] = "bulk"
    if reply.kind == "copy":
        letter["Auto-Submitted"] = "auto-generated"
    _write_body(letter, site.language, reply, visitor)
    return letter


def _address(letter: Letter, site: Site, reply: Reply, visitor: Visitor) -> None:
    letter["To"] = visitor.email
    letter["Subject"] = reply.subject
    letter["Date"] = format_datetime(datetime.now(UTC))
    letter["Message-ID"] = make_msgid(domain=site.host)


def _write_body(letter: EmailMessage, language: Language, reply: Reply, visitor: Visitor) -> None:
    text = reply.body.format(name=visitor.name, message=visitor.message)
    if not reply.quotes:
        letter.set_content(text, cte="quoted-printable")
        return
    intro = attribution(language, visitor, datetime.now(UTC))
    quoted = "\n".join(f"> {line}" for line in visitor.message.splitlines())
    letter.set_content(f"{text}\n{intro}\n\n{quoted}\n", cte="quoted-printable")
    letter.add_alternative(_as_html(text, intro, visitor.message), subtype="html", cte="quoted-printable")


def attribution(language: Language, visitor: Visitor, when: datetime) -> str:
    """The line above a quotation, as French and English mail programs put it."""
    author = f"{visitor.name} <{visitor.email}>"
    if language == "fr":
        day = f"{DAYS[when.weekday()]} {when.day} {MONTHS[when.month - 1]} {when.year}"
        return f"Le {day} à {when:%H:%M}, {author} a écrit :"
    return f"On {when:%a}, {when.day} {when:%b %Y} at {when:%H:%M}, {author} wrote:"


def _as_html(text: str, intro: str, quoted: str) -> str:
    def lines(block: str) -> str:
        return "<br>".join(escape(block).splitlines())

    return (
        f'<div dir="ltr">{lines(text)}</div><br><div class="gmail_quote">'
        f'<div dir="ltr" class="gmail_attr">{escape(intro)}<br></div>'
        f'<blockquote class="gmail_quote" style="margin-left:1ex">{lines(quoted)}</blockquote></div>'
    )


def _bounce(site: Site, reply: Reply, visitor: Visitor) -> MIMEMultipart:
    """A delivery status notification (RFC 3464).

    The site mails its owner in the visitor's name, as careless form mailers do; the owner's mailbox is gone,
    so the visitor gets the bounce.
    """
    letter = MIMEMultipart("report")
    letter.set_param("report-type", "delivery-status")
    letter["From"] = f"Mail Delivery System <MAILER-DAEMON@{site.host}>"
    _address(letter, site, reply, visitor)
    letter["Auto-Submitted"] = "auto-replied"
    letter.attach(
        MIMEText(
            f"This is the mail system at host mx.{site.host}.\n\n"
            "I'm sorry to have to inform you that your message could not\n"
            "be delivered to one or more recipients. It's attached below.\n\n"
            f"<{site.contact.address}>: host mx.{site.host} said: 550 5.1.1\n"
            f"    <{site.contact.address}>: Recipient address rejected: User unknown\n"
        )
    )
    letter.attach(_delivery_status(site))
    letter.attach(_returned(site, visitor))
    return letter


def _delivery_status(site: Site) -> MIMEBase:
    about_message, about_recipient = Message(), Message()
    about_message["Reporting-MTA"] = f"dns; mx.{site.host}"
    about_message["Arrival-Date"] = format_datetime(datetime.now(UTC))
    about_recipient["Final-Recipient"] = f"rfc822; {site.contact.address}"
    about_recipient["Action"] = "failed"
    about_recipient["Status"] = "5.1.1"
    about_recipient["Diagnostic-Code"] = "smtp; 550 5.1.1 Recipient address rejected: User unknown"
    status = MIMEBase("message", "delivery-status")
    status.attach(about_message)
    status.attach(about_recipient)
    return status


def _returned(site: Site, visitor: Visitor) -> MIMEBase:
    original = EmailMessage()
    original["From"] = visitor.email
    original["To"] = site.contact.address
    original["Subject"] = f"[{site.company.name}] Website enquiry"
    original["Message-ID"] = make_msgid(domain=site.host)
    original.set_content(
        f"From: {visitor.name} <{visitor.email}>\n\n{visitor.message}\n", cte="quoted-printable"
    )
    returned = MIMEBase("message", "rfc822")
    returned.attach(original)
    return returned
