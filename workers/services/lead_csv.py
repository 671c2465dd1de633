"""A CSV of leads, read line by line: what is good goes in, what is not is listed with its line and reason."""

import codecs
import csv
import io
import re
from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from inbox import domains
from shared.errors import BadInput
from workers.services.accounts import clean_address

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
REQUIRED = ("company", "website")
OPTIONAL = ("first_name", "last_name", "email", "language", "city")
MAX_BYTES = 50 * 1024 * 1024
MAX_HOST = 253
"""Characters of a host name in DNS."""
_LIMITS = {"company": 200, "website": 500, "first_name": 100, "last_name": 100, "email": 320, "city": 100}

_OPEN = (
    "A quotation mark is left open: close it, or write it twice, in a cell in quotation marks, if it is text."
)

_LINE_BREAK = re.compile("\r\n?|\n")
_SURROGATE = re.compile("[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class NewLead:
    """One good line."""

    line: int
    company: str
    website: str
    domain: str
    first_name: str = ""
    last_name: str = ""
    email: str = ""
    language: str = ""
    city: str = ""


@dataclass(frozen=True, slots=True)
class RowError:
    """One line that did not go in. Lines count from 1, the header being the first."""

    line: int
    reason: str


def parse(content: bytes, language: str) -> Iterator[NewLead | RowError]:
    """Each line as a lead or an error; `language` stands in where a line names none.

    Raises BadInput where nothing can be read at all: too large, empty, a missing column.
    """
    if len(content) > MAX_BYTES:
        raise BadInput(f"The file is larger than {MAX_BYTES // 2**20} MB: split it.")
    text = _decode(content)
    lines, dialect = _Lines(text), _dialect(text)
    names = _header(lines, dialect)
    seen: dict[str, int] = {}
    for read in _records(lines, dialect, names):
        if isinstance(read, str):
            yield RowError(lines.number, read)
        else:
            yield _lead(names, read, lines.number, seen, language)


def registrable(url: str) -> str:
    """The registrable domain of a website, or its host where there is none (an address, a local name).

    `xn--mller-kva.de` is `müller.de`, as in the addresses of `clean_address`: a company has one name.
    """
    return domains.registrable(urlsplit(url).hostname or "")


def _decode(content: bytes) -> str:
    """The text. Bytes that are not UTF-8 become surrogates, by which `_validated` knows their lines."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise BadInput("The file is UTF-16: save it as UTF-8 (in Excel: CSV UTF-8).")
    return content.removeprefix(codecs.BOM_UTF8).decode("utf-8", "surrogateescape")


def _dialect(text: str) -> type[csv.Dialect]:
    header = text.partition("\n")[0]

    class Guessed(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Guessed


class _Lines(Iterator[str]):
    """The lines of a text. All but the first of `taken`, those of one record, may be read anew."""

    def __init__(self, text: str) -> None:
        self._rest = io.StringIO(text, newline="")
        self._again: deque[str] = deque()
        self.taken: list[str] = []
        self.number = 0

    def __next__(self) -> str:
        line = self._again.popleft() if self._again else next(self._rest)
        self.taken.append(line)
        self.number += 1
        return line

    def keep_first(self) -> None:
        """Give back all but the first line."""
        given_back = self.taken[1:]
        self._again.extendleft(reversed(given_back))
        self.number -= len(given_back)


def _header(lines: _Lines, dialect: type[csv.Dialect]) -> list[str]:
    try:
        names = [name.strip().lower() for name in next(filter(None, csv.reader(lines, dialect)), [])]
        if len(lines.taken) > 1:
            list(csv.reader(lines.taken, dialect, strict=True))
    except csv.Error as error:
        raise BadInput(f"The first line is not CSV: {error}.") from error
    if missing := [name for name in REQUIRED if name not in names]:
        raise BadInput(
            f"The file lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
            f"Its first line must name {', '.join(REQUIRED)}, and may name {', '.join(OPTIONAL)}."
        )
    if twice := [name for name in REQUIRED + OPTIONAL if names.count(name) > 1]:
        raise BadInput(f"The column {twice[0]} stands twice in the first line: which one counts?")
    return names


def _records(lines: _Lines, dialect: type[csv.Dialect], names: list[str]) -> Iterator[list[str] | str]:
    """The cells of each record, or why a line is none. What such a line took with it is read anew."""
    reader = csv.reader(lines, dialect)
    while True:
        lines.taken.clear()
        try:
            cells = next(reader, None)
            wrong = _OPEN if cells and _is_left_open(cells, lines.taken, dialect, names) else ""
        except csv.Error as error:
            cells, wrong = [], _OPEN if len(lines.taken) > 1 else f"The line is not CSV: {error}."
        if wrong:
            lines.keep_first()
            yield wrong
        elif cells is None:
            return
        elif cells:
            yield cells


def _is_left_open(cells: list[str], lines: list[str], dialect: type[csv.Dialect], names: list[str]) -> bool:
    """Whether a record of several lines is one because a quotation mark was not closed: the next one opens
    another cell, or a line within a cell that is not ours reads as a lead.
    """
    if len(lines) == 1:
        return False
    try:
        list(csv.reader(lines, dialect, strict=True))
    except csv.Error:
        return True
    row = _named(names, cells)
    if any(_LINE_BREAK.search(row.get(name, "")) for name in _LIMITS):
        return False  # `_check_cell` says so
    return any(_reads_as_lead(line, dialect, names) for line in lines[1:])


def _reads_as_lead(line: str, dialect: type[csv.Dialect], names: list[str]) -> bool:
    cells = next(csv.reader([line], dialect), [])
    if len(cells) != len(names):
        return False
    try:
        _validated(_named(names, cells), 0, LANGUAGES[0])
    except BadInput:
        return False
    return True


def _named(names: list[str], cells: list[str]) -> dict[str, str]:
    return {name: cell.strip() for name, cell in zip(names, cells, strict=False)}


def _lead(
    names: list[str], cells: list[str], line: int, seen: dict[str, int], language: str
) -> NewLead | RowError:
    try:
        _check_width(names, cells)
        lead = _validated(_named(names, cells), line, language)
    except BadInput as error:
        return RowError(line, str(error))
    if first := seen.get(lead.domain):
        return RowError(line, f"{lead.domain} stands on line {first} already.")
    seen[lead.domain] = line
    return lead


def _validated(row: dict[str, str], line: int, language: str) -> NewLead:
    _check_characters("".join(row.values()))
    for name, limit in _LIMITS.items():
        _check_cell(name, row.get(name, ""), limit)
    if not row.get("company"):
        raise BadInput("company is empty.")
    website = _website(row.get("website", ""))
    return NewLead(
        line,
        row["company"],
        website,
        registrable(website),
        first_name=row.get("first_name", ""),
        last_name=row.get("last_name", ""),
        email=clean_address(row["email"]) if row.get("email") else "",
        language=_language(row.get("language", "") or language),
        city=row.get("city", ""),
    )


def _check_characters(text: str) -> None:
    if _SURROGATE.search(text):
        raise BadInput("The line is not UTF-8: save the file with that encoding.")
    if "\0" in text:  # Postgres takes none
        raise BadInput("The line holds a NUL character.")


def _check_width(names: list[str], cells: list[str]) -> None:
    if any(cell.strip() for cell in cells[len(names) :]):  # empty ones are a spreadsheet's
        raise BadInput(
            f"It has {len(cells)} cells, the first line names {len(names)}: "
            "put a text that holds the separator in quotation marks."
        )


def _check_cell(name: str, value: str, limit: int) -> None:
    if (lines := len(_LINE_BREAK.split(value))) > 1:
        raise BadInput(f"{name} runs over {lines} lines up to this one: is a quotation mark left open?")
    if len(value) > limit:
        raise BadInput(f"{name} is longer than {limit} characters.")


def _website(given: str) -> str:
    if not given:
        raise BadInput("website is empty.")
    url = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or len(host) > MAX_HOST or " " in url:
        raise BadInput(f"website {given[:80]!r} is not a web address.")
    _check_cell("website", url, _LIMITS["website"])  # the scheme that was added counts too
    return url


def _language(given: str) -> str:
    code = given.lower()[:2]
    if code not in LANGUAGES or len(given) not in (2, 5):
        raise BadInput(f"language {given[:20]!r} is not one of {', '.join(LANGUAGES)}.")
    return code
