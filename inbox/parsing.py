"""A raw message -> a `Mail`: values only, whatever the bytes.

`parse` never raises and takes time linear in the bytes. What it could not read is named in `Mail.defects`; a
message beyond the bounds (`inbox.mime`) carries `Mail.quarantine`, the reason to set the raw bytes aside and
move on.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cache, cached_property
from types import MappingProxyType

from inbox import flowed, headers, markup, mime, tnef
from inbox.headers import Address

_RECIPIENT_FIELDS = (
    "to", "cc", "bcc", "delivered-to", "x-original-to", "envelope-to", "x-envelope-to", "x-rcpt-to",
    "x-forwarded-to", "x-real-to", "apparently-to", "resent-to", "original-recipient",
)  # fmt: skip
_READ_ALWAYS = ("message/", "text/rfc822-headers", "text/calendar", "application/ics")
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})
_TNEF = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that came along. `size` is in bytes, after its transfer encoding is taken off."""

    name: str
    type: str
    size: int


@dataclass(frozen=True, slots=True)
class Part:
    """A leaf of the MIME tree in reading order. `text` is None for what is no text, or is attached."""

    type: str
    parameters: Mapping[str, str]
    text: str | None


@dataclass(frozen=True)
class Mail:
    """A message as values. Ids carry no angle brackets, addresses are in lower case, `date` is in UTC.

    `return_path` is an empty string for the null sender `<>` and None where the field is absent. `recipients`
    are the addresses of every field that tells where the mail was sent or delivered. `type` is the top
    content type.
    """

    message_id: str | None = None
    in_reply_to: tuple[str, ...] = ()
    references: tuple[str, ...] = ()
    date: datetime | None = None
    subject: str = ""
    from_: Address | None = None
    sender: Address | None = None
    reply_to: tuple[Address, ...] = ()
    to: tuple[Address, ...] = ()
    cc: tuple[Address, ...] = ()
    recipients: tuple[str, ...] = ()
    return_path: str | None = None
    headers: Mapping[str, tuple[str, ...]] = field(default_factory=lambda: MappingProxyType({}))
    type: str = "text/plain"
    parameters: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    text: str | None = None
    html: str | None = None
    attachments: tuple[Attachment, ...] = ()
    parts: tuple[Part, ...] = ()
    defects: tuple[str, ...] = ()
    quarantine: str | None = None

    def header(self, name: str) -> str:
        """The first value of a field by its lower-case name, or an empty string."""
        values = self.headers.get(name)
        return values[0] if values else ""

    @cached_property
    def body(self) -> str:
        """What a reader sees: the plain text, else the HTML as text."""
        if self.text and self.text.strip():
            return self.text
        return markup.to_text(self.html) if self.html else ""


def parse(raw: bytes) -> Mail:
    """The message in `raw`; see the module for what happens to the unreadable."""
    findings = mime.Findings()
    root = mime.read(raw, findings)
    fields = _fields(root)
    leaves = list(_leaves(root))
    bodies = _Bodies(leaves)
    if any(leaf.type in _ENCRYPTED for leaf in leaves) or root.type in _ENCRYPTED:
        findings.defects.append("encrypted")
    return Mail(
        **_envelope(fields),  # type: ignore[arg-type]
        headers=MappingProxyType(fields),
        type=root.type,
        parameters=MappingProxyType(root.parameters),
        text=bodies.text,
        html=bodies.html,
        attachments=tuple(bodies.attachments),
        parts=tuple(bodies.parts),
        defects=tuple(dict.fromkeys(findings.defects)),
        quarantine=findings.poison,
    )


def header_fields(text: str) -> dict[str, tuple[str, ...]]:
    """The fields of a header block in free text, as `Mail.headers` has them; what follows a blank line is
    ignored.
    """
    head = text.lstrip("\n")[: mime.MAX_HEADER_BYTES].encode("utf-8", "replace")
    return _fields(mime.read(head, mime.Findings()))


