"""The forward proxy through which every page goes: it resolves a name, checks the addresses, and dials the
one it checked. That covers redirects, subresources, frames, WebSockets and names that change their answer
between a check and a connection, because nothing else in the process ever resolves a name for a page.

Each page has a door of its own, a port on loopback, so that all its connections share one allowance of time
and bytes. `python -m browser.egress` is the proxy as a process of its own; a worker that is given its address
keeps only the doors, and hands every connection on to it unresolved.
"""

import argparse
import asyncio
import signal
import socket
import time
from collections.abc import Awaitable, Callable, Coroutine, Sequence
from contextlib import suppress
from dataclasses import dataclass
from functools import partial
from ipaddress import ip_address, ip_network
from types import TracebackType
from typing import Any, Self
from urllib.parse import urlsplit

from browser.egress_address import Address, Network, check, literal, local_name
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
from shared import logs
from shared.errors import EgressRefused
from shared.settings import settings

Resolve = Callable[[str], Awaitable[Sequence[Address]]]
"""A host name to its addresses; OSError where there are none."""

_CHUNK = 64 * 1024
_PORT = 3128
_Stream = tuple[asyncio.StreamReader, asyncio.StreamWriter]
_UNREACHABLE = frozenset({"unresolved", "unreachable", "bad-head"})
_LOOPBACK = (ip_address("127.0.0.1"), ip_address("::1"))


@dataclass(frozen=True, slots=True)
class EgressLimits:
    """Bounds of one connection, and of one page with all its connections. Seconds and bytes; `received` is
    from the server, `sent` from the page.
    """

    dial: float = 10.0
    head: float = 30.0
    seconds: float = 180.0
    received: int = 32 * 1024 * 1024
    sent: int = 16 * 1024 * 1024
    page_seconds: float = 180.0
    page_received: int = 64 * 1024 * 1024
    page_sent: int = 32 * 1024 * 1024


@dataclass(slots=True)
class Allowance:
    """What may still pass, counted down; `within` is an allowance that this is a part of."""

    seconds: float
    received: int
    sent: int
    within: "Allowance | None" = None
    began: float = 0.0

    def left(self) -> float:
        """Seconds that are left; they run from the first time that this is asked."""
        self.began = self.began or time.monotonic()
        own = self.began + self.seconds - time.monotonic()
        return min(own, self.within.left()) if self.within else own

    def spend(self, received: int = 0, sent: int = 0) -> bool:
        """Count these bytes; False once there were more than allowed."""
        self.received -= received
        self.sent -= sent
        rest = self.within.spend(received, sent) if self.within else True
        return rest and self.received >= 0 and self.sent >= 0


class Door:
    """One page's way into the proxy. `url` is what its browser is told."""

    def __init__(self, server: asyncio.Server) -> None:
        self._server = server
        self.url = _address(server)

    def close(self) -> None:
        """Take no more connections; those that run end with their page."""
        self._server.close()


async def system_resolve(host: str) -> Sequence[Address]:
    """The addresses that the machine's resolver gives, in its order."""
    loop = asyncio.get_running_loop()
    rows = await loop.getaddrinfo(host, None, type=socket.SOCK_STREAM)
    return tuple(ip_address(str(row[4][0]).partition("%")[0]) for row in rows)


