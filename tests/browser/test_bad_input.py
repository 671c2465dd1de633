"""Sites that never end, lie, or break the browser: each ends as an outcome, in time, and harms no other."""

import asyncio
import contextlib
import time
from dataclasses import replace

import psutil
import pytest
from playwright.async_api import Error as PlaywrightError

from browser.chrome import Chrome
from browser.egress import Egress
from browser.outcome.values import Exchange
from browser.visit import Armed, Visit, VisitLimits, VisitState, visit
from shared.errors import DatabaseUnavailable, LeaseLost
from tests.browser.conftest import LETTER, LOOPBACK, QUICK, Ledger, Site, go

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
BRIEF = VisitLimits(total=12, open=4, settle=2, answer=3, silence=1, late=0.5)
BRIEFER = replace(BRIEF, total=7)
"""For sites that nothing is sent to, however long a visit lasts."""

NEVER = {VisitState.UNREACHABLE, VisitState.NO_FORM}
BAD = {
    "redirects": NEVER,
    "hangs": NEVER,
    "download": NEVER,
    "floods": NEVER,
    "grows": NEVER,
    "inputs": NEVER,
    "reloads": NEVER,
    "busy-at-load": {VisitState.UNREACHABLE},
    "busy-at-filling": {VisitState.UNREACHABLE},
    "busy-after-click": {VisitState.UNKNOWN},
    "alerts-at-filling": {VisitState.UNREACHABLE},
    "alerts-after-click": {VisitState.UNKNOWN},
    "opens": {VisitState.UNKNOWN, VisitState.UNREACHABLE},  # its windows may be all that a busy machine draws
    "stays": {VisitState.UNKNOWN},
    "download-after-click": {VisitState.UNKNOWN},
}
"""How a visit to each bad site may end."""
SLOWEST = {"grows", "floods", "busy-at-filling", "busy-after-click", "alerts-after-click"}
MEMORY = 400 * 1024**2
"""Bytes that a bad page may leave behind."""


@pytest.mark.parametrize(
    "name", [pytest.param(name, marks=pytest.mark.slow if name in SLOWEST else ()) for name in BAD]
)
async def test_a_bad_site_is_an_outcome_in_time_and_harms_no_other_lead(
    chrome: Chrome, site: Site, name: str
) -> None:
    await chrome.user_agent()
    limits = BRIEF if VisitState.UNKNOWN in BAD[name] else BRIEFER
    before, began = chrome.memory(), time.monotonic()
    bad, beside = await asyncio.gather(
        go(chrome, site.url(f"{name}.difficulty"), limits=limits), go(chrome, site.url("plain.difficulty"))
    )
    assert time.monotonic() - began < limits.total + 25
    assert bad[0].state in BAD[name], bad[0]
    assert bool(bad[1].armed) == (bad[0].state is VisitState.UNKNOWN)
    assert len(await site.received(f"{name}.difficulty")) <= 1
    assert beside[0].state is VisitState.SENT
    after, _ = await go(chrome, site.url("plain.difficulty"))
    assert after.state is VisitState.SENT
    assert chrome.open_contexts == 0
    assert chrome.memory() < before + MEMORY


@pytest.mark.parametrize("moment", ["filling", "armed", "answer"])
async def test_a_tab_that_crashes_is_unreachable_before_arming_and_unknown_after(
    chrome: Chrome, site: Site, moment: str
) -> None:
    case = {"filling": "busy-at-filling", "armed": "plain", "answer": "contact-form-7.timeout"}[moment]
    url = site.url(case if "." in case else f"{case}.difficulty")
    ledger, pressed = Ledger(), asyncio.Event()

    async def arm(armed: Armed) -> None:
        await ledger.arm(armed)
        if moment == "armed":
            await _crash_tab(chrome, url)

    async def journal(_: Exchange) -> None:
        pressed.set()

    work = asyncio.create_task(visit(chrome, Visit(url, LETTER, QUICK), arm, journal))
    if moment == "filling":
        await asyncio.sleep(3.0)
        await _crash_tab(chrome, url)
    if moment == "answer":
        await pressed.wait()
        await _crash_tab(chrome, url)
    outcome = await work
    assert outcome.state is (VisitState.UNREACHABLE if moment == "filling" else VisitState.UNKNOWN), outcome
    assert (await go(chrome, site.url("plain.difficulty")))[0].state is VisitState.SENT
    assert chrome.open_contexts == 0


