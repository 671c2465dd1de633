"""Runs every case that a module's tests ask for at once, a few at a time, so that waiting costs nothing."""

import asyncio
from collections.abc import Iterable
from dataclasses import dataclass, replace

import pytest

from browser.chrome import Chrome
from browser.forms.values import Letter
from browser.visit import Outcome
from tests.browser.conftest import LETTER, Ledger, Site, go
from tests.forms import difficulties

AT_ONCE = 4


@dataclass
class Ran:
    """How one case ended, and what its site received."""

    outcome: Outcome
    ledger: Ledger
    received: list[dict]


def wanted(request: pytest.FixtureRequest) -> list[str]:
    """The cases of this module's selected tests."""
    items = [
        item for item in request.session.items if item.module is request.module and hasattr(item, "callspec")
    ]
    return sorted({item.callspec.params["case"] for item in items if "case" in item.callspec.params})


async def run_all(chrome: Chrome, site: Site, cases: Iterable[str]) -> dict[str, Ran]:
    turns = asyncio.Semaphore(AT_ONCE)

    async def one(case: str) -> tuple[str, Ran]:
        async with turns:
            before = len(await site.received(case))
            outcome, ledger = await go(chrome, site.url(case), letter=_letter(case))
            return case, Ran(outcome, ledger, (await site.received(case))[before:])

    return dict(await asyncio.gather(*(one(case) for case in cases)))


def _letter(case: str) -> Letter:
    """The letter, with what a person answered where the page's rules say so."""
    name, _, state = case.partition(".")
    answers = difficulties.rules(name).get("answers", {}) if state == "difficulty" else {}
    return replace(LETTER, answers=answers)