class Egress:
    """An HTTP and CONNECT proxy, as an async context manager.

    `allow` names private networks that pages may reach all the same, on any port. A refusal answers 403, a
    server that cannot be reached 502; both carry the reason in `X-Relance-Egress`. With `upstream`, the
    address of another such proxy, that one resolves, checks and dials.
    """

    def __init__(
        self,
        allow: Sequence[Network] = (),
        *,
        resolve: Resolve = system_resolve,
        limits: EgressLimits = EgressLimits(),
        upstream: str = "",
        host: str = "127.0.0.1",
        port: int = 0,
    ) -> None:
        self._allow = tuple(allow)
        self._resolve = resolve
        self._limits = limits
        self._upstream = urlsplit(upstream)
        self._bind = (host, port)
        self._server: asyncio.Server | None = None
        self._connections: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await self._listen(*self._bind, None)
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._server:
            self._server.close()
        for connection in self._connections:
            connection.cancel()
        await asyncio.gather(*self._connections, return_exceptions=True)

    async def drain(self) -> None:
        """Take no more connections, and wait for those that run: for a page's time at the longest."""
        if self._server:
            self._server.close()
        if self._connections:
            await asyncio.wait(self._connections, timeout=self._limits.page_seconds)

    @property
    def url(self) -> str:
        """The proxy's address for what is no page's: robots.txt, and questions about a refusal."""
        if self._server is None:
            raise RuntimeError("the egress proxy is not running")
        return _address(self._server)

    async def door(self) -> Door:
        """A new page's own address, on loopback; whoever asks for it closes it."""
        limits = self._limits
        page = Allowance(limits.page_seconds, limits.page_received, limits.page_sent)
        return Door(await self._listen("127.0.0.1", 0, page))

    async def _listen(self, host: str, port: int, page: Allowance | None) -> asyncio.Server:
        return await asyncio.start_server(partial(self._accept, page), host, port, limit=HEAD_LIMIT)

    async def _accept(
        self, page: Allowance | None, reader: asyncio.StreamReader, writer: asyncio.StreamWriter
    ) -> None:
        task = asyncio.current_task()
        if task:
            self._connections.add(task)
            task.add_done_callback(self._connections.discard)
        allowance = Allowance(self._limits.seconds, self._limits.received, self._limits.sent, page)
        try:
            with suppress(OSError):  # TimeoutError is one; either way this connection is over
                async with asyncio.timeout(max(0.0, allowance.left())):
                    await self._serve((reader, writer), allowance)
                    writer.close()
                    await writer.wait_closed()
        finally:
            writer.transport.abort()

    async def _serve(self, client: _Stream, allowance: Allowance) -> None:
        try:
            async with asyncio.timeout(self._limits.head):
                head = await read_head(client[0])
            if not allowance.spend():
                raise EgressRefused("page-limit", "the page has had all its bytes")
            request = parse(head)
            if self._upstream.hostname:
                await self._hand_on(head, client, allowance)
                return
            upstream = await self._dial(await self._addresses(request), request.port)
            try:
                await self._relay(request, client, upstream, allowance)
            finally:
                upstream[1].transport.abort()
        except EgressRefused as refused:
            status = "502 Bad Gateway" if refused.reason in _UNREACHABLE else "403 Forbidden"
            client[1].write(refusal(status, refused.reason, refused.detail))
            await client[1].drain()

    async def _hand_on(self, head: bytes, client: _Stream, allowance: Allowance) -> None:
        """Put the request to the proxy behind this one, as it came."""
        host, port = self._upstream.hostname or "", self._upstream.port or _PORT
        try:
            async with asyncio.timeout(self._limits.dial):
                upstream = await asyncio.open_connection(host, port, limit=HEAD_LIMIT)
        except OSError:
            raise EgressRefused("unreachable", "the egress proxy does not answer") from None
        try:
            upstream[1].write(head)
            await _both_ways(
                _pump(client[0], upstream[1], lambda size: allowance.spend(sent=size)),
                _pump(upstream[0], client[1], lambda size: allowance.spend(received=size)),
            )
        finally:
            upstream[1].transport.abort()

    async def _addresses(self, request: ProxyRequest) -> Sequence[Address]:
        """The addresses of a target that a page may reach; EgressRefused where none is left."""
        permitted = []
        refusals = []
        for address in await self._lookup(request.host):
            try:
                check(address, request.port, self._allow)
                permitted.append(address)
            except EgressRefused as refused:
                refusals.append(refused)
        if not permitted:
            raise refusals[0] if refusals else EgressRefused("unresolved", f"{request.host} has no address")
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
            raise EgressRefused("unresolved", f"{host} has no address") from None

    async def _dial(self, addresses: Sequence[Address], port: int) -> _Stream:
        for address in addresses:
            with suppress(OSError):
                async with asyncio.timeout(self._limits.dial / len(addresses)):
                    return await asyncio.open_connection(str(address), port, limit=HEAD_LIMIT)
        raise EgressRefused("unreachable", f"nothing answers at {addresses[0]} port {port}")

    async def _relay(
        self, request: ProxyRequest, client: _Stream, upstream: _Stream, allowance: Allowance
    ) -> None:
        """Bytes both ways until a side ends or a limit is spent; EgressRefused where the server speaks no
        HTTP.
        """
        if request.method == "CONNECT":
            client[1].write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        else:
            upstream[1].write(request.head)
        await _both_ways(
            _pump(client[0], upstream[1], lambda size: allowance.spend(sent=size)),
            self._answer(request, upstream[0], client[1], allowance),
        )

    async def _answer(
        self,
        request: ProxyRequest,
        server: asyncio.StreamReader,
        client: asyncio.StreamWriter,
        allowance: Allowance,
    ) -> None:
        if request.method != "CONNECT":
            client.write(closing_response(await read_response_head(server)))
        await _pump(server, client, lambda size: allowance.spend(received=size))


async def _both_ways(*ways: Coroutine[Any, Any, None]) -> None:
    """Run both until one ends, and raise what it raised."""
    tasks = [asyncio.create_task(way) for way in ways]
    try:
        done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        for task in done:
            task.result()
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _pump(source: asyncio.StreamReader, sink: asyncio.StreamWriter, may: Callable[[int], bool]) -> None:
    """Copy until the source ends or `may` says that enough has passed."""
    while chunk := await source.read(_CHUNK):
        enough = not may(len(chunk))
        sink.write(chunk)
        await sink.drain()
        if enough:
            return


def _address(server: asyncio.Server) -> str:
    host, port = server.sockets[0].getsockname()[:2]
    return f"http://{_bracketed(host)}:{port}"


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


async def serve(host: str, port: int, allow: Sequence[Network]) -> None:
    """Be the proxy of other machines until SIGTERM or SIGINT; connections that run may end then."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    async with Egress(allow, host=host, port=port) as egress:
        logs.log("egress ready", url=egress.url)
        await stop.wait()
        await egress.drain()


def main() -> None:
    """`python -m browser.egress [--host HOST] [--port PORT]`"""
    parser = argparse.ArgumentParser(prog="browser.egress", description="The egress proxy as a process.")
    parser.add_argument("--host", default="127.0.0.1")
    parser.add_argument("--port", type=int, default=_PORT)
    given = parser.parse_args()
    logs.configure()
    allow = [ip_network(network) for network in settings().egress_allow]
    asyncio.run(serve(given.host, given.port, allow))


if __name__ == "__main__":
    main()
