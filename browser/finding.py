"""From a site's address to a page with a plan for its contact form, or to the reason why there is none."""

import asyncio
import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.async_api import BrowserContext, Page, Response
from playwright.async_api import Error as PlaywrightError

from browser import discovery, overlays
from browser.captcha import wall
from browser.chrome import Chrome
from browser.egress import explain
from browser.egress_http import REASON_HEADER
from browser.elements import is_gone
from browser.forms.notices import find_notice
from browser.forms.plan import decide
from browser.forms.values import FormPlan
from browser.outcome.values import Proof
from browser.quiet import Traffic
from browser.refusals import refusal
from browser.robots import Access, Permission
from browser.snapshot import PageSnapshot, capture
from browser.visit_values import Outcome, Visit, VisitState

_SCRIPT = (Path(__file__).parent / "finding.js").read_text(encoding="utf-8")
_AT_ONCE = 2.0
"""Seconds in which a page that is at rest says so."""


@dataclass(frozen=True, slots=True)
class Found:
    """A page that is open on its form. `loaded` is the monotonic time at which its document arrived."""

    page: Page
    snapshot: PageSnapshot
    plan: FormPlan
    traffic: Traffic
    loaded: float


@dataclass(slots=True)
class _Search:
    """The state of one search: the tab, and what is still to be tried."""

    chrome: Chrome
    visit: Visit
    page: Page
    traffic: Traffic
    user_agent: str
    pool: dict[str, discovery.Candidate]
    tried: list[str]
    loaded: float = 0.0
    refused: Outcome | None = None


async def find(chrome: Chrome, context: BrowserContext, visit: Visit) -> Found | Outcome:
    """Open the site and look for its contact form: on this page, behind its links, at the usual addresses.

    Raises Playwright's Error, TimeoutError and BrowserCrashed.
    """
    user_agent = await chrome.user_agent()
    page, _ = await asyncio.gather(_tab(context), chrome.robots.may_visit(visit.url, user_agent))
    search = _Search(chrome, visit, page, Traffic(page), user_agent, {}, [])
    ended = await _open(search, visit.url)
    if ended:
        return ended
    while True:
        found = await _look(search)
        if found:
            return found
        if not await _open_next(search):
            return search.refused or _no_form(search)


async def _tab(context: BrowserContext) -> Page:
    return context.pages[0] if context.pages else await context.new_page()


async def _open_next(search: _Search) -> bool:
    """Open the best page that was not tried yet; False when there is none or enough were tried."""
    base = search.page.url
    _add(search, discovery.rank(await _links(search.page), base))
    if not search.pool:
        _add(search, discovery.common(search.visit.url))
    while search.pool and len(search.tried) < search.visit.limits.pages:
        best = max(search.pool.values(), key=lambda one: one.score)
        del search.pool[best.url]
        ended = await _open(search, best.url)
        if ended is None:
            return True
        if ended.state in (VisitState.FORBIDDEN, VisitState.CAPTCHA):
            search.refused = search.refused or ended
        if not search.pool:
            _add(search, discovery.common(search.visit.url))
    return False


def _add(search: _Search, candidates: Iterable[discovery.Candidate]) -> None:
    for one in candidates:
        if one.url.rstrip("/") not in search.tried:
            search.pool.setdefault(one.url, one)


async def _open(search: _Search, url: str) -> Outcome | None:
    """Load one page; the outcome if it must not or cannot be."""
    search.tried.append(url.rstrip("/"))
    permission = await search.chrome.robots.may_visit(url, search.user_agent)
    if permission.access is not Access.ALLOWED:
        return _not_permitted(permission, url)
    try:
        response = await search.page.goto(
            url, wait_until="domcontentloaded", timeout=search.visit.limits.open * 1000
        )
    except PlaywrightError as error:
        if is_gone(search.page, error):
            raise
        return await _failed(search, url, error)
    search.loaded = time.monotonic()
    return await _answered(search, url, response)


async def _answered(search: _Search, url: str, response: Response | None) -> Outcome | None:
    if response is None:
        return None
    headers = response.headers
    if reason := headers.get(REASON_HEADER.lower()):
        return _by_proxy(reason, url)
    if discovery.same_site(search.visit.url, search.page.url) is False and search.page.url != url:
        _follow_move(search)
    if response.status < 400:
        return _by_directive(refusal(headers.get("x-robots-tag", "")), url)
    title, text = await search.page.evaluate(_SCRIPT, ["words", 0])
    if blocked := _walled(response.status, headers, title, text, url):
        return blocked
    if response.status in (401, 403, 429, 451):
        return Outcome(VisitState.FORBIDDEN, "status", f"the site answers {response.status}", page_url=url)
    return Outcome(VisitState.UNREACHABLE, "status", f"the site answers {response.status}", page_url=url)


def _walled(status: int, headers: Mapping[str, str], title: str, text: str, url: str) -> Outcome | None:
    """The outcome where a wall stands before the page; it may well say that all is in order."""
    if product := wall(status, headers, title, text):
        detail = f"{product} stands before the page"
        return Outcome(VisitState.CAPTCHA, "wall", detail, page_url=url, captcha=product)
    return None


