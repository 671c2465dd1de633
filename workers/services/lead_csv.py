"""A CSV of leads, read line by line: what is good goes in, what is not is listed with its line and reason."""

import codecs
import csv
import io
import re
from collections.abc import Iterator, Mapping
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
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text))
    _check_header(reader)
    seen: dict[str, int] = {}
    read = reader.line_num
    try:
        for row in reader:
            read = reader.line_num
            yield _lead(_named(row), read, seen, language)
    except csv.Error as error:
        # Leads before it are stored already: this is a line like others that did not go in.
        yield RowError(reader.line_num, f"No line from {read + 1} on was read, for it is not CSV: {error}.")


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


def _check_header(reader: "csv.DictReader[str]") -> None:
    try:
        known = [name.strip().lower() for name in reader.fieldnames or ()]
    except csv.Error as error:
        raise BadInput(f"The first line is not CSV: {error}.") from error
    if missing := [name for name in REQUIRED if name not in known]:
        raise BadInput(
            f"The file lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
            f"Its first line must name {', '.join(REQUIRED)}, and may name {', '.join(OPTIONAL)}."
        )
    if twice := [name for name in REQUIRED + OPTIONAL if known.count(name) > 1]:
        raise BadInput(f"The column {twice[0]} stands twice in the first line: which one counts?")


def _named(row: Mapping[str, object]) -> dict[str, str]:
    return {
        (name or "").strip().lower(): value.strip() for name, value in row.items() if isinstance(value, str)
    }


def _lead(row: dict[str, str], line: int, seen: dict[str, int], language: str) -> NewLead | RowError:
    try:
        lead = _validated(row, line, language)
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
