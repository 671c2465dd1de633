"""An outgoing mail from values to bytes, fit for SMTP as it is: CRLF line ends and 7 bit.

The standard library folds a long Message-ID into an encoded word in References and In-Reply-To, which breaks
the thread in every mail program: the headers that machines read are folded here, between their items and
nowhere else.
"""

import html
import re
import secrets
from dataclasses import dataclass
from datetime import datetime
from email.errors import MessageError
from email.headerregistry import Address, HeaderRegistry, UniqueUnstructuredHeader
from email.message import EmailMessage
from email.policy import EmailPolicy, Policy

from shared.errors import BadInput

MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,480}>")
"""Wider than RFC 5322 on purpose: what a real mail carried is repeated, as long as it fits on a line (998).
"""

REFERENCES_KEPT = 20
"""The first and the latest ones place a mail in its thread; servers refuse headers that grow for ever."""

TOKEN = re.compile(r"[A-Za-z0-9]{1,40}")


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One mail to one person. `message_id` is made beforehand by `new_message_id`, so that it can be looked
    for.

    `in_reply_to` and `references` are the Message-IDs of the mails that this one follows, oldest first.
    `reply_to` is where answers go when that is not `sender`. `unsubscribe` is the address that takes
    opt-outs, and `unsubscribe_url` an https address that does so by one POST (RFC 8058).
    """

    message_id: str
    sender: str
    sender_name: str
    recipient: str
    subject: str
    text: str
    language: str
    unsubscribe: str
    unsubscribe_url: str = ""
    recipient_name: str = ""
    reply_to: str = ""
    in_reply_to: str = ""
    references: tuple[str, ...] = ()


def new_message_id(sender: str) -> str:
    """A Message-ID of our own, with its angle brackets. It tells nothing about the machine that made it."""
    return f"<{secrets.token_hex(16)}@{sender.rpartition('@')[2]}>"


def plus_address(address: str, token: str) -> str:
    """`name+token@domain`. Raises `BadInput` for an address that is none, or a token of more than letters and
    digits.
    """
    name, at, domain = address.rpartition("@")
    if not (name and at and domain and TOKEN.fullmatch(token)):
        raise BadInput(f"No reply address can be made of {address!r}.")
    return f"{name}+{token}@{domain}"


def compose(mail: Outgoing, now: datetime) -> bytes:
    """The mail as bytes. It carries no Auto-Submitted: whatever leaves Relance was approved by a person or by
    the tenant's own policy, in a person's name.

    Raises `BadInput` when an address or an identifier cannot stand in a header; nothing can add a header of
    its own.
    """
    message = EmailMessage(policy=POLICY)
    try:
        _address(message, mail)
        _identify(message, mail, now)
        _offer_to_leave(message, mail)
        message["Content-Language"] = _words(mail.language)
        message.set_content(mail.text)
        message.add_alternative(_as_html(mail.text, mail.language), subtype="html")
    except (ValueError, IndexError, MessageError) as fault:  # what the email package says of bad values
        raise BadInput(f"This mail cannot be written: {fault}.") from None
    return message.as_bytes()


def _address(message: EmailMessage, mail: Outgoing) -> None:
    message["From"] = Address(_words(mail.sender_name), addr_spec=_bare(mail.sender))
    message["To"] = Address(_words(mail.recipient_name), addr_spec=_bare(mail.recipient))
    if mail.reply_to:
        message["Reply-To"] = Address(addr_spec=_bare(mail.reply_to))
    message["Subject"] = _words(mail.subject)


def _identify(message: EmailMessage, mail: Outgoing, now: datetime) -> None:
    if not MESSAGE_ID.fullmatch(mail.message_id):
        raise ValueError("its Message-ID is none")
    message["Message-ID"] = mail.message_id
    message["Date"] = now
    earlier = MESSAGE_ID.findall(" ".join(mail.references))
    parents = [
        *(i for i in dict.fromkeys(earlier) if i != mail.in_reply_to),
        *MESSAGE_ID.findall(mail.in_reply_to),
    ]
    if parents:
        message["In-Reply-To"] = parents[-1]
        message["References"] = " ".join((parents[0], *parents[1:][1 - REFERENCES_KEPT :]))


def _offer_to_leave(message: EmailMessage, mail: Outgoing) -> None:
    ways = [f"<mailto:{_bare(mail.unsubscribe)}?subject=unsubscribe>"]
    if mail.unsubscribe_url:
        if not re.fullmatch(r"https://[!-;=?-~]{1,900}", mail.unsubscribe_url):
            raise ValueError("its unsubscribe address is not an https URL")
        ways.append(f"<{mail.unsubscribe_url}>")
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message["List-Unsubscribe"] = ", ".join(ways)


def _bare(address: str) -> str:
    if not address.isascii() or not address.isprintable() or set(address) & set(' ,;:<>"()[]\\'):
        raise ValueError(f"{address!r} is not a plain address")
    return address


def _words(text: str) -> str:
    """One line of printable text: control characters and line ends of any script become a space."""
    return " ".join("".join(c if c.isprintable() else " " for c in text).split())


def _as_html(text: str, language: str) -> str:
    paragraphs = re.split(r"\n{2,}", text.replace("\r\n", "\n").strip())
    body = "\n".join(f"<p>{html.escape(p).replace(chr(10), '<br>' + chr(10))}</p>" for p in paragraphs)
    return f'<!doctype html>\n<html lang="{html.escape(language)}"><body>\n{body}\n</body></html>\n'


class _Verbatim(UniqueUnstructuredHeader):
    """A header of items that must reach the other side unchanged; folded at its spaces."""

    def fold(self, *, policy: Policy) -> str:
        return f"{self.name}: {str(self).replace(' ', policy.linesep + ' ')}{policy.linesep}"  # type: ignore[attr-defined]


_registry = HeaderRegistry()
for _name in ("message-id", "in-reply-to", "references", "list-unsubscribe"):
    _registry.map_to_type(_name, _Verbatim)  # type: ignore[arg-type]  # a mixin, as the registry wants

POLICY = EmailPolicy(linesep="\r\n", cte_type="7bit", header_factory=_registry)
