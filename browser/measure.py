"""How well forms are read, on annotated pages rendered in Chromium with the network off.

A page is served from its own URL with a policy that runs none of its scripts; whatever else it asks for is
refused. Saved pages mostly lack their style sheets, so what a style would hide is visible here.
"""

import asyncio
import os
import time
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Any

from playwright.async_api import Browser, Page, Route, async_playwright
from playwright.async_api import Error as PlaywrightError

from browser.chrome import find_program
from browser.forms.gold import GoldPage, read_pages
from browser.forms.scoring import Mistake, Score, score_page
from browser.snapshot import PageSnapshot, capture
from shared.errors import BadInput, BrowserCrashed

TABS = 2
LOAD_MILLISECONDS = 20_000
_POLICY = {"content-security-policy": "script-src 'none'", "content-type": "text/html; charset=utf-8"}
Progress = Callable[[int], None]


@dataclass(frozen=True, slots=True)
class Measure:
    """The figures of one folder; None where its annotation does not allow one.

    `contact_f1` is over whole forms, `field_accuracy` and `whole_form` over the fields of contact forms,
    `micro_f1` over 13 types. `forms_per_second` is for taking the snapshot and reading it. `unread` names the
    pages that Chromium did not render.
    """

    pages: int
    forms: int
    contact_f1: float | None
    field_accuracy: float | None
    whole_form: float | None
    micro_f1: float | None
    by_type: dict[str, dict[str, float | int | None]]
    honeypots_filled: int
    forms_per_second: float
    unread: tuple[str, ...]
    errors: tuple[Mistake, ...]

    def as_json(self) -> dict[str, Any]:
        """The figures, without the errors."""
        return {name: getattr(self, name) for name in self.__dataclass_fields__ if name != "errors"}


def summary(score: Score, seconds: float, unread: tuple[str, ...] = ()) -> Measure:
    """A score as figures; `seconds` is what capturing and reading took."""
    return Measure(
        pages=score.pages,
        forms=score.forms,
        contact_f1=score.contact.f1,
        field_accuracy=score.field_accuracy,
        whole_form=score.whole_form,
        micro_f1=score.micro.f1,
        by_type={meaning.value: tally.row() for meaning, tally in sorted(score.types.items())},
        honeypots_filled=score.honeypots_filled,
        forms_per_second=score.forms / seconds if seconds else 0.0,
        unread=unread,
        errors=tuple(score.mistakes),
    )


async def measure(folder: Path, *, most: int | None = None, progress: Progress = lambda _: None) -> Measure:
    """Renders and reads the annotated pages of a folder, at most `most` of them, and counts what was right.

    `progress` is told the number of pages done. Raises BadInput for a folder in neither layout.
    """
    score, seconds, unread = Score(), 0.0, []
    async for gold, snapshot, took in render(folder, most=most):
        if snapshot is None:
            unread.append(gold.path.name)
            continue
        start = time.perf_counter()
        score_page(score, gold, snapshot)
        seconds += took + time.perf_counter() - start
        progress(score.pages + len(unread))
    return summary(score, seconds, tuple(unread))


async def render(
    folder: Path, *, most: int | None = None
) -> AsyncIterator[tuple[GoldPage, PageSnapshot | None, float]]:
    """Each annotated page, its snapshot (None where it did not render) and the seconds that this took."""
    left = islice(read_pages(folder), most)
    done: asyncio.Queue[tuple[GoldPage, PageSnapshot | None, float] | None] = asyncio.Queue()
    async with _chromium() as browser:
        tabs = [asyncio.create_task(_tab(browser, left, done)) for _ in range(TABS)]
        rest = len(tabs)
        found = 0
        while rest:
            if (item := await done.get()) is None:
                rest -= 1
                continue
            found += 1
            yield item
        await asyncio.gather(*tabs)
    if not found:
        raise BadInput(f"{folder} holds none of the pages that its index names.")


@asynccontextmanager
async def _chromium() -> AsyncIterator[Browser]:
    async with async_playwright() as playwright:
        browser = await playwright.chromium.launch(
            executable_path=find_program(), chromium_sandbox=os.geteuid() != 0
        )
        try:
            yield browser
        finally:
            await browser.close()


async def _tab(browser: Browser, left: Iterator[GoldPage], done: "asyncio.Queue[Any]") -> None:
    try:
        async with await browser.new_context() as context:
            page = await context.new_page()
            for gold in left:
                done.put_nowait((gold, *await _visit(page, gold)))
    finally:
        done.put_nowait(None)


async def _visit(page: Page, gold: GoldPage) -> tuple[PageSnapshot | None, float]:
    body = gold.path.read_bytes()

    async def serve(route: Route) -> None:
        own = route.request.is_navigation_request() and route.request.frame == page.main_frame
        await (route.fulfill(body=body, headers=_POLICY) if own else route.abort())

    await page.route("**/*", serve)
    try:
        await page.goto(gold.url, wait_until="domcontentloaded", timeout=LOAD_MILLISECONDS)
        start = time.perf_counter()
        return await capture(page), time.perf_counter() - start
    except (PlaywrightError, BrowserCrashed):
        return None, 0.0
    finally:
        await page.unroute("**/*", serve)
