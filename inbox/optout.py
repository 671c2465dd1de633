"""People who ask to be left alone, read from what they wrote themselves and never from our quoted footer.

Sentence by sentence: a sentence must ask, and must not be a footer's instruction, a negation, a condition, or
about another sender's list. A wrong "no" writes again to someone who said stop, a wrong "yes" only loses a
contact, so short and blunt answers count.
"""

import re
from dataclasses import dataclass

from inbox.headers import find_addresses
from inbox.optout_guards import ELSEWHERE, GUARDS
from inbox.optout_words import ASKS, BLUNT, LANGUAGE_OF
from inbox.parsing import Mail, header_fields

MAX_CHARS = 8_000
"""Of a longer text the beginning and the end are read, where people put what they want."""
_TAIL = 2_000
_SENTENCE = re.compile(r"[^.!?;\n]+(?:(?:\n(?![ \t]*\n)|\.(?= ?\d))[^.!?;\n]+)*[.!?;]*")
"""A line end is a space, and a full stop before a number an abbreviation's (Art. 17)."""
_SUBJECT_NOISE = re.compile(r"^(?:\s*(?:re|aw|sv|tr|fwd?|wg|rv|rif|antw|ref|odp)\s*:\s*)+", re.IGNORECASE)
_MAX_SENTENCE = 600
_SHORT = 400
"""Characters of an answer in which a word alone is believed."""
_EDGES = " \t\r\n.!?,;:-–—_*\"'«»()[]<>"


@dataclass(frozen=True, slots=True)
class OptOut:
    """A wish not to be written to again. `evidence` is the sentence or field; `addresses` are those it names
    besides the sender's (a complaint report names the recipient who complained).
    """

    rule: str
    evidence: str
    addresses: tuple[str, ...] = ()


def detect(mail: Mail, own: str) -> OptOut | None:
    """The opt-out in a mail whose own text is `own`, or None."""
    return by_form(mail) or by_words(mail, own)


def by_form(mail: Mail) -> OptOut | None:
    """An opt-out that is known by its form: a complaint report, Apple's or another program's one click."""
    return _feedback(mail) or _one_click(mail)


def by_words(mail: Mail, own: str) -> OptOut | None:
    """An opt-out that a person wrote."""
    return _blunt(mail, own) or _sentence(own)


def _feedback(mail: Mail) -> OptOut | None:
    """A complaint report (ARF, RFC 5965). Authentication failure reports (RFC 6591) are no one's wish."""
    for part in mail.parts:
        if part.type == "message/feedback-report" and part.text:
            fields = header_fields(part.text)
            kind = fields.get("feedback-type", ("",))[0].strip().lower()
            named = fields.get("original-rcpt-to", ()) + fields.get("removal-recipient", ())
            if kind in ("abuse", "fraud", "opt-out", "opt-out-list", "complaint", "unsubscribe", "other", ""):
                return OptOut(
                    "feedback_report", kind or "feedback-report", tuple(find_addresses(" ".join(named)))
                )
    return None


def _one_click(mail: Mail) -> OptOut | None:
    if "x-apple-unsubscribe" in mail.headers:
        return OptOut("apple_unsubscribe", mail.subject)
    if _folded(mail.subject) in ("unsubscribe", "list-unsubscribe") and _folded(mail.body) in (
        "",
        "unsubscribe",
    ):
        return OptOut("list_unsubscribe", mail.subject)
    return None


def _blunt(mail: Mail, own: str) -> OptOut | None:
    """A whole answer, or a whole fresh subject over an empty body, that is nothing but the word."""
    text = _folded(own)
    if text in BLUNT:
        return OptOut("blunt", own.strip())
    first = _folded(own.strip().partition("\n")[0])
    if first in BLUNT and len(own) < _SHORT:
        return OptOut("blunt", first)
    if (
        _folded(_SUBJECT_NOISE.sub("", mail.subject)) in BLUNT
        and not _SUBJECT_NOISE.match(mail.subject)
        and len(text) < 200
    ):
        return OptOut("blunt_subject", mail.subject)
    return None


def _folded(text: str) -> str:
    return " ".join(text.replace("’", "'").lower().split()).strip(_EDGES)


def _sentence(own: str) -> OptOut | None:
    text = own if len(own) <= MAX_CHARS else f"{own[: MAX_CHARS - _TAIL]}\n\n{own[-_TAIL:]}"
    text = text.replace("’", "'").replace("\u2018", "'")
    for match in _SENTENCE.finditer(text):
        sentence = " ".join(match[0].split())
        if len(text) < _SHORT and _folded(sentence) in BLUNT:
            return OptOut("blunt_sentence", sentence)
        asked = ASKS.search(sentence) if len(sentence) <= _MAX_SENTENCE else None
        if asked and not GUARDS.search(sentence) and not ELSEWHERE.search(sentence, asked.start()):
            return OptOut(f"asked_{LANGUAGE_OF[asked.re]}", sentence)
    return None
