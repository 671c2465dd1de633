"""Mail that no person wrote: absences, acknowledgements, receipts, invitations, challenges, lists.

Asked after bounces and before anything reads the text as a person's. Headers come first, yet few tell (2 of 5
real vacation mails carry Auto-Submitted), so words decide as well; and people write about absences too, so
words alone must say two different things that only a machine says together.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

from inbox import absence
from inbox.automatic_words import (
    ABSENCE,
    ABSENCE_MORE,
    ABSENCE_SUBJECT,
    AUTO_HEADERS,
    CHALLENGE,
    LATER,
    LISTS,
    NO_REPLY,
    THANKS,
    TICKET,
    TICKET_HEADERS,
    TICKET_SUBJECT,
)
from inbox.domains import registrable
from inbox.headers import find_addresses
from inbox.parsing import Mail

MAX_CHARS = 3000


class Kind(StrEnum):
    """What sort of machine wrote."""

    ABSENCE = "absence"
    TICKET = "ticket"
    FORM_COPY = "form_copy"
    READ_RECEIPT = "read_receipt"
    CALENDAR = "calendar"
    CHALLENGE = "challenge"
    MAILING_LIST = "mailing_list"
    OTHER = "other"


@dataclass(frozen=True, slots=True)
class Automatic:
    """An automatic mail and the rule that knew it. `returns` and `substitute` are those of an absence, where
    told.
    """

    kind: Kind
    rule: str
    returns: date | None = None
    substitute: str | None = None


def detect(mail: Mail, own: str) -> Automatic | None:
    """The automatic mail in `mail`, whose own text is `own`, or None where a person may have written it."""
    return by_form(mail) or by_words(mail, own)


def by_form(mail: Mail) -> Automatic | None:
    """Automatic mail that is known without reading its text: reports, receipts, invitations, lists."""
    return _report(mail) or (None if _declared(mail) else _list(mail))


def by_words(mail: Mail, own: str) -> Automatic | None:
    """Automatic mail that its words give away, or a header that says so and no more."""
    text = own[:MAX_CHARS]
    declared = _declared(mail)
    if declared or len(own) <= MAX_CHARS or _machine_address(mail):
        for kind, rule in _BY_WORDS:
            fired = rule(mail, text, declared)
            if fired:
                return _automatic(kind, fired, mail, text)
    return _list(mail) or (Automatic(Kind.OTHER, declared) if declared else None)


def _list(mail: Mail) -> Automatic | None:
    listed = any(name in mail.headers for name in LISTS)
    if not listed and mail.header("precedence").strip().lower() not in ("list", "bulk", "junk"):
        return None
    if any("+" in address for address in mail.recipients) or _our_group(mail):
        return None
    return Automatic(Kind.MAILING_LIST, "list_headers")


def _our_group(mail: Mail) -> bool:
    """A mailbox that is itself a group of our own gets every mail with that group's list headers."""
    home = registrable(mail.header("list-id").strip(" <>"))
    last = find_addresses(mail.header("delivered-to") or mail.header("x-original-to"))
    return bool(home and last) and home == registrable(last[0])


def _automatic(kind: Kind, rule: str, mail: Mail, text: str) -> Automatic:
    if kind is not Kind.ABSENCE:
        return Automatic(kind, rule)
    sender = {mail.from_.address} if mail.from_ else set[str]()
    written = mail.date.date() if mail.date else None
    return Automatic(
        kind, rule, absence.returns(text, written), absence.stand_in(text, sender | set(mail.recipients))
    )


def _report(mail: Mail) -> Automatic | None:
    kinds = {part.type for part in mail.parts}
    report = mail.parameters.get("report-type", "").lower()
    if report == "disposition-notification" or "message/disposition-notification" in kinds:
        return Automatic(Kind.READ_RECEIPT, "disposition_notification")
    if report == "delivery-status" or "message/delivery-status" in kinds:
        return Automatic(Kind.READ_RECEIPT, "delivery_receipt")
    if report == "feedback-report" or "message/feedback-report" in kinds:
        return Automatic(Kind.OTHER, "feedback_report")
    if any(
        part.type == "text/calendar" and "method:" in (part.text or "")[:2000].lower() for part in mail.parts
    ):
        return Automatic(Kind.CALENDAR, "calendar_method")
    return None


def _declared(mail: Mail) -> str:
    """Which header says that a machine sent this, or an empty string."""
    submitted = mail.header("auto-submitted").strip().lower()
    if submitted.startswith("auto-"):
        return "auto_submitted"
    if mail.header("precedence").strip().lower() in ("auto_reply", "auto-reply"):
        return "precedence"
    if any(name in mail.headers for name in AUTO_HEADERS):
        return "autoreply_header"
    return "null_sender" if mail.return_path == "" else ""


def _absence(mail: Mail, text: str, declared: str) -> str:
    subject = ABSENCE_SUBJECT.search(mail.subject)
    said = ABSENCE.search(text)
    if not said and not subject:
        return ""
    if said and (declared or subject):
        return "absence_declared" if declared else "absence_subject"
    more = len({match.lower() for match in ABSENCE_MORE.findall(text)})
    if subject and (declared or more):
        return "absence_subject"
    early = said is not None and said.start() < 250
    return "absence_words" if early and more >= 2 and not _converses(text) else ""


def _converses(text: str) -> bool:
    """A question or an offer to meet is what people write, not their absence notices."""
    return "?" in text or len(text) > 1500


def _ticket(mail: Mail, text: str, declared: str) -> str:
    system = any(name in mail.headers for name in TICKET_HEADERS)
    machine = bool(declared) or system or _machine_address(mail)
    received = _thanks(mail, text)
    if not (machine or received):
        return ""
    if system and (received or TICKET.search(text)):
        return "ticket_system_header"
    numbered = TICKET_SUBJECT.search(mail.subject) or TICKET.search(text)
    return "ticket_number" if numbered and (machine or LATER.search(text)) else ""


def _thanks(mail: Mail, text: str) -> bool:
    return _thanked(f"{mail.subject}\n{text[:1000]}")


@lru_cache(maxsize=1)
def _thanked(opening: str) -> bool:
    """Kept for a moment, as two rules ask of each mail."""
    return THANKS.search(opening) is not None


def _form_copy(mail: Mail, text: str, declared: str) -> str:
    if not _thanks(mail, text):
        return ""
    if declared or _machine_address(mail):
        return "thanks_from_a_machine"
    return "thanks_and_later" if LATER.search(text) and not mail.in_reply_to and not _converses(text) else ""


def _challenge(mail: Mail, text: str, declared: str) -> str:
    found = CHALLENGE.search(f"{mail.subject}\n{text}")
    return (
        "challenge_words"
        if found and (declared or "http" in text or _machine_address(mail)) and len(text) < 3000
        else ""
    )


def _machine_address(mail: Mail) -> bool:
    return mail.from_ is not None and bool(NO_REPLY.match(mail.from_.address))


_BY_WORDS: tuple[tuple[Kind, Callable[[Mail, str, str], str]], ...] = (
    (Kind.CHALLENGE, _challenge),
    (Kind.ABSENCE, _absence),
    (Kind.TICKET, _ticket),
    (Kind.FORM_COPY, _form_copy),
)
"""Asked in this order; each answers with the name of the rule that fired, or an empty string."""