async def test_a_site_that_is_down_is_unreachable(chrome: Chrome) -> None:
    outcome, _ = await go(chrome, "http://127.0.0.1:9/", limits=BRIEF)
    assert outcome.state is VisitState.UNREACHABLE


async def test_robots_txt_is_obeyed(chrome: Chrome, site: Site) -> None:
    refused, ledger = await go(chrome, site.url("robots-refuse.difficulty"))
    assert (refused.state, refused.rule) == (VisitState.FORBIDDEN, "robots.disallowed")
    broken, _ = await go(chrome, site.url("robots-broken.difficulty"))
    assert broken.state is VisitState.FORBIDDEN
    assert not ledger.armed


async def test_a_lost_lease_sends_nothing(chrome: Chrome, site: Site) -> None:
    async def arm(_: Armed) -> None:
        raise LeaseLost

    before = len(await site.received("plain.difficulty"))
    with pytest.raises(LeaseLost):
        await visit(chrome, Visit(site.url("plain.difficulty"), LETTER, QUICK), arm, Ledger().write)
    assert len(await site.received("plain.difficulty")) == before


async def test_a_lease_lost_at_a_posted_step_sends_nothing(chrome: Chrome, site: Site) -> None:
    async def arm(_: Armed) -> None:
        raise LeaseLost

    before = len(await site.received("steps-posted.difficulty"))
    with pytest.raises(LeaseLost):
        await visit(chrome, Visit(site.url("steps-posted.difficulty"), LETTER, QUICK), arm, Ledger().write)
    assert len(await site.received("steps-posted.difficulty")) == before


async def test_a_step_that_posts_to_several_places_arms_once(chrome: Chrome, site: Site) -> None:
    ledger = Ledger()

    async def arm(armed: Armed) -> None:
        await ledger.arm(armed)
        await asyncio.sleep(0.2)

    url = site.url("steps-two-posts.difficulty")
    outcome = await visit(chrome, Visit(url, LETTER, QUICK), arm, ledger.write)
    assert outcome.state is VisitState.SENT
    assert len(ledger.armed) == 1


async def test_an_answer_whose_length_is_told_twice_is_read(chrome: Chrome) -> None:
    form = (
        "<h1>Contactez-nous</h1><form method=post>"
        "<label>E-mail <input type=email name=email required></label>"
        "<label>Votre message <textarea name=message required></textarea></label>"
        "<button>Envoyer</button></form>"
    )

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        head = await reader.readuntil(b"\r\n\r\n")
        body = (form if head.startswith(b"GET") else "<p>Votre message a été envoyé</p>").encode()
        length = b"Content-Length: %d\r\n" % len(body)
        kind = b"Content-Type: text/html; charset=utf-8\r\n"
        missing, times = head.startswith(b"GET /robots.txt"), 2 if head.startswith(b"POST") else 1
        writer.write(
            b"HTTP/1.1 %d .\r\n" % (404 if missing else 200) + kind + times * length + b"\r\n" + body
        )
        await writer.drain()
        writer.close()

    async with await asyncio.start_server(answer, "127.0.0.1", 0) as server:
        outcome, ledger = await go(chrome, f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}/")
    assert outcome.state is VisitState.SENT, outcome
    assert ledger.journal[-1].done


