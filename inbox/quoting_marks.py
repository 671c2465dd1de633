"""Where a quotation begins: the announcement line, the block of headers, the ruled line.

Each detector looks at one place of a list of lines and answers with the index just behind the mark, or None.
Each looks at a bounded number of bounded lines, so a whole text costs linear time.
"""

import re
from typing import NamedTuple

from inbox.quoting_words import (
    FORWARDED,
    FORWARDED_BY,
    HEADER_KEYS,
    LONGEST_KEY,
    QUOTING,
    SEPARATOR,
    WROTE,
    WROTE_ENDS,
    WROTE_INSIDE,
    ends_with_verb,
)

MAX_LINE = 400
"""Characters of a line that are looked at; a mail program's own lines are shorter."""
_MAX_ANNOUNCEMENT = 6
_MAX_BLOCK = 60
_DECORATION = " \t>*_|"
_TRAILING = " \t*_"

_NUMERIC_DATE = r"\d{1,4}\s?[./-]\s?(?:\d{1,2}|[^\W\d_]{3,9}\.?)\s?[./-]\s?\d{1,4}"
_TIME = r"\d{1,2}\s?[:.hH]\s?\d{2}"
_DAY_FIRST = r"(?:19|20)\d{2}\s?[年년]|\b\d{1,2}\D{1,18}(?:19|20)\d{2}\b"
_MONTH_FIRST = r"[^\W\d_]{3,}+\.?\s\d{1,2}(?:st|nd|rd|th)?,?\s(?:19|20)\d{2}"
_DATE = re.compile(rf"{_NUMERIC_DATE}|{_DAY_FIRST}|{_MONTH_FIRST}|{_TIME}")
_DATE_BEGINS = re.compile(
    rf"(?=\d)(?:{_NUMERIC_DATE}|{_DAY_FIRST}|\b{_TIME}|\d{{1,2}}[^\W\d_]{{0,2}}\.?\s[^\W\d_]{{3,}})|{_MONTH_FIRST}"
)
_EARLY, _LONGEST_DATE, _BEFORE_THE_DIGIT = 40, 50, 6
"""Characters: before an announcement's date, of a date, and of one before its first digit ("Mar. 2")."""
_DIGIT = re.compile(r"\d")
_EMAIL = re.compile(r"[^\s<>@]+@[^\s<>@]+\.[^\s<>@]+")
_EMAIL_LAST = re.compile(r"[<(\[]\s?(?:mailto:)?[^\s<>@]+@[^\s<>@]+?(?:[>)\]]\s?)+[:：]?$")
_GMAIL_BARE = re.compile(r"^\d{4}-\d\d-\d\d \d{1,2}:\d\d GMT[+-]\d\d:\d\d \S.{0,80}$")
_NOTES_DATE = re.compile(
    r"^\s*(?:on\s)?\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}:\d\d(?::\d\d)?\s*(?:[AP]M)?(?:\s+[A-Z]{2,4})?(?:\s*[A-Z][a-z]+)?\s*$"
)
_NOTES_NAME_AND_DATE = re.compile(
    r"\S(?:\son|\s\s)\s*\d{1,2}[/.-]\d{1,2}[/.-]\d{2,4},?\s+\d{1,2}:\d\d(?::\d\d)?\s*(?:[AP]M)?(?:\s[A-Z]{2,4})?\s*$"
)
_RULE = re.compile(r"^[\s>*]*[-_=*~—–]{3,}[\s*]*$")
_SHARED_LINE = re.compile(r"^(.{0,300}?\S)\s?-{2,}\s?(on\s.{5,300})$", re.IGNORECASE)
_RESPOND_TO = ("please respond to", "veuillez répondre à", "bitte antwort an")
_GROUPWISE = re.compile(r"^>>>.{3,120}\d{1,2}[/.]\d{1,2}[/.]\d{2,4}\s+\d{1,2}:\d\d.{0,12}>>>$")
_VERBS_END = frozenset(":：")


def separator(line: str) -> bool:
    """Whether the line is a mail program's rule above a quotation."""
    if len(line) > MAX_LINE:
        return False
    text = line.strip(" \t>|").lower()
    first = text[:1]
    if first in "-_=*~—–":
        return bool(SEPARATOR.match(text) or FORWARDED_BY.match(text) or FORWARDED.match(text))
    return text[-1:] in _VERBS_END and bool(FORWARDED.match(text.rstrip("*_")))


