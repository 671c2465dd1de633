"""The forward proxy through which every page goes: it resolves a name, checks the addresses, and dials the
one it checked. That covers redirects, subresources, frames, WebSockets and names that change their answer
between a check and a connection, because nothing else in the process ever resolves a name for a page.
"""

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from ipaddress import ip_address
from types import TracebackType
from typing import Self
from urllib.parse import urlsplit

from browser.egress_address import Address, Network, Refused, check, literal, local_name
from browser.egress_http import (
    HEAD_LIMIT,
    REASON_HEADER,
    ProxyRequest,
    closing_response,
    parse,
    read_head,
    read_response_head,
    refusal,
)

Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""A host name to its addresses; OSError where there are none."""

_CHUNK = 64 * 1024
_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_UNREACHABLE = frozenset({"unresolved", "unreachable", "bad-head"})
_LOOPBACK = (ip_address("127.0.0.1"), ip_address("::1"))


@dataclass(frozen=True, slots=True)
class EgressLimits:
    """Bounds of one connection. Seconds, and bytes from the server; a page's 32 connections share nothing."""

    dial: float = 10.0
    head: float = 30.0
    seconds: float = 180.0
    received: int = 32 * 1024 * 1024
    sent: int = 16 * 1024 * 1024


async def system_resolve(host: str) -> Sequence[Address]:
    """The addresses that the machine's resolver gives, in its order."""
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(ip_address(str(row[4][0]).partition("%")[0]) for row in rows)


class Egress:
    """An HTTP and CONNECT proxy on loopback, as an async context manager.

    `allow` names private networks that pages may reach all the same, on any port. A refusal answers 403, a
    server that cannot be reached 502; both carry the reason in `X-Relance-Egress`.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        *,
        resolve: Resolve = system_resolve,
        limits: EgressLimits = EgressLimits(),
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        self._limits = limits
        self._bind = (host, port)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        host, port = self._bind
        self._server = await asyncio.start_server(self._accept, host, port, limit=HEAD_LIMIT)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    @property
    def url(self) -> str:
        """The proxy's address, for Chromium and for aiohttp."""
        if self._server is None:
            raise RuntimeError("the egress proxy is not running")
        host, port = self._server.sockets[0].getsockname()[:2]
        return f"http://{host}:{port}"

    async def _accept(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        try:
            with suppress(OSError):  # TimeoutError is one; either way this connection is over
                async with asyncio.timeout(self._limits.seconds):
                    await self._serve((reader, writer))
                    writer.close()
                    await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _serve(self, client: _Stream) -> None:
        try:
            async with asyncio.timeout(self._limits.head):
                request = parse(await read_head(client[0]))
            upstream = await self._dial(await self._addresses(request), request.port)
            try:
                await self._relay(request, client, upstream)
            finally:
                upstream[1].transport.abort()
        except Refused as refused:
            status = "502 Bad Gateway" if refused.reason in _UNREACHABLE else "403 Forbidden"
            client[1].write(refusal(status, refused.reason, refused.detail))
            await client[1].drain()

    async def _addresses(self, request: ProxyRequest) -> Sequence[Address]:
        """The addresses of a target that a page may reach; Refused where none is left."""
        permitted = []
        refusals = []
        for address in await self._lookup(request.host):
            try:
                check(address, request.port, self._allow)
                permitted.append(address)
            except Refused as refused:
                refusals.append(refused)
        if not permitted:
            raise refusals[0] if refusals else Refused("unresolved", f"{request.host} has no address")
        return permitted

    async def _lookup(self, host: str) -> Sequence[Address]:
        if (address := literal(host)) is not None:
            return (address,)
        if local_name(host):
            return _LOOPBACK
        try:
            async with asyncio.timeout(self._limits.dial):
                return await self._resolve(host.rstrip("."))
        except (OSError, UnicodeError):
            raise Refused("unresolved", f"{host} has no address") from None

    async def _dial(self, addresses: Sequence[Address], port: int) -> _Stream:
        for address in addresses:
            with suppress(OSError):
                async with asyncio.timeout(self._limits.dial / len(addresses)):
                    return await asyncio.open_connection(str(address), port, limit=HEAD_LIMIT)
        raise Refused("unreachable", f"nothing answers at {addresses[0]} port {port}")

    async def _relay(self, request: ProxyRequest, client: _Stream, upstream: _Stream) -> None:
        """Bytes both ways until a side ends or a limit is spent; Refused where the server speaks no HTTP."""
        if request.method == "CONNECT":
            client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            upstream[1].write(request.head)
        up = asyncio.create_task(_pump(client[0], upstream[1], self._limits.sent))
        down = asyncio.create_task(self._answer(request, upstream[0], client[1]))
        try:
            done, _ = await asyncio.wait((up, down), return_when=asyncio.FIRST_COMPLETED)
            for task in done:
                task.result()
        finally:
            up.cancel()
            down.cancel()
            await asyncio.gather(up, down, return_exceptions=True)

    async def _answer(
        self, request: ProxyRequest, server: asyncio.StreamReader, client: asyncio.StreamWriter
    ) -> None:
        if request.method != "CONNECT":
            client.write(closing_response(await read_response_head(server)))
        await _pump(server, client, self._limits.received)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, limit: int) -> None:
    """Copy until the source ends or `limit` bytes have passed."""
    while limit > 0 and (chunk := await source.read(_CHUNK)):
        limit -= len(chunk)
        sink.write(chunk)
        await sink.drain()


async def explain(proxy_url: str, url: str) -> str:
    """Why the proxy would not open this URL: its reason, or empty where it would.

    A browser hides the answer to a refused CONNECT, so the question is put to the proxy itself.
    """
    target = urlsplit(url)
    proxy = urlsplit(proxy_url)
    port = target.port or (443 if target.scheme == "https" else 80)
    reader, writer = await asyncio.open_connection(proxy.hostname, proxy.port)
    try:
        request = f"CONNECT {_bracketed(target.hostname or '')}:{port} HTTP/1.1\r\n\r\n"
        writer.write(request.encode("latin-1", "replace"))
        head = await reader.readuntil(b"\r\n\r\n")
    finally:
        writer.close()
    for line in head.decode("latin-1").split("\r\n"):
        name, _, value = line.partition(": ")
        if name == REASON_HEADER:
            return value
    return ""


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
