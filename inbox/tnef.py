"""What Outlook hides in winmail.dat: bodies and files of a TNEF stream ([MS-OXTNEF]).

`tnefparse` 1.4.0 reads more, but copies the rest of the file at every attribute (quadratic: minutes for 8 MB
of small ones) and believes the row counts it is given, so a stranger's file must not reach it. This walks the
stream once.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

from inbox.mime import decode

_SIGNATURE = struct.pack("<I", 0x223E9F78)
_ATTRIBUTE = struct.Struct("<BII")
_BODY, _MAPI_PROPERTIES = 0x0002800C, 0x00069003
_ATTACHMENT_TITLE, _ATTACHMENT_DATA = 0x00018010, 0x0006800F
_PR_BODY, _PR_BODY_HTML = 0x1000, 0x1013
_STRING8, _UNICODE, _BINARY, _OBJECT = 0x1E, 0x1F, 0x102, 0x0D
_FIXED = {0x02: 4, 0x03: 4, 0x04: 4, 0x05: 8, 0x06: 8, 0x07: 8, 0x0A: 4, 0x0B: 4, 0x14: 8, 0x40: 8, 0x48: 16}
"""Bytes that a property value of fixed size takes, padded to four ([MS-OXTNEF] 2.1.3.4)."""


@dataclass(frozen=True, slots=True)
class Unwrapped:
    """The bodies, and each file's name and size in bytes."""

    text: str | None = None
    html: str | None = None
    files: tuple[tuple[str, int], ...] = ()


def unwrap(data: bytes) -> Unwrapped:
    """What `data` holds, as far as it can be read; an empty `Unwrapped` where it is no TNEF."""
    text = html = None
    files: list[tuple[str, int]] = []
    size = 0
    for name, value in _attributes(data):
        if name == _BODY:
            text = _text(value)
        elif name == _MAPI_PROPERTIES:
            found = dict(_bodies(value))
            text, html = text or found.get(_PR_BODY), found.get(_PR_BODY_HTML)
        elif name == _ATTACHMENT_DATA:
            size = len(value)
        elif name == _ATTACHMENT_TITLE:
            files.append((_text(value) or "", size))
    return Unwrapped(text, html, tuple(files[:1000]))


def _attributes(data: bytes) -> Iterator[tuple[int, bytes]]:
    if not data.startswith(_SIGNATURE):
        return
    at = 6
    while at + _ATTRIBUTE.size <= len(data):
        _, name, length = _ATTRIBUTE.unpack_from(data, at)
        at += _ATTRIBUTE.size
        yield name, data[at : at + length]
        at += length + 2


def _bodies(data: bytes) -> Iterator[tuple[int, str]]:
    """The text properties that are bodies. Stops at the first property whose layout is not known."""
    at = 4
    while at + 4 <= len(data):
        type_, name = struct.unpack_from("<HH", data, at)
        at += 4
        if name >= 0x8000:
            at = _past_name(data, at)
        if type_ in _FIXED:
            at += _FIXED[type_]
            continue
        if type_ not in (_STRING8, _UNICODE, _BINARY, _OBJECT) or at + 8 > len(data):
            return
        _, length = struct.unpack_from("<II", data, at)
        value = data[at + 8 : at + 8 + length]
        at += 8 + length + -length % 4
        if name in (_PR_BODY, _PR_BODY_HTML):
            yield (
                name,
                value.decode("utf-16-le", "replace").rstrip("\0")
                if type_ == _UNICODE
                else _text(value) or "",
            )


def _past_name(data: bytes, at: int) -> int:
    """The offset behind a named property's GUID and its number or name."""
    if at + 24 > len(data):
        return len(data)
    kind, length = struct.unpack_from("<II", data, at + 16)
    return at + 24 + (length + -length % 4 if kind else 0)


def _text(value: bytes) -> str | None:
    return decode(value.rstrip(b"\0"), "") or None