def _fields(entity: mime.Entity) -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name, value in entity.headers:
        values = found.setdefault(name, [])
        if len(values) < 200:
            values.append(headers.decoded(value))
    return {name: tuple(values) for name, values in found.items()}


def _envelope(fields: dict[str, tuple[str, ...]]) -> dict[str, object]:
    def one(name: str) -> str:
        return fields.get(name, ("",))[0]

    @cache
    def listed(name: str) -> tuple[Address, ...]:
        return tuple(address for value in fields.get(name, ())[:20] for address in headers.addresses(value))

    return {
        "message_id": next(iter(headers.ids(one("message-id"))), None),
        "in_reply_to": headers.ids(one("in-reply-to")),
        "references": headers.ids(one("references")),
        "date": headers.date(one("date")),
        "subject": " ".join(one("subject").split()),
        "from_": next(iter(listed("from")), None),
        "sender": next(iter(listed("sender")), None),
        "reply_to": listed("reply-to"),
        "to": listed("to"),
        "cc": listed("cc"),
        "recipients": tuple(
            dict.fromkeys(
                item.address for name in _RECIPIENT_FIELDS if name in fields for item in listed(name)
            )
        ),
        "return_path": _return_path(fields),
    }


def _return_path(fields: dict[str, tuple[str, ...]]) -> str | None:
    if "return-path" not in fields:
        return None
    found = headers.addresses(fields["return-path"][0])
    return found[0].address if found else ""


def _leaves(entity: mime.Entity) -> Iterator[mime.Entity]:
    if not entity.children:
        yield entity
    for child in entity.children:
        yield from _leaves(child)


class _Bodies:
    """Sorts the leaves of one message into text, HTML, attachments and parts."""

    def __init__(self, leaves: list[mime.Entity]) -> None:
        self.parts: list[Part] = []
        self.attachments: list[Attachment] = []
        self._texts: list[str] = []
        self._htmls: list[str] = []
        for leaf in leaves:
            self._add(leaf)

    @property
    def text(self) -> str | None:
        return "\n".join(self._texts) if self._texts else None

    @property
    def html(self) -> str | None:
        return "\n".join(self._htmls) if self._htmls else None

    def _add(self, leaf: mime.Entity) -> None:
        disposition = leaf.header("content-disposition")
        attached = disposition[:10].lower() == "attachment"
        text = None
        if leaf.type.startswith(_READ_ALWAYS) or (leaf.type.startswith("text/") and not attached):
            text = self._read(leaf)
        self.parts.append(Part(leaf.type, MappingProxyType(leaf.parameters), text))
        if text is None or attached or leaf.type == "message/rfc822":
            self._attach(leaf, disposition)

    def _read(self, leaf: mime.Entity) -> str:
        text = mime.text_of(leaf)
        if leaf.type == "text/plain":
            if leaf.parameters.get("format", "").lower() == "flowed":
                text = flowed.unflow(text, leaf.parameters.get("delsp", "").lower() == "yes")
            self._texts.append(text)
        elif leaf.type == "text/html":
            self._htmls.append(text)
        return text

    def _attach(self, leaf: mime.Entity, disposition: str) -> None:
        name = mime.parameters_of(disposition).get("filename", "") if ";" in disposition else ""
        name = headers.decoded(name or leaf.parameters.get("name", ""))
        if leaf.type in _TNEF or name.lower() == "winmail.dat":
            self._unwrap(leaf)
        size = len(leaf.body)
        if leaf.header("content-transfer-encoding").lower() == "base64":
            size = (size - leaf.body.count(b"\n")) * 3 // 4
        self.attachments.append(Attachment(name, leaf.type, size))

    def _unwrap(self, leaf: mime.Entity) -> None:
        unwrapped = tnef.unwrap(mime.content(leaf))
        if unwrapped.text and not self._texts:
            self._texts.append(unwrapped.text)
        if unwrapped.html and not self._htmls:
            self._htmls.append(unwrapped.html)
        self.attachments += [
            Attachment(name, "application/octet-stream", size) for name, size in unwrapped.files
        ]
