"""A CSV of leads, read line by line: what is good goes in, what is not is listed with its line and reason."""

import codecs
import csv
import io
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from urllib.parse import urlsplit

import tldextract

from shared.errors import BadInput
from workers.services.accounts import clean_address

LANGUAGES = ("fr", "en", "de", "es", "it", "nl", "pt")
REQUIRED = ("company", "website")
OPTIONAL = ("first_name", "last_name", "email", "language", "city")
MAX_BYTES = 50 * 1024 * 1024
_LIMITS = {"company": 200, "website": 500, "first_name": 100, "last_name": 100, "email": 320, "city": 100}

# The list of suffixes that ships with the library: a lookup must not depend on the network.
_extract = tldextract.TLDExtract(suffix_list_urls=(), cache_dir=None)


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
    text, broken = _decode(content)
    reader = csv.DictReader(io.StringIO(text, newline=""), dialect=_dialect(text))
    _check_header(reader.fieldnames)
    seen: dict[str, int] = {}
    for row in _rows(reader):
        yield _lead(row, reader.line_num, broken, seen, language)


def registrable(url: str) -> str:
    """The registrable domain of a website, or its host where there is none (an address, a local name)."""
    host = (urlsplit(url).hostname or "").rstrip(".")
    return _extract(host).top_domain_under_public_suffix or host


def _decode(content: bytes) -> tuple[str, frozenset[int]]:
    """The text, and the lines whose bytes are not UTF-8: those alone are refused, the rest is kept."""
    if content[:2] in (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE):
        raise BadInput("The file is UTF-16: save it as UTF-8 (in Excel: CSV UTF-8).")
    lines = content.removeprefix(b"\xef\xbb\xbf").split(b"\n")
    broken = frozenset(number for number, line in enumerate(lines, 1) if not _is_utf8(line))
    return content.removeprefix(b"\xef\xbb\xbf").decode("utf-8", "replace"), broken


def _is_utf8(line: bytes) -> bool:
    try:
        line.decode()
    except UnicodeDecodeError:
        return False
    return True


def _dialect(text: str) -> type[csv.Dialect]:
    header = text.partition("\n")[0]

    class Guessed(csv.excel):
        delimiter = max(",;\t", key=header.count)

    return Guessed


def _check_header(names: Sequence[str] | None) -> None:
    known = [name.strip().lower() for name in names or ()]
    if missing := [name for name in REQUIRED if name not in known]:
        raise BadInput(
            f"The file lacks the column{'s' * (len(missing) > 1)} {', '.join(missing)}. "
            f"Its first line must name {', '.join(REQUIRED)}, and may name {', '.join(OPTIONAL)}."
        )


def _rows(reader: "csv.DictReader[str]") -> Iterator[dict[str, str]]:
    try:
        for row in reader:
            yield {
                (name or "").strip().lower(): value.strip() for name, value in row.items() if _is_text(value)
            }
    except csv.Error as error:
        raise BadInput(f"Line {reader.line_num} is not CSV: {error}.") from error


def _is_text(value: object) -> bool:
    return isinstance(value, str)


def _lead(
    row: dict[str, str], line: int, broken: frozenset[int], seen: dict[str, int], language: str
) -> NewLead | RowError:
    try:
        lead = _validated(row, line, broken, language)
    except BadInput as error:
        return RowError(line, str(error))
    if first := seen.get(lead.domain):
        return RowError(line, f"{lead.domain} stands on line {first} already.")
    seen[lead.domain] = line
    return lead


def _validated(row: dict[str, str], line: int, broken: frozenset[int], language: str) -> NewLead:
    if line in broken:
        raise BadInput("The line is not UTF-8: save the file with that encoding.")
    for name, limit in _LIMITS.items():
        if len(row.get(name, "")) > limit:
            raise BadInput(f"{name} is longer than {limit} characters.")
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


def _website(given: str) -> str:
    if not given:
        raise BadInput("website is empty.")
    url = given if "://" in given else f"https://{given}"
    try:
        parts = urlsplit(url)
        host, _ = parts.hostname or "", parts.port
    except ValueError:
        host, parts = "", urlsplit("")
    if parts.scheme not in ("http", "https") or "." not in host or " " in url:
        raise BadInput(f"website {given[:80]!r} is not a web address.")
    return url


def _language(given: str) -> str:
    code = given.lower()[:2]
    if code not in LANGUAGES or len(given) not in (2, 5):
        raise BadInput(f"language {given[:20]!r} is not one of {', '.join(LANGUAGES)}.")
    return code
