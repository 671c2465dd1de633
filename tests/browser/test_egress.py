"""Real Chromium against the egress proxy: no spelling, redirect, subresource, socket or rebinding gets
through.
"""

import asyncio
import contextlib
import os
import subprocess
import sys
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from ipaddress import ip_address, ip_network

import aiohttp
import psutil
import pytest
import pytest_asyncio
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from browser.chrome import Chrome
from browser.egress import Egress, EgressLimits, explain
from browser.egress_address import Address
from tests.browser.conftest import ROOT
from tests.servers import free_port

pytestmark = pytest.mark.asyncio(loop_scope="session")
SPELLINGS = (
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0x7f.1",
    "017700000001",
    "0177.0.0.1",
    "127.0.0.1.",
    "0.0.0.0",
    "localhost",
    "localhost.",
    "deep.under.localhost",
    "[::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:7f00:1]",
    "[::127.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
    "rebind.example",
    "LOCALHOST",
    "127.0.1",
    "127.000.000.001",
    "0x7f.0x0.0x0.0x1",
    "\uff11\uff12\uff17.0.0.1",
    "127\u30020\u30020\u30021",
    "\u2460\u2461\u2466.\u24ea.\u24ea.\u2460",
    "[::ffff:0:7f00:1]",
    "[0:0:0:0:0:ffff:7f00:0001]",
)
ELSEWHERE = (
    "10.0.0.1",
    "172.16.0.1",
    "192.168.1.1",
    "169.254.169.254",
    "100.64.0.1",
    "198.18.0.1",
    "[fc00::1]",
    "[fe80::1]",
    "224.0.0.1",
    "255.255.255.255",
)


class Target:
    """A server on loopback that must not be reached; it counts who was there."""

    def __init__(self) -> None:
        self.hits: list[str] = []
        self.port = 0

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        self.hits.append(head.split(b"\r\n")[0].decode())
        writer.write(b"HTTP/1.1 200 OK\r\nContent-Length: 5\r\nContent-Type: text/plain\r\n\r\ninner")
        await writer.drain()
        writer.close()


@pytest_asyncio.fixture(loop_scope="session")
async def target() -> AsyncIterator[Target]:
    counting = Target()
    server = await asyncio.start_server(counting.serve, "127.0.0.1", 0)
    counting.port = server.sockets[0].getsockname()[1]
    yield counting
    server.close()


class Resolver:
    """A name server whose answer changes: public when checked, loopback when asked again."""

    def __init__(self) -> None:
        self.asked = 0

    async def __call__(self, host: str) -> Sequence[Address]:
        if host == "mixed.example":
            return (ip_address("192.0.2.1"), ip_address("127.0.0.1"))
        if host == "missing.example":
            raise OSError("no such host")
        self.asked += 1
        return (ip_address("192.0.2.1" if self.asked == 1 else "127.0.0.1"),)


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def closed() -> AsyncIterator[Chrome]:
    limits = EgressLimits(dial=0.5)
    async with Egress(resolve=Resolver(), limits=limits) as egress, Chrome(egress) as chrome:
        yield chrome


async def _open(chrome: Chrome, url: str) -> str:
    async with chrome.context("en") as context:
        return await _goto(await context.new_page(), url)


async def _goto(page: Page, url: str) -> str:
    """The proxy's reason, "reached", or what Chromium says."""
    try:
        response = await page.goto(url, timeout=8000)
    except PlaywrightError as error:
        return error.message.splitlines()[0]
    return response.headers.get("x-relance-egress", "reached") if response else "nothing"


@pytest_asyncio.fixture(scope="module", loop_scope="session")
async def tab(closed: Chrome) -> AsyncIterator[Page]:
    async with closed.context("en") as context:
        yield await context.new_page()


@pytest.mark.parametrize("host", SPELLINGS)
async def test_no_spelling_of_this_machine_is_reached(tab: Page, target: Target, host: str) -> None:
    assert "reached" not in await _goto(tab, f"http://{host}:{target.port}/")
    assert "reached" not in await _goto(tab, f"https://{host}:{target.port}/")
    assert target.hits == []


@pytest.mark.parametrize("host", ELSEWHERE)
async def test_no_private_network_is_dialled(closed: Chrome, tab: Page, host: str) -> None:
    assert await _goto(tab, f"http://{host}/") not in ("reached", "unreachable", "port")
    assert await explain(closed.egress.url, f"https://{host}/") not in ("", "unreachable", "port")


