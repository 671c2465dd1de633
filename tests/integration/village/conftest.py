"""A running village, a visitor to it, and a browser."""

import os
import socket
from collections.abc import AsyncIterator, Iterator
from zlib import crc32

import aiohttp
import pytest
import pytest_asyncio
from aiohttp.abc import AbstractResolver, ResolveResult
from playwright.async_api import Page, async_playwright

from browser.chrome import find_program
from tests.integration.village.visits import PASSWORD, USER
from tests.village.programs import Village, running_village
from tests.village.running import LOOPBACK
from tests.village.scenario import MAIL_DOMAIN


@pytest.fixture(scope="module")
def village(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Village]:
    with running_village(tmp_path_factory.mktemp("village"), USER, PASSWORD, delay=0.05) as running:
        yield running


class Loopback(AbstractResolver):
    """Every *.localhost is this machine, as in browsers."""

    async def resolve(self, host: str, port: int = 0, family: int = 0) -> list[ResolveResult]:
        assert host.endswith(".localhost")
        return [
            ResolveResult(
                hostname=host,
                host=LOOPBACK,
                port=port,
                family=socket.AF_INET,
                proto=0,
                flags=socket.AI_NUMERICHOST,
            )
        ]

    async def close(self) -> None:
        pass


@pytest_asyncio.fixture
async def web() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(resolver=Loopback())) as session:
        yield session


@pytest.fixture
def email(request: pytest.FixtureRequest) -> str:
    """An address of the visitor that this test alone uses."""
    return f"camille+{crc32(request.node.name.encode()):x}@{MAIL_DOMAIN}"


@pytest_asyncio.fixture
async def page() -> AsyncIterator[Page]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_program(), args=["--no-sandbox"] if os.geteuid() == 0 else []
        )
        yield await browser.new_page()
        await browser.close()