def announcement(lines: list[str], at: int) -> int | None:
    """The index behind "On ... wrote:", which may be broken over several lines, or None."""
    first = _bare(lines[at]).replace("\u202f", " ")
    folded = first.lower()
    if (folded[-1:] in _VERBS_END and QUOTING.match(folded)) or _GMAIL_BARE.match(first):
        return at + 1
    return _dated(lines, at) if _date_is_early(first) else _named(lines, at, folded)


def _date_is_early(text: str) -> bool:
    digit = _DIGIT.search(text, 0, _EARLY + _BEFORE_THE_DIGIT)
    if digit is None:
        return False
    start = max(0, digit.start() - _BEFORE_THE_DIGIT)
    found = _DATE_BEGINS.search(text, start, _EARLY + _LONGEST_DATE)
    return found is not None and found.start() <= _EARLY


def _dated(lines: list[str], at: int) -> int | None:
    joined = ""
    for end in range(at, min(at + _MAX_ANNOUNCEMENT, len(lines))):
        piece = _bare(lines[end])
        if (not piece and not _open_bracket_follows(lines, end)) or (end > at and _key(piece)):
            return None
        joined = f"{joined} {piece}".strip()
        if not _may_end(piece):
            continue
        if _announces(joined.lower(), lines, end + 1):
            return end + 1 + _verb_alone(lines, end + 1)
        if joined[-1:] in _VERBS_END and len(joined) > 20 and not joined.endswith("at:"):
            return None
    return None


def _verb_alone(lines: list[str], at: int) -> bool:
    """Polymail breaks the line before the verb: `> wrote:`."""
    text = _bare(lines[at]).lower() if at < len(lines) else ""
    return 0 < len(text) < 24 and text[-1] in _VERBS_END and text.startswith(WROTE) and ends_with_verb(text)


def _may_end(piece: str) -> bool:
    if not piece:
        return False
    return piece[-1] in ":：>)]" or not piece[-1].isascii() or piece.rsplit(None, 1)[-1].lower() in WROTE_ENDS


def _bare(line: str) -> str:
    return line[:MAX_LINE].lstrip(_DECORATION).rstrip(_TRAILING)


def _announces(text: str, lines: list[str], after: int) -> bool:
    if not _DATE.search(text):
        return False
    if ends_with_verb(text):
        return bool(_EMAIL.search(text)) or _quote_follows(lines, after) or len(text) < 160
    if text[-1:] in _VERBS_END and WROTE_INSIDE.search(text):
        return bool(_EMAIL.search(text)) or _quote_follows(lines, after) or len(text) < 160
    return bool(_EMAIL_LAST.search(text)) and (text[-1:] in _VERBS_END or _quote_follows(lines, after))


def _named(lines: list[str], at: int, text: str) -> int | None:
    """An announcement that starts with the name: "Bob <bob@example.com> wrote:"."""
    if not ends_with_verb(text):
        nearby = _bare(lines[at + 1]).lower() if at + 1 < len(lines) and "@" in text else ""
        if nearby and len(nearby) < 60 and ends_with_verb(nearby) and _quote_follows(lines, at + 2):
            return at + 2
        return None
    if len(text) < 120 and _quote_follows(lines, at + 1):
        return at + 1
    ends = text[-1:] in _VERBS_END
    return at + 1 if ends and len(text) < 200 and "<" in text and _EMAIL.search(text) else None


def _open_bracket_follows(lines: list[str], at: int) -> bool:
    return at + 1 < len(lines) and lines[at + 1].strip()[:1] == "<"


def _quote_follows(lines: list[str], at: int) -> bool:
    for line in lines[at : at + 3]:
        text = line.lstrip()
        if text:
            return text[0] in ">|"
    return False


def shared_line(line: str) -> tuple[str, str] | None:
    """An answer and an announcement on one line (Yahoo: `yes--- On Mon, ... wrote:`), taken apart."""
    match = _SHARED_LINE.match(line[:MAX_LINE])
    if match and len(line) <= MAX_LINE and ends_with_verb(match[2].lower()) and _DATE.search(match[2]):
        return match[1], match[2]
    return None


