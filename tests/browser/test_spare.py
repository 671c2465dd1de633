"""The context that is made ahead for the next job."""

import asyncio

import pytest
from playwright.async_api import Error as PlaywrightError

from browser.chrome import Chrome
from browser.egress import Egress

pytestmark = pytest.mark.asyncio(loop_scope="session")


async def test_a_prepared_context_is_lent_once_and_only_to_its_language() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        chrome.prepare("fr")
        async with chrome.context("de") as german:
            assert german.pages == []
            async with chrome.context("fr") as prepared, chrome.context("fr") as other:
                assert len(prepared.pages) == 1
                assert await prepared.pages[0].evaluate("navigator.language") == "fr-FR"
                assert other.pages == []
        assert chrome.open_contexts == 0


async def test_two_jobs_at_once_never_share_a_prepared_context() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        chrome.prepare("fr")

        async def lent() -> int:
            async with chrome.context("fr") as context:
                await asyncio.sleep(0.5)
                return len(context.pages)

        assert sorted(await asyncio.gather(lent(), lent())) == [0, 1]


async def test_only_one_context_waits_whatever_is_prepared() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        for language in ("fr", "fr", "de", "en"):
            chrome.prepare(language)
        generation = chrome._current
        await generation.spare.ready()
        assert len(generation.browser.contexts) == 1


async def test_a_prepared_tab_that_crashed_is_not_lent() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        chrome.prepare("fr")
        generation = chrome._current
        await generation.spare.ready()
        tab = generation.browser.contexts[0].pages[0]
        async with tab.expect_event("crash"):
            with pytest.raises(PlaywrightError):
                await tab.goto("chrome://crash")
        async with chrome.context("fr") as context:
            assert context.pages == []
        assert generation.browser.contexts == []
