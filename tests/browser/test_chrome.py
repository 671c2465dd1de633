"""The process's Chromium: lent, retired, killed, and never left behind."""

import asyncio
import os
import signal
import subprocess
import sys
from pathlib import Path

import psutil
import pytest

from browser import elements
from browser.chrome import Chrome, ChromeLimits, end_orphans
from browser.egress import Egress
from browser.snapshot import capture
from tests.browser.conftest import LOOPBACK, ROOT, Site

pytestmark = pytest.mark.asyncio(loop_scope="session")

_OWNER = """
import asyncio
from browser.chrome import Chrome
from browser.egress import Egress
async def main():
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        print(chrome._current.process.pid, flush=True)
        await asyncio.sleep(60)
asyncio.run(main())
"""


async def test_each_job_has_a_clean_profile_and_the_operators_contact(site: Site) -> None:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress, contact="ops@relance.example") as chrome:
        assert "Chrom" in await chrome.user_agent()
        assert (await chrome.user_agent()).endswith("(+ops@relance.example)")
        for _ in range(2):
            async with chrome.context("de") as context:
                page = await context.new_page()
                await page.goto(site.url("plain.difficulty"))
                assert await page.evaluate("[document.cookie, navigator.language, localStorage.length]") == [
                    "",
                    "de-DE",
                    0,
                ]
                await page.evaluate("document.cookie = 'a=b'; localStorage.a = 'b'")
                await page.evaluate("navigator.serviceWorker.register('/client.js')")
                assert (
                    await page.evaluate(
                        "navigator.serviceWorker.getRegistrations().then((all) => all.length)"
                    )
                    == 0
                )
        assert chrome.open_contexts == 0


async def test_a_retired_chromium_lets_its_jobs_finish(site: Site) -> None:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress, limits=ChromeLimits(pages=1)) as chrome:
        async with chrome.context("fr") as old:
            page = await old.new_page()
            async with chrome.context("fr") as new:
                assert new.browser is not old.browser
                await page.goto(site.url("plain.difficulty"))
        assert chrome.retirements == 1
        assert await chrome.answers()


async def test_a_frozen_chromium_is_replaced() -> None:
    limits = ChromeLimits(command=2.0)
    async with Egress() as egress, Chrome(egress, limits=limits) as chrome:
        await chrome.user_agent()
        frozen = chrome._current.process
        frozen.send_signal(signal.SIGSTOP)
        async with chrome.context("fr") as context:
            await context.new_page()
        assert not _runs(frozen.pid)
        assert chrome.crashes == 1


async def test_too_much_memory_retires_a_chromium() -> None:
    async with Egress() as egress, Chrome(egress, limits=ChromeLimits(memory=1)) as chrome:
        async with chrome.context("fr"):
            assert chrome.memory() > 1
        async with chrome.context("fr"):
            pass
        assert chrome.retirements >= 1


async def test_no_process_is_left_when_chrome_is_closed() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        await chrome.user_agent()
        running = chrome._current.process
    assert not _runs(running.pid)


async def test_a_killed_owner_leaves_no_chromium() -> None:
    owner, pid = await asyncio.to_thread(_start_owner)
    owner.kill()
    owner.wait()
    await _gone(pid, 10)
    assert not _runs(pid)


async def test_a_chromium_frozen_when_its_owner_died_is_an_orphan_that_is_ended() -> None:
    owner, pid = await asyncio.to_thread(_start_owner)
    drivers = [process.pid for process in psutil.Process(owner.pid).children() if process.pid != pid]
    os.kill(pid, signal.SIGSTOP)
    for each in (owner.pid, *drivers):
        os.kill(each, signal.SIGKILL)
    owner.wait()
    assert _runs(pid)
    assert end_orphans() >= 1
    await _gone(pid, 5)
    assert not _runs(pid)


def _start_owner() -> tuple[subprocess.Popen, int]:
    """A process of its own that holds a Chromium, and that Chromium's id."""
    owner = subprocess.Popen([sys.executable, "-c", _OWNER], cwd=ROOT, stdout=subprocess.PIPE, text=True)
    return owner, int(owner.stdout.readline())


async def _gone(pid: int, seconds: float) -> None:
    if psutil.pid_exists(pid):
        await asyncio.to_thread(psutil.wait_procs, [psutil.Process(pid)], seconds)


def _runs(pid: int) -> bool:
    return psutil.pid_exists(pid) and psutil.Process(pid).status() != psutil.STATUS_ZOMBIE


async def test_nothing_of_a_page_is_kept_when_its_context_or_chromium_is_gone() -> None:
    async with Egress() as egress, Chrome(egress) as chrome:
        async with chrome.context("fr") as context:
            await capture(await context.new_page())
            assert len(elements._REGISTRY) == 1
        assert len(elements._REGISTRY) == 0
        async with chrome.context("fr") as context:
            await capture(await context.new_page())
            chrome._current.process.kill()
            await asyncio.sleep(1)
        assert len(elements._REGISTRY) == 0


async def test_the_driver_keeps_few_young_objects() -> None:
    before = set(psutil.Process().children())
    async with Egress() as egress, Chrome(egress):
        started = set(psutil.Process().children()) - before
        [driver] = [one for one in started if Path(one.exe()).name == "node"]
        assert driver.environ()["NODE_OPTIONS"] == "--max-semi-space-size=2"