def _key(line: str) -> str | None:
    """Which header a line states ("*From:* Bob" -> from), or None."""
    text = line[:MAX_LINE].lstrip(_DECORATION + ":")
    colon = text.find(":", 0, LONGEST_KEY + 4)
    if colon < 0:
        colon = text.find("：", 0, LONGEST_KEY + 4)
    if colon <= 0:
        return None
    return HEADER_KEYS.get(text[:colon].strip(" \t*_\u202f").lower())


class Block(NamedTuple):
    """A look for a block of headers: where it starts, or None; and the line before which another look is in
    vain.
    """

    start: int | None
    seen: int


def header_block(lines: list[str], at: int) -> Block:
    """The block of headers at `at`; Notes puts name and date above it, and those belong to it."""
    kind = _key(lines[at])
    if kind is None or kind in ("other", "cc", "bcc") or _memo(lines[at]):
        return Block(None, at)
    kinds, end = _kinds(lines, at, kind)
    if not _enough(kinds, lines[at]):
        return Block(None, max(at, end - 2))
    return Block(_notes_start(lines, at, kind), at)


def _kinds(lines: list[str], at: int, kind: str) -> tuple[set[str], int]:
    """The headers stated from `at` on, and where the block stops; long lists of recipients run over many
    lines.
    """
    kinds, gap = {kind}, 0
    for end in range(at + 1, min(at + _MAX_BLOCK, len(lines))):
        found = _key(lines[end])
        continues = _continues(lines[end])
        if found:
            kinds.add(found)
            gap = 0
        elif not lines[end].strip(_DECORATION):
            gap += 1
        elif kinds >= {"from", "subject"} or (not continues and "subject" in kinds):
            return kinds, end
        else:
            gap += not continues
        if gap > (8 if "to" in kinds and kinds <= {"to", "from", "date", "other"} else 2):
            return kinds, end
    return kinds, min(at + _MAX_BLOCK, len(lines))


def _memo(line: str) -> bool:
    """TO: and FROM: in capitals head a memorandum that a person wrote, not a quotation."""
    name = line.strip(_DECORATION).partition(":")[0]
    return len(name) > 1 and name.isupper() and name.isascii()


def _continues(line: str) -> bool:
    return "@" in line or line.rstrip().endswith((",", ";", "/")) or "/" in line


def _enough(kinds: set[str], first: str) -> bool:
    kinds = kinds - {"other", "reply-to"}
    if "from" in kinds:
        return len(kinds) >= 2
    if "to" in kinds:
        return bool(kinds & {"subject", "cc", "date"}) and (
            "subject" in kinds or _EMAIL.search(first) is not None or "date" in kinds
        )
    return False


def _notes_start(lines: list[str], at: int, kind: str) -> int:
    """Lotus Notes: name (or name and date) above `To:`; where they are not, the block starts at `at`."""
    if kind != "to":
        return at
    top = _above(lines, at)
    if top is not None and lines[top].strip().lower().startswith(_RESPOND_TO):
        top = _above(lines, top)
    if top is None:
        return at
    if _NOTES_NAME_AND_DATE.search(lines[top]):
        return _wrapped_name(lines, top)
    if not _NOTES_DATE.match(lines[top]):
        return at
    name = _above(lines, top)
    if name is not None and lines[name].strip().lower().startswith("sent by"):
        name = _above(lines, name)
    return top if name is None or top - name > 4 else name


def _wrapped_name(lines: list[str], top: int) -> int:
    """A name so long that Notes broke the line: the first half belongs to the block as well."""
    before = lines[top - 1].strip() if top else ""
    opened = before.count('"') % 2 or ("<" in before and ">" not in before)
    return top - 1 if opened or (before.startswith('"') and "<" not in before and "<" in lines[top]) else top


def _above(lines: list[str], at: int) -> int | None:
    """The nearest line above `at` that holds something, at most three lines up."""
    for index in range(at - 1, max(at - 4, -1), -1):
        if lines[index].strip():
            return index
    return None


def groupwise(line: str) -> bool:
    """Whether it is GroupWise's announcement, `>>> Bob 12/11/00 03:54PM >>>`; what follows is unmarked."""
    return line.startswith(">>>") and bool(_GROUPWISE.match(line[:MAX_LINE].rstrip()))


def rule(line: str) -> bool:
    """A line of nothing but dashes or the like."""
    return bool(_RULE.match(line[:MAX_LINE]))
