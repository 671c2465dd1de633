"""Bytes of a message -> a bounded tree of entities, in linear time and without an exception.

The standard library's parser is not used for the tree: it recurses without a bound, checks every line against
every open boundary (quadratic in depth), and reads one ordinary mail of 5 kB at 8,279/s (`compat32`) or 971/s
(`policy.default`, whose header parser is quadratic, CPython gh-136063). What it decodes well is used: RFC
2231.
"""

import binascii
import codecs
import re
from dataclasses import dataclass, field
from email.message import Message
from email.utils import collapse_rfc2231_value
from functools import lru_cache

MAX_BYTES = 48 * 1024 * 1024
"""Above what the large providers accept (Gmail 25 MB, Exchange Online 35 MB by default, encoded a third
more).
"""
MAX_DEPTH = 24
MAX_PARTS = 1000
MAX_HEADER_BYTES = 1024 * 1024
MAX_HEADERS = 4000
MAX_PARAMETER_CHARS = 4000
MAX_TEXT_BYTES = 8 * 1024 * 1024

_HEADER = re.compile(r"^([!-9;-~]+)[ \t]*:(.*(?:\n[ \t].*)*)", re.MULTILINE)
_HIGH = re.compile(rb"[\x80-\xff]")
_PLAIN_VALUE = re.compile(r'[^;"]*(?:;[ \t]*[\w-]+=(?:"[^"\\]*"|[^\s;"\'*%]+)[ \t]*)+;?\s*')
_PLAIN_PARAMETER = re.compile(r';[ \t]*([\w-]+)=(?:"([^"\\]*)"|([^\s;"]+))')
"""As almost all are written: no continuation, no charset, no escape."""
_NOT_BASE64 = re.compile(rb"[^A-Za-z0-9+/]")
_FIRST_HEADER = re.compile(rb"(?:>?From [^\n]*\n)?[!-9;-~]+[ \t]*:")

_UNSAFE_CODECS = frozenset({"idna", "punycode", "unicode_escape", "raw_unicode_escape", "undefined", "utf-7"})
_WIDER = {"ascii": "cp1252", "iso8859-1": "cp1252", "gb2312": "gb18030", "gbk": "gb18030", "euc_kr": "cp949"}
"""What senders mean by these names is the wider set (WHATWG Encoding Standard)."""
_OFTEN_A_LIE = frozenset({"ascii", "iso8859-1", "cp1252", "iso8859-15"})


@dataclass(frozen=True, slots=True)
class Entity:
    """One MIME entity. `body` is still transfer-encoded; it is empty where `children` are not."""

    headers: tuple[tuple[str, str], ...]
    type: str
    parameters: dict[str, str]
    body: bytes
    children: tuple["Entity", ...] = ()

    def header(self, name: str) -> str:
        """The first value of that (lower-case) name, unfolded but not decoded, or an empty string."""
        return next((value for key, value in self.headers if key == name), "")


@dataclass(slots=True)
class Findings:
    """What was wrong on the way: `defects` are survivable, `poison` says why to set the message aside."""

    defects: list[str] = field(default_factory=list)
    poison: str | None = None
    parts: int = 0


def read(raw: bytes, findings: Findings) -> Entity:
    """The tree of a raw message. Line ends become LF and NULs are dropped before anything else."""
    if len(raw) > MAX_BYTES:
        findings.poison = "larger than 48 MiB"
        raw = raw[:MAX_HEADER_BYTES]
    if b"\0" in raw:
        findings.defects.append("NUL bytes")
        raw = raw.replace(b"\0", b"")
    if b"\r" in raw:
        raw = raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    return _entity(raw, findings, 0, "text/plain")


def _entity(raw: bytes, findings: Findings, depth: int, default: str) -> Entity:
    findings.parts += 1
    head, body = _halves(raw, findings)
    headers = _headers(head, findings)
    type_, parameters = _content_type(headers, default)
    if type_.startswith("multipart/"):
        children = _children(body, type_, parameters, findings, depth)
        children = children or (Entity((), "text/plain", {}, body),)
        return Entity(headers, type_, parameters, b"", children)
    return Entity(headers, type_, parameters, body)


def _halves(raw: bytes, findings: Findings) -> tuple[bytes, bytes]:
    if raw.startswith(b"\n"):
        return b"", raw[1:]
    head, blank, body = raw.partition(b"\n\n")
    if not _FIRST_HEADER.match(head):
        findings.defects.append("no headers")
        return b"", raw
    if len(head) > MAX_HEADER_BYTES:
        findings.poison = "headers larger than 1 MiB"
        head = head[:MAX_HEADER_BYTES]
    return head, body if blank else b""


def _headers(head: bytes, findings: Findings) -> tuple[tuple[str, str], ...]:
    found = _HEADER.findall(decode(head, "utf-8"))
    if len(found) > MAX_HEADERS:
        findings.poison = f"more than {MAX_HEADERS} headers"
    return tuple([(name.lower(), value.replace("\n", "").strip()) for name, value in found[:MAX_HEADERS]])


