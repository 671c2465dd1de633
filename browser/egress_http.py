"""The little HTTP/1.1 that a forward proxy needs: heads read, bounded and rewritten. Pure but for
`read_head`.

One exchange a connection: both sides are told `Connection: close`, so that a browser never reuses a
connection that is pinned to one server for a request to another.
"""

import asyncio
import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from shared.errors import EgressRefused

HEAD_LIMIT = 64 * 1024
"""Bytes of a request or response head; also the buffer of a stream."""

REASON_HEADER = "X-Relance-Egress"
"""Carries the reason of a refusal. Stripped from what servers send, so a page cannot forge one."""

_HOP_BY_HOP = re.compile(
    rb"^(?:connection|keep-alive|proxy-connection|proxy-authorization|te|upgrade|x-relance-egress)\s*:",
    re.IGNORECASE,
)
_HOST = re.compile(rb"^host\s*:", re.IGNORECASE)
_INTERIM = re.compile(rb"HTTP/1\.[01] 1\d\d ")
_NAME = re.compile(r"[a-z0-9._-]{1,253}|\[[0-9a-f:.%]{2,64}\]", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ProxyRequest:
    """What a client asks of the proxy. `head` is what goes to the server, empty for CONNECT."""

    method: str
    host: str
    port: int
    head: bytes


async def read_head(reader: asyncio.StreamReader) -> bytes:
    """One head with its empty line; EgressRefused where there is none or it is too long."""
    try:
        return await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError:
        raise EgressRefused("head-too-long", f"more than {HEAD_LIMIT} bytes of head") from None
    except asyncio.IncompleteReadError:
        raise EgressRefused("bad-head", "the connection ended within a head") from None


async def read_response_head(reader: asyncio.StreamReader) -> bytes:
    """The final response's head; interim ones (100, 103) are dropped."""
    for _ in range(8):
        head = await read_head(reader)
        if not _INTERIM.match(head):
            return head
    raise EgressRefused("bad-head", "too many interim responses")


def parse(head: bytes) -> ProxyRequest:
    """A client's request head; EgressRefused for anything but CONNECT and absolute `http` targets."""
    line, _, rest = head.partition(b"\r\n")
    parts = line.decode("latin-1").split(" ")
    if len(parts) != 3:
        raise EgressRefused("bad-head", "not an HTTP request")
    method, target, _ = parts
    if method == "CONNECT":
        host, port = _authority(target, None)
        return ProxyRequest(method, host, port, b"")
    return _plain(method, target, rest)


def closing_response(head: bytes) -> bytes:
    """A server's response head with `Connection: close`; EgressRefused where it is not HTTP."""
    if not head.startswith(b"HTTP/1."):
        raise EgressRefused("bad-head", "the server does not speak HTTP")
    return _closing(head.split(b"\r\n"))


def refusal(status: str, reason: str, detail: str) -> bytes:
    """The proxy's own answer: the reason is in a header for programs and in the body for people."""
    body = f"Relance's egress proxy: {detail} ({reason}).\n".encode()
    return (
        f"HTTP/1.1 {status}\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Length: {len(body)}\r\n"
        f"{REASON_HEADER}: {reason}\r\nConnection: close\r\n\r\n"
    ).encode("latin-1") + body


def _plain(method: str, target: str, rest: bytes) -> ProxyRequest:
    try:
        url = urlsplit(target)
    except ValueError:
        raise EgressRefused("bad-address", "the target is not a URL") from None
    if url.scheme.lower() != "http" or not url.netloc:
        raise EgressRefused("bad-scheme", f"a proxy request for {url.scheme or 'no'} scheme")
    host, port = _authority(url.netloc.rpartition("@")[2], 80)
    path = (url.path or "/") + (f"?{url.query}" if url.query else "")
    kept = [line for line in rest.split(b"\r\n") if not _HOST.match(line)]
    first = [f"{method} {path} HTTP/1.1".encode("latin-1"), f"Host: {url.netloc}".encode("latin-1")]
    return ProxyRequest(method, host, port, _closing([*first, *kept]))


def _closing(lines: list[bytes]) -> bytes:
    kept = [line for line in lines if line and not _HOP_BY_HOP.match(line)]
    return b"\r\n".join([*kept, b"Connection: close", b"", b""])


def _authority(text: str, default_port: int | None) -> tuple[str, int]:
    host, colon, port = text.rpartition(":")
    if not colon or text.endswith("]"):
        host, port = text, ""
    if not _NAME.fullmatch(host) or not ((port.isascii() and port.isdigit()) or (default_port and not port)):
        raise EgressRefused("bad-address", "the target is not a host and port")
    number = int(port) if port else default_port or 0
    if not 0 < number < 65536:
        raise EgressRefused("bad-address", f"there is no port {port[:8]}")
    return host, number
