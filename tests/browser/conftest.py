"""The state server as a program of its own, one Chromium behind an egress proxy, and a letter."""

import asyncio
import subprocess
import sys
import urllib.request
from collections.abc import AsyncIterator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from ipaddress import ip_network
from pathlib import Path

import pytest
import pytest_asyncio

from browser.chrome import Chrome
from browser.egress import Egress
from browser.forms.values import Letter
from browser.outcome.values import Exchange
from browser.visit import Armed, Outcome, Visit, VisitLimits, visit

ROOT = Path(__file__).parents[2]
LOOPBACK = [ip_network("127.0.0.0/8"), ip_network("::1/128")]
QUICK = VisitLimits(total=90, answer=8.0, silence=1.2, late=1.5)
LETTER = Letter(
    message="Bonjour,\n\nnous aimerions vous présenter notre atelier de reliure.\n\nAnna Martin",
    subject="Votre bibliothèque",
    email="anna+k7x2@atelier-martin.fr",
    first_name="Anna",
    last_name="Martin",
    salutation="Madame",
    phone="+33 6 12 34 56 78",
    company="Atelier Martin",
    job_title="Gérante",
    website="https://atelier-martin.fr",
    street="3 rue des Lilas",
    postcode="69003",
    city="Lyon",
    country="France",
    language="fr",
)


@dataclass
class Ledger:
    """What a worker would have written down."""

    armed: list[Armed] = field(default_factory=list)
    journal: list[Exchange] = field(default_factory=list)

    async def arm(self, armed: Armed) -> None:
        self.armed.append(armed)

    async def write(self, exchange: Exchange) -> None:
        self.journal.append(exchange)


@dataclass
class Site:
    """The state server: addresses of its cases, and what it received."""

    port: int

    def url(self, case: str, path: str = "/") -> str:
        return f"http://{case}.localhost:{self.port}{path}"

    async def received(self, case: str) -> list[dict]:
        import json

        def ask() -> bytes:
            return urllib.request.urlopen(f"http://127.0.0.1:{self.port}/received").read()

        return json.loads(await asyncio.to_thread(ask)).get(f"{case}.localhost", [])


@pytest.fixture(scope="session")
def site() -> Iterator[Site]:
    with running_site() as running:
        yield running


@contextmanager
def running_site() -> Iterator[Site]:
    """A state server of its own, which counts what it alone was sent."""
    program = subprocess.Popen(
        [sys.executable, "-m", "tests.forms.server"], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )
    try:
        yield Site(int(program.stdout.readline()))
    finally:
        program.kill()
        program.wait()


@pytest_asyncio.fixture(scope="session", loop_scope="session")
async def chrome() -> AsyncIterator[Chrome]:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress) as running:
        yield running


async def go(
    chrome: Chrome, url: str, *, letter: Letter = LETTER, limits: VisitLimits = QUICK
) -> tuple[Outcome, Ledger]:
    ledger = Ledger()
    return await visit(chrome, Visit(url, letter, limits), ledger.arm, ledger.write), ledger