async def test_a_journal_that_fails_after_the_click_is_unknown(chrome: Chrome, site: Site) -> None:
    async def journal(_: Exchange) -> None:
        raise DatabaseUnavailable

    outcome = await visit(chrome, Visit(site.url("plain.difficulty"), LETTER, QUICK), Ledger().arm, journal)
    assert outcome.state is VisitState.UNKNOWN


async def test_nothing_leaves_before_it_is_armed(chrome: Chrome, site: Site) -> None:
    seen: list[int] = []

    async def arm(_: Armed) -> None:
        seen.append(len(await site.received("draft-saver.difficulty")))

    before = len(await site.received("draft-saver.difficulty"))
    await visit(chrome, Visit(site.url("draft-saver.difficulty"), LETTER, QUICK), arm, Ledger().write)
    assert seen == [before]


async def test_a_cancelled_visit_closes_its_context(chrome: Chrome, site: Site) -> None:
    reached = asyncio.Event()

    async def arm(_: Armed) -> None:
        reached.set()
        await asyncio.sleep(60)

    work = asyncio.create_task(
        visit(chrome, Visit(site.url("plain.difficulty"), LETTER, QUICK), arm, Ledger().write)
    )
    await reached.wait()
    work.cancel()
    with pytest.raises(asyncio.CancelledError):
        await work
    assert chrome.open_contexts == 0


async def test_chromium_killed_before_the_click_is_unreachable_and_the_next_visit_works(site: Site) -> None:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress) as chrome:

        async def arm(_: Armed) -> None:
            raise AssertionError("never reached")

        work = asyncio.create_task(
            visit(chrome, Visit(site.url("hangs.difficulty"), LETTER, QUICK), arm, Ledger().write)
        )
        await _opened(chrome)
        _kill_chromium()
        assert (await work).state is VisitState.UNREACHABLE
        outcome, _ = await go(chrome, site.url("plain.difficulty"))
        assert outcome.state is VisitState.SENT


async def _opened(chrome: Chrome) -> None:
    for _ in range(100):
        if chrome.open_contexts:
            break
        await asyncio.sleep(0.1)
    await asyncio.sleep(0.5)


async def test_chromium_killed_after_arming_is_unknown(site: Site) -> None:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress) as chrome:

        async def arm(_: Armed) -> None:
            _kill_chromium()

        outcome = await visit(chrome, Visit(site.url("plain.difficulty"), LETTER, QUICK), arm, Ledger().write)
        assert outcome.state is VisitState.UNKNOWN


async def test_a_crashed_tab_ends_one_visit_and_not_its_neighbour(site: Site) -> None:
    async with Egress(allow=LOOPBACK) as egress, Chrome(egress) as chrome:
        async with chrome.context("fr") as context:
            page = await context.new_page()
            crash = asyncio.create_task(_crash(page))
            outcome, _ = await go(chrome, site.url("plain.difficulty"))
            await crash
        assert outcome.state is VisitState.SENT


async def _crash(page) -> None:
    from playwright.async_api import Error

    with pytest.raises(Error):
        await page.goto("chrome://crash")


async def _crash_tab(chrome: Chrome, url: str) -> None:
    """Crash the tab that shows this site, on its own I/O thread, whatever its script is doing."""
    tabs = [tab for context in chrome._current.browser.contexts for tab in context.pages]
    tab = next(tab for tab in tabs if tab.url.startswith(url))
    with contextlib.suppress(PlaywrightError, TimeoutError):
        async with asyncio.timeout(2):  # a tab that is gone does not always say so
            await (await tab.context.new_cdp_session(tab)).send("Page.crash")


def _kill_chromium() -> None:
    """Kill the newest Chromium of this process, as the kernel's memory killer would."""
    roots = []
    for process in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):
            command = process.cmdline()
            if any("--relance-owner" in part for part in command) and not any(
                "--type=" in part for part in command
            ):
                roots.append(process)
    max(roots, key=lambda one: one.create_time()).kill()