async def test_a_redirect_a_subresource_and_a_socket_are_refused(target: Target) -> None:
    inside = f"http://127.0.0.1:{target.port}"
    pages = {
        "/redirect": ("302 Found", f"Location: {inside}/redirected\r\n", ""),
        "/page": ("200 OK", "Content-Type: text/html\r\n", _page(inside)),
    }
    async with _outside(pages) as (port, address), _only(address) as chrome:
        assert await _open(chrome, f"http://public.example:{port}/redirect") == "loopback"
        async with chrome.context("en") as context:
            page = await context.new_page()
            await page.goto(f"http://public.example:{port}/page")
            await page.wait_for_function("window.ended === 4", timeout=8000)
    assert target.hits == []


def _page(inside: str) -> str:
    return (
        f"<script>window.ended = 0; const done = () => {{ window.ended += 1; }};"
        f"fetch('{inside}/fetch', {{mode: 'no-cors'}}).then((r) => r.text()).then(done, done);"
        f"const image = new Image(); image.onload = image.onerror = done; image.src = '{inside}/image';"
        f"const socket = new WebSocket('{inside.replace('http', 'ws')}/socket'); socket.onclose = done;"
        f"</script><iframe onload='done()' src='{inside}/frame'></iframe>"
    )


def _outside(pages: dict[str, tuple[str, str, str]]):
    """A server on a loopback address that plays the public one: 127.0.0.2 is allowed, 127.0.0.1 is not."""
    from contextlib import asynccontextmanager

    async def serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        path = (await reader.readuntil(b"\r\n\r\n")).split(b" ")[1].decode()
        status, headers, body = pages.get(path, ("404 Not Found", "", ""))
        writer.write(f"HTTP/1.1 {status}\r\n{headers}Content-Length: {len(body)}\r\n\r\n{body}".encode())
        await writer.drain()

    @asynccontextmanager
    async def running():
        server = await asyncio.start_server(serve, "127.0.0.2", 0)
        yield server.sockets[0].getsockname()[1], "127.0.0.2"
        server.close()

    return running()


def _only(address: str):
    from contextlib import asynccontextmanager

    async def resolve(_: str) -> Sequence[Address]:
        return (ip_address(address),)

    @asynccontextmanager
    async def running():
        allow = [ip_network(f"{address}/32")]
        async with Egress(allow=allow, resolve=resolve) as egress, Chrome(egress) as chrome:
            yield chrome

    return running()


async def test_a_name_with_a_public_and_a_private_address_only_dials_the_public_one(closed: Chrome) -> None:
    assert await explain(closed.egress.url, "http://mixed.example/") == "reserved"
    assert await explain(closed.egress.url, "http://missing.example/") == "unresolved"


async def test_an_allowed_network_is_reached_on_any_port(target: Target) -> None:
    async with Egress(allow=[ip_network("127.0.0.0/8")]) as egress, Chrome(egress) as chrome:
        assert await _open(chrome, f"http://a.localhost:{target.port}/x") == "reached"
    assert target.hits[0] == "GET /x HTTP/1.1"


async def test_only_web_ports_are_opened() -> None:
    async def public(_: str) -> Sequence[Address]:
        return (ip_address("1.1.1.1"),)

    async with Egress(resolve=public, limits=EgressLimits(dial=0.2)) as egress:
        assert await explain(egress.url, "http://public.example:22/") == "port"
        assert await explain(egress.url, "http://public.example:443/") in ("", "unreachable")


async def test_a_connection_ends_at_its_limit_of_bytes(target: Target) -> None:
    """The head passes, then as much of the body as the limit lets through in one piece."""
    pages = {"/big": ("200 OK", "", "x" * 5_000_000)}
    limits = EgressLimits(received=100_000)
    async with (
        _outside(pages) as (port, address),
        Egress(allow=[ip_network(f"{address}/32")], limits=limits) as egress,
        aiohttp.ClientSession() as session,
        session.get(f"http://{address}:{port}/big", proxy=egress.url) as response,
    ):
        with pytest.raises(aiohttp.ClientPayloadError):
            await response.read()


