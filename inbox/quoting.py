"""What a person wrote, apart from what they quoted, their signature, the disclaimer and the banner.

Line by line, each line read a bounded number of times: linear in the text whatever it holds. The rules follow
how mail programs mark a quotation (announcement, headers, rule, `>`), never how one collection of test mails
does.
"""

import re
from dataclasses import dataclass
from enum import IntEnum

from inbox import markup, quoting_marks, signatures
from inbox.parsing import Mail

MAX_TEXT_CHARS = 256_000
"""Nobody writes more by hand; what lies behind counts as quoted."""

_INVISIBLE = re.compile("[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060\u2066-\u2069\ufeff\x00]")
_SPACES = re.compile("[\u00a0\u2007\u202f]")
_MAY_MARK = re.compile(r"[:：@<\d\ue001\ue002]")
_MAY_BEGIN_A_MARK = re.compile(r"\s*[-_=*~—–|]|\s?[A-Z]{1,3}>")
"""What every mark but a bare "Bob wrote" holds: most lines are passed over with these two looks, each of
which the engine takes several times as fast as one for both.
"""
_ANGLED = re.compile(" ?>")
_INITIALS = re.compile(r"^\s?[A-Z]{1,3}>(?:\s|$)")
_LINK_ONLY = re.compile(r"^\s*[(<\[]?\s*(?:https?://|mailto:)\S*[)>\]\s]*$")
_SENTENCE_END = frozenset(".!?:;…")


class Label(IntEnum):
    """What a line is."""

    OWN = 0
    QUOTED = 1
    SIGNATURE = 2
    DISCLAIMER = 3
    BANNER = 4


@dataclass(frozen=True, slots=True)
class OwnText:
    """The text of a mail by who speaks. `own` is the person alone; `lines` holds every line with its label,
    in order.
    """

    own: str
    quoted: str
    signature: str
    disclaimer: str
    banner: str
    lines: tuple[tuple[int, str], ...]


def own_text(mail: Mail) -> OwnText:
    """The parts of a mail's text. The HTML is read where there is no plain text, or where only it marks a
    quotation.
    """
    if mail.html and (not mail.text or not mail.text.strip()):
        return split(markup.to_marked_text(mail.html))
    found = split(markup.without_marks(mail.text or ""))
    if mail.html and not found.quoted and markup.marks_a_quotation(mail.html):
        return split(markup.to_marked_text(mail.html))
    return found


def split(text: str) -> OwnText:
    """The parts of a plain text, which may carry the marks of `inbox.markup`."""
    text, rest = text[:MAX_TEXT_CHARS], text[MAX_TEXT_CHARS:]
    lines = clean(text).split("\n")
    labels = _quotations(lines)
    signatures.label(lines, labels)
    if markup.marked(text):
        lines = [markup.without_marks(line) for line in lines]
    if rest:
        lines.append(rest)
        labels.append(Label.QUOTED)
    spoken: list[list[str]] = [[] for _ in Label]
    for line, label in zip(lines, labels, strict=True):
        spoken[label].append(line)
    own, quoted, signature, disclaimer, banner = ("\n".join(said).strip() for said in spoken)
    return OwnText(own, quoted, signature, disclaimer, banner, tuple(zip(labels, lines, strict=True)))


def clean(text: str) -> str:
    """Line ends as LF, odd spaces as spaces, and without the characters nobody sees."""
    text = text.replace("\r\n", "\n").replace("\r", "\n")
    return text if text.isascii() else _SPACES.sub(" ", _INVISIBLE.sub("", text))


def _quotations(lines: list[str]) -> list[int]:
    scan = _Scan(lines)
    while scan.at < len(lines):
        scan.step()
    if Label.QUOTED in scan.labels:
        _wrapped_quotes(lines, scan.labels)
    return scan.labels


