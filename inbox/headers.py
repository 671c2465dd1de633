"""Values of header fields as people's software really writes them: encoded words, addresses, ids, dates.

Nothing here raises, and each value is cut before it is looked at, so that a giant one costs no more than a
long one.
"""

import binascii
import re
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple

from inbox.mime import decode, unbase64

MAX_VALUE_CHARS = 64 * 1024
MAX_ADDRESSES = 1000
MAX_IDS = 1000

_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?\n]*)\?=")
_BETWEEN = re.compile(r"(\?=)[ \t]+(?==\?)")
_ADDRESS = re.compile(r"[^\s<>()\[\]@,;:\"]{1,128}@[^\s<>()\[\]@,;:\"]{1,255}")
_QUOTED_LOCAL = re.compile(r'"([^"\\\s]{1,128})"(?=@)')
_SIMPLE = re.compile(
    r'[ \t]*(?:"([^"\\]*)"|([^"<>@,;:()]*))[ \t]*<([^\s<>()@,;:"]{1,128}@[^\s<>()@,;:"\[\]]{1,255})>[ \t]*'
)
_MAILBOX = re.compile(
    r"""(?P<name>(?:"(?:[^"\\]|\\.)*"|[^"<>,;:@()]|\([^()]*\))*)<(?P<angle>[^<>]*)>|(?P<bare>[^\s<>()@,;:"]+@[^\s<>()@,;:"]+)"""
    r"""(?:[ \t]*\((?P<comment>[^()]*)\))?""",
)
_ID = re.compile(r"<([^<>\s]{1,990})>")
_LOOSE_ID = re.compile(r"[^\s<>,;\"']{1,990}@[^\s<>,;\"']{1,990}")


class Address(NamedTuple):
    """A mailbox: its display name (may be empty) and its address in lower case."""

    name: str
    address: str


def decoded(value: str) -> str:
    """A header value with its encoded words (RFC 2047) resolved, also those split inside a character."""
    value = value[:MAX_VALUE_CHARS]
    if "=?" not in value:
        return value
    pieces: list[str] = []
    pending: tuple[str, bytes] = ("", b"")
    end = 0
    value = _BETWEEN.sub(r"\1", value)
    for match in _WORD.finditer(value):
        charset, data = match[1].partition("*")[0].lower(), _word(match[2], match[3])
        if match.start() > end or charset != pending[0]:
            pieces += decode(pending[1], pending[0]), value[end : match.start()]
            pending = (charset, b"")
        pending = (charset, pending[1] + data)
        end = match.end()
    return "".join([*pieces, decode(pending[1], pending[0]), value[end:]])


def _word(encoding: str, text: str) -> bytes:
    data = text.encode("utf-8", "surrogateescape")
    return unbase64(data) if encoding in "bB" else binascii.a2b_qp(data, header=True)


def addresses(value: str) -> tuple[Address, ...]:
    """The mailboxes of an address list; groups are flattened and what is no address is left out."""
    value = value[:MAX_VALUE_CHARS]
    simple = _SIMPLE.fullmatch(value)
    if simple:
        return (Address(decoded((simple[1] or simple[2] or "").strip()), simple[3].lower()),)
    found = []
    for match in _MAILBOX.finditer(_QUOTED_LOCAL.sub(r"\1", value)):
        address = _ADDRESS.search(match["angle"] or match["bare"] or "")
        if address:
            found.append(Address(_name(match["name"] or match["comment"] or ""), address[0].lower()))
        if len(found) >= MAX_ADDRESSES:
            break
    return tuple(found)


def _name(raw: str) -> str:
    return decoded(raw.strip(" \t\"'").replace('\\"', '"'))


def find_addresses(text: str) -> list[str]:
    """Every address in free text, in lower case, in order, each once."""
    found = (match.strip(".'`*").lower() for match in _ADDRESS.findall(text))
    return list(dict.fromkeys(address for address in found if ".." not in address))


def ids(value: str) -> tuple[str, ...]:
    """The message ids of a field without their angle brackets, in order, each once.

    Of the In-Reply-To values seen in practice a fifth is not a clean `<id>`; what stands in angle brackets is
    taken, else the words that hold an at sign.
    """
    value = value[:MAX_VALUE_CHARS]
    found = _ID.findall(value) or _LOOSE_ID.findall(value)
    return tuple(dict.fromkeys(found))[-MAX_IDS:]


def date(value: str) -> datetime | None:
    """The instant of a Date field in UTC (a missing zone counts as UTC), or None where it cannot be read."""
    try:
        moment = parsedate_to_datetime(value[:200])
        return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment.astimezone(UTC)
    except (ValueError, TypeError, OverflowError, IndexError):
        return None