async def test_a_page_cannot_forge_a_refusal(target: Target) -> None:
    pages = {"/": ("200 OK", "X-Relance-Egress: private\r\n", "hello")}
    async with _outside(pages) as (port, address), _only(address) as chrome:
        assert await _open(chrome, f"http://public.example:{port}/") == "reached"


async def test_the_connections_of_a_page_share_one_allowance_of_bytes() -> None:
    pages = {"/part": ("200 OK", "", "x" * 300_000)}
    limits = EgressLimits(page_received=1_000_000)
    async with (
        _outside(pages) as (port, address),
        Egress(allow=[ip_network(f"{address}/32")], limits=limits) as egress,
    ):
        first, second = await egress.door(), await egress.door()
        url = f"http://{address}:{port}/part"
        taken = [await _taken(first.url, url) for _ in range(6)]
        assert taken[:3] == [300_000] * 3
        assert sum(taken[3:]) < 400_000
        assert taken[5] == 0
        assert await _taken(second.url, url) == 300_000, "another page has its own"
        assert await _taken(egress.url, url) == 300_000, "what is no page's is not counted"


async def _taken(proxy: str, url: str) -> int:
    """Bytes of the body that come through."""
    taken = 0
    async with aiohttp.ClientSession() as session, session.get(url, proxy=proxy) as response:
        with contextlib.suppress(aiohttp.ClientPayloadError):
            async for chunk in response.content.iter_any():
                taken += len(chunk)
        return taken if response.status == 200 else 0


async def test_the_connections_of_a_page_end_when_its_time_is_up() -> None:
    async def drip(_: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(OSError):
            while True:
                writer.write(b"x")
                await writer.drain()
                await asyncio.sleep(0.05)

    server = await asyncio.start_server(drip, "127.0.0.2", 0)
    limits = EgressLimits(page_seconds=1.0)
    async with Egress(allow=[ip_network("127.0.0.2/32")], limits=limits) as egress:
        began = time.monotonic()
        await _taken((await egress.door()).url, f"http://127.0.0.2:{server.sockets[0].getsockname()[1]}/")
        assert 0.8 < time.monotonic() - began < 5
    server.close()


async def test_a_context_takes_its_door_with_it() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        async with chrome.context("fr"):
            doors = _listening()
        assert len(_listening()) == len(doors) - 1
        async with chrome.context("fr"):
            chrome._current.process.kill()
            await asyncio.sleep(1)
        assert len(_listening()) == len(doors) - 1


def _listening() -> list[int]:
    connections = psutil.Process().net_connections("tcp")
    return [one.laddr.port for one in connections if one.status == psutil.CONN_LISTEN]


@pytest.fixture
def elsewhere() -> Iterator[str]:
    """The proxy as a process of its own that allows 127.0.0.2 alone, and its address."""
    port = free_port()
    program = subprocess.Popen(
        [sys.executable, "-m", "browser.egress", "--port", str(port)],
        cwd=ROOT,
        env={**os.environ, "RELANCE_EGRESS_ALLOW": '["127.0.0.2/32"]'},
    )
    yield f"http://127.0.0.1:{port}"
    program.terminate()
    assert program.wait(10) == 0


async def test_a_worker_behind_a_proxy_elsewhere_resolves_and_dials_nothing(
    elsewhere: str, target: Target
) -> None:
    async def never(_: str) -> Sequence[Address]:
        raise AssertionError("the worker asked for a name")

    pages = {"/": ("200 OK", "Content-Type: text/html\r\n", "hello")}
    async with (
        _outside(pages) as (port, address),
        Egress(resolve=never, upstream=elsewhere) as egress,
        Chrome(egress) as chrome,
    ):
        await _until_up(elsewhere)
        assert await _open(chrome, f"http://{address}:{port}/") == "reached"
        assert await _open(chrome, f"http://127.0.0.1:{target.port}/") == "loopback"
        assert await _open(chrome, f"http://deep.localhost:{target.port}/") == "loopback"
        assert await explain(egress.url, "https://169.254.169.254/") == "link-local"
    assert target.hits == []


async def test_a_proxy_elsewhere_that_is_gone_is_unreachable() -> None:
    async with Egress(upstream="http://127.0.0.1:9") as egress:
        assert await explain(egress.url, "http://site.example/") == "unreachable"


async def _until_up(url: str) -> None:
    for _ in range(100):
        with contextlib.suppress(OSError):
            await explain(url, "http://127.0.0.1/")
            return
        await asyncio.sleep(0.1)