def _follow_move(search: _Search) -> None:
    """A home page that redirects to another domain moves the search there."""
    if len(search.tried) == 1:
        search.visit = Visit(search.page.url, search.visit.letter, search.visit.limits)


async def _look(search: _Search) -> Found | Outcome | None:
    """The form of the open page, or what forbids it, or None.

    A page that should have the form is given time to build it, then made to show what it hides.
    """
    settle = search.visit.limits.settle
    still, ready = await _read_at_once(search)
    if not still:
        await search.traffic.settle(settle)
        if await overlays.dismiss(search.page):
            await search.traffic.settle(settle)
        ready = await _read(search)
    if ready or not await _is_last_hope(search):
        return ready
    await _wait_for_fields(search.page, search.visit.limits.late)
    await search.traffic.settle(settle)
    if ready := await _read(search):
        return ready
    await search.page.evaluate(_SCRIPT, ["reveal", 0])
    await search.traffic.settle(settle)
    await search.page.evaluate(_SCRIPT, ["top", 0])
    return await _read(search)


async def _read_at_once(search: _Search) -> tuple[bool, Found | Outcome | None]:
    """Read the page while it is watched for stirring: most are at rest as soon as they are there.

    False, and nothing read, where it stirs or has a cookie wall to be answered first.
    """
    still = asyncio.create_task(search.traffic.still(_AT_ONCE))
    answered = asyncio.create_task(overlays.dismiss(search.page))
    reading = asyncio.create_task(_read(search))
    try:
        if await still and not await answered:
            return True, await reading
        await answered
        return False, None
    finally:
        reading.cancel()
        await asyncio.gather(still, answered, reading, return_exceptions=True)


async def _wait_for_fields(page: Page, seconds: float) -> None:
    try:
        now = await page.evaluate(_SCRIPT, ["fields", 0])
        await page.wait_for_function(_SCRIPT, arg=["more", now], timeout=seconds * 1000)
    except PlaywrightError as error:
        if is_gone(page, error) or "Timeout" not in error.message:
            raise


async def _read(search: _Search) -> Found | Outcome | None:
    snapshot = await capture(search.page)
    if blocked := _walled(200, {}, snapshot.title, snapshot.text, snapshot.url):
        return blocked
    if refused := _by_directive(refusal(*snapshot.robots), snapshot.url):
        return refused
    if notice := find_notice(snapshot):
        return Outcome(VisitState.FORBIDDEN, "notice", notice.text, page_url=snapshot.url)
    plan, why = await asyncio.to_thread(decide, snapshot, search.visit.letter)  # large pages take their time
    if plan is None and why.startswith("forbidden:"):
        return Outcome(VisitState.FORBIDDEN, "notice.box", why, page_url=snapshot.url)
    return Found(search.page, snapshot, plan, search.traffic, search.loaded) if plan else None


async def _links(page: Page) -> list[discovery.Link]:
    rows: list[dict[str, Any]] = await page.evaluate(_SCRIPT, ["links", 0])
    return [discovery.Link(**row) for row in rows]


async def _is_last_hope(search: _Search) -> bool:
    """True for a page that should have the form: it is not the first, or it leads to no better one."""
    return len(search.tried) > 1 or not discovery.rank(await _links(search.page), search.page.url)


async def _failed(search: _Search, url: str, error: PlaywrightError) -> Outcome:
    told = error.message.splitlines()[0].partition(" at ")[0].removeprefix("Page.goto: ")
    if "ERR_TUNNEL_CONNECTION_FAILED" in told and (reason := await explain(search.chrome.egress.url, url)):
        return _by_proxy(reason, url)
    return Outcome(VisitState.UNREACHABLE, "network", told[:300], page_url=url)


def _not_permitted(permission: Permission, url: str) -> Outcome:
    if permission.access is Access.REFUSED:
        return _by_proxy(permission.reason, url)
    state = VisitState.FORBIDDEN if permission.access is Access.DISALLOWED else VisitState.UNREACHABLE
    return Outcome(state, f"robots.{permission.access}", permission.reason, page_url=url)


def _by_proxy(reason: str, url: str) -> Outcome:
    if reason in ("unresolved", "unreachable", "bad-head"):
        return Outcome(VisitState.UNREACHABLE, f"egress.{reason}", "the site cannot be reached", page_url=url)
    detail = f"the address is not one that pages may reach ({reason})"
    return Outcome(VisitState.FORBIDDEN, f"egress.{reason}", detail, page_url=url)


def _by_directive(directive: str, url: str) -> Outcome | None:
    detail = f"the page says “{directive}” to programs"
    return Outcome(VisitState.FORBIDDEN, "robots.directive", detail, page_url=url) if directive else None


def _no_form(search: _Search) -> Outcome:
    detail = "no contact form on " + ", ".join(search.tried)
    return Outcome(VisitState.NO_FORM, "no-form", detail[:600], Proof.PROBABLE, page_url=search.page.url)