class _Scan:
    """One pass over the lines, labelling what is quoted. An answer that shares its line with a mark gets its
    own line.
    """

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.labels: list[int] = [Label.OWN] * len(lines)
        self.at = 0
        self._no_block_before = 0
        self._angles = any(map(_ANGLED.match, lines))

    def step(self) -> None:
        """Label what begins at the present line and go behind it."""
        line = self.lines[self.at]
        text = line.lstrip()
        if not text:
            self.at += 1
        elif text[0] == ">":
            self._angled(line)
        elif text[0] == "|" and Label.QUOTED in self.labels[max(0, self.at - 2) : self.at]:
            self._quote(self.at + 1)
        elif not _may_mark(line) and not self._next_is_angled():
            self.at += 1
        else:
            self._mark(line)

    def _next_is_angled(self) -> bool:
        if not self._angles:
            return False
        return any(map(_ANGLED.match, self.lines[self.at + 1 : self.at + 4]))

    def _angled(self, line: str) -> None:
        if quoting_marks.groupwise(line):
            self._cut(self.at)
            return
        decorated = line.rstrip().endswith("<<")
        escaped = line.startswith(">From ") and not (self.at and self.labels[self.at - 1] == Label.QUOTED)
        bare = not line.strip("> \t") and Label.QUOTED not in self.labels[max(0, self.at - 3) : self.at]
        if not decorated and not escaped and (not bare or self._next_is_angled()):
            self.labels[self.at] = Label.QUOTED
        self.at += 1

    def _mark(self, line: str) -> None:
        if line[0] == markup.ATTRIBUTION or _INITIALS.match(line):
            self._quote(self.at + 1)
            return
        if line[0] == markup.CUT or quoting_marks.separator(line):
            self._cut(self.at)
            return
        self._take_apart(line)
        if self.at >= self._no_block_before:
            block = quoting_marks.header_block(self.lines, self.at)
            self._no_block_before = block.seen
            if block.start is not None:
                self._cut(block.start)
                return
        end = quoting_marks.announcement(self.lines, self.at)
        if end is None:
            self.at += 1
        elif self._quote_follows(end):
            self._quote(end)
        else:
            self._cut(self.at)

    def _take_apart(self, line: str) -> None:
        shared = quoting_marks.shared_line(line) if "--" in line else None
        if shared:
            self.lines[self.at : self.at + 1] = shared
            self.labels.insert(self.at, Label.OWN)
            self.at += 1

    def _quote(self, end: int) -> None:
        self.labels[self.at : end] = [Label.QUOTED] * (end - self.at)
        self.at = end

    def _cut(self, at: int) -> None:
        """All from `at` on is quoted, with the rule or the empty lines just above it."""
        while at and (not self.lines[at - 1].strip() or quoting_marks.rule(self.lines[at - 1])):
            at -= 1
        self.at = at
        self._quote(len(self.lines))

    def _quote_follows(self, at: int) -> bool:
        return next((line.lstrip()[0] in ">|" for line in self.lines[at : at + 8] if line.strip()), False)


def _may_mark(line: str) -> bool:
    end = quoting_marks.MAX_LINE
    return bool(_MAY_MARK.search(line, 0, end) or _MAY_BEGIN_A_MARK.match(line, 0, end))


def _wrapped_quotes(lines: list[str], labels: list[int]) -> None:
    """The tail of a quoted line that a program broke without marking its second half is quoted too."""
    for at in range(1, len(lines)):
        if labels[at] == Label.OWN and labels[at - 1] == Label.QUOTED and lines[at].strip():
            before = lines[at - 1].rstrip()
            if _broken(before, lines[at], at + 1 < len(lines) and labels[at + 1] == Label.QUOTED):
                labels[at] = Label.QUOTED


def _broken(before: str, line: str, quote_goes_on: bool) -> bool:
    if before.count("(") > before.count(")") or before.count("<") > before.count(">") - before[:10].count(
        ">"
    ):
        return True
    if quote_goes_on and _LINK_ONLY.match(line):
        return True
    words = line.split(maxsplit=4)
    first_word = words[0]
    if (
        quote_goes_on
        and len(before) >= 40
        and (before[-1].isalnum() or (before[-1] == "<" and len(words) < 4))
    ):
        return True
    if quote_goes_on and len(before) + len(first_word) >= 66 and len(words) <= 3 and before[-1] != "?":
        return True
    full = len(before) + len(first_word) >= 66
    return (
        full
        and before[-1] not in _SENTENCE_END
        and (quote_goes_on or line.lstrip()[0].islower() or len(before) >= 76)
    )