def _children(
    body: bytes, type_: str, parameters: dict[str, str], findings: Findings, depth: int
) -> tuple[Entity, ...]:
    boundary = parameters.get("boundary", "").rstrip()
    if not boundary:
        findings.defects.append("multipart without a boundary")
        return ()
    if depth >= MAX_DEPTH:
        findings.poison = f"nested more than {MAX_DEPTH} deep"
        return ()
    default = "message/rfc822" if type_ == "multipart/digest" else "text/plain"
    children = []
    for chunk in _split(body, boundary.encode("utf-8", "surrogateescape"), findings):
        if findings.parts >= MAX_PARTS:
            findings.poison = f"more than {MAX_PARTS} parts"
            break
        children.append(_entity(chunk, findings, depth + 1, default))
    return tuple(children)


def _split(body: bytes, boundary: bytes, findings: Findings) -> list[bytes]:
    """The chunks between boundary lines (RFC 2046, 5.1.1); a missing closing line is forgiven."""
    body = b"\n" + body
    mark = b"\n--" + boundary
    chunks: list[bytes] = []
    start, at = -1, body.find(mark)
    for _ in range(10 * MAX_PARTS):
        if at < 0:
            break
        end = body.find(b"\n", at + len(mark))
        tail = body[at + len(mark) : end if end >= 0 else len(body)].strip()
        if tail in (b"", b"--"):
            if start >= 0:
                chunks.append(body[start:at])
            start = end + 1 if end >= 0 and not tail else -1
            if tail:
                return chunks
        at = body.find(mark, at + len(mark) if end < 0 else end)
    if start >= 0:
        findings.defects.append("no closing boundary")
        chunks.append(body[start:])
    return chunks


def _content_type(headers: tuple[tuple[str, str], ...], default: str) -> tuple[str, dict[str, str]]:
    value = next((text for name, text in headers if name == "content-type"), "")
    type_, _, rest = value.partition(";")
    type_ = type_.strip().lower()
    if type_.count("/") != 1:
        type_ = "text/plain" if type_ in ("text", "") and value else default
    return type_, parameters_of(value) if rest else {}


def parameters_of(value: str) -> dict[str, str]:
    """The parameters of a Content-Type or Content-Disposition value, RFC 2231 continuations and charsets
    resolved.
    """
    value = value[:MAX_PARAMETER_CHARS].replace("\n", " ")
    if _PLAIN_VALUE.fullmatch(value):
        return {name.lower(): quoted or bare for name, quoted, bare in _PLAIN_PARAMETER.findall(value)}
    message = Message()
    message["content-type"] = value
    found = message.get_params(failobj=[], unquote=True) or []
    return {name.lower(): collapse_rfc2231_value(text) for name, text in found[1:]}


def content(entity: Entity) -> bytes:
    """The body with its transfer encoding taken off; broken base64 gives what can be read of it."""
    encoding = entity.header("content-transfer-encoding").lower().strip("\"' ")
    if encoding == "base64":
        return unbase64(entity.body)
    if encoding == "quoted-printable":
        return binascii.a2b_qp(entity.body)
    return entity.body


def unbase64(data: bytes) -> bytes:
    """Base64 read as far as it goes: strangers in the alphabet and wrong padding are passed over."""
    try:
        return binascii.a2b_base64(data)
    except binascii.Error:
        clean = _NOT_BASE64.sub(b"", data)
        clean = clean[: len(clean) - (len(clean) % 4 == 1)]
        return binascii.a2b_base64(clean + b"=" * (-len(clean) % 4))


def text_of(entity: Entity) -> str:
    """The content as text, whatever the charset claims; at most 8 MiB of it are read."""
    return decode(content(entity)[:MAX_TEXT_BYTES], entity.parameters.get("charset", ""))


def decode(data: bytes, charset: str) -> str:
    """`data` as text without NULs. A charset is believed unless the bytes prove it wrong; never raises."""
    text = _decoded(data, charset)
    return text.replace("\0", "") if "\0" in text else text


def _decoded(data: bytes, charset: str) -> str:
    if data.isascii() and b"\x1b" not in data:
        codec = _codec(charset)
        return (
            data.decode("ascii") if codec in (None, "utf-8") or codec in _OFTEN_A_LIE else _try(data, codec)
        )
    codec = _codec(charset)
    if codec is None or codec in _OFTEN_A_LIE:
        try:
            return data.decode("utf-8")
        except UnicodeDecodeError:
            return data.decode(codec or "cp1252", "replace")
    return _try(data, codec)


def _try(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeError:
        return data.decode("cp1252" if codec == "utf-8" and _mostly_latin(data) else codec, "replace")


def _mostly_latin(data: bytes) -> bool:
    """Whether reading these bytes as UTF-8 would lose more than it keeps of what is not ASCII."""
    sample = data[:65536]
    broken = sample.decode("utf-8", "replace").count("\ufffd")
    return broken * 2 > len(_HIGH.findall(sample))


@lru_cache(maxsize=256)
def _codec(charset: str) -> str | None:
    """The Python codec that is meant by a declared charset, or None where it says nothing usable."""
    name = charset.strip().strip("\"'").lower()[:40]
    try:
        info = codecs.lookup(name)
        known = info.name
        "".encode(known)
    except (LookupError, ValueError, UnicodeError):
        return None
    if known in _UNSAFE_CODECS:
        return None
    return _WIDER.get(known, known)
