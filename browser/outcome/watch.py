"""Watches one form from the click on: what leaves the page, what comes back, and what is newly seen."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Sequence
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from playwright.async_api import BrowserContext, ElementHandle, Frame, Page, Request, Response
from playwright.async_api import Error as PlaywrightError

from browser.outcome.generic import NO_PRODUCT
from browser.outcome.products import PRODUCTS
from browser.outcome.values import BODY_LIMIT, Exchange, Invalid, Product, Seen, Sight

_SCRIPT = (Path(__file__).parent / "watch.js").read_text(encoding="utf-8")
_WHICH = """(form, prints) => prints.findIndex((css) => form.matches(css) || form.querySelector(css)
  || (form.closest(css) !== null))"""
_READABLE = ("json", "text/", "xml")
_LOOK_SECONDS = 5.0
_BODY_BYTES = 2 * 1024 * 1024


async def product_of(form: ElementHandle) -> Product:
    """The product that made this form, NO_PRODUCT where none is known."""
    index = await form.evaluate(_WHICH, [product.fingerprint for product in PRODUCTS])
    return PRODUCTS[index] if index >= 0 else NO_PRODUCT


class Wire:
    """The submits that leave a context while this async context manager is open.

    `is_submit` picks them out of all requests. Every change is handed to `journal` at once and in order.
    """

    def __init__(
        self,
        context: BrowserContext,
        is_submit: Callable[[Request], bool],
        journal: Callable[[Exchange], Awaitable[None]],
    ) -> None:
        self._context = context
        self._is_submit = is_submit
        self._journal = journal
        self._numbers: dict[Request, int] = {}
        self._exchanges: dict[int, Exchange] = {}
        self._news: asyncio.Queue[Exchange] = asyncio.Queue()
        self._tasks: set[asyncio.Task[None]] = set()
        self._writer: asyncio.Task[None] | None = None
        self._changed = asyncio.Event()
        self._onward: set[Request] = set()

    async def __aenter__(self) -> Self:
        for event, handler in self._handlers():
            self._context.on(event, handler)  # type: ignore[call-overload]
        self._writer = asyncio.create_task(self._write())
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for event, handler in self._handlers():
            self._context.remove_listener(event, handler)
        tasks = [*self._tasks, *([self._writer] if self._writer else [])]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    @property
    def exchanges(self) -> tuple[Exchange, ...]:
        return tuple(self._exchanges.values())

    @property
    def redirected(self) -> bool:
        """Whether a submit's answer sent the browser on to a page that has not arrived."""
        return bool(self._onward)

    async def stirs(self, seconds: float) -> bool:
        """Wait until a submit has changed since the last call; False when none does in time."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed.wait()
                self._changed.clear()
                return True
        return False

    async def flush(self) -> None:
        """Return once all that is known is journalled; raises what the journal raised."""
        waiting = asyncio.create_task(self._news.join())
        writer = self._writer or waiting
        await asyncio.wait((waiting, writer), return_when=asyncio.FIRST_COMPLETED)
        waiting.cancel()
        if writer.done():
            writer.result()

    def _handlers(self) -> tuple[tuple[str, Callable[..., None]], ...]:
        return (
            ("request", self._requested),
            ("response", self._responded),
            ("requestfinished", self._finished),
            ("requestfailed", self._failed),
        )

    async def _write(self) -> None:
        while True:
            exchange = await self._news.get()
            await self._journal(exchange)
            self._news.task_done()

    def _requested(self, request: Request) -> None:
        if request.redirected_from is not None:
            if _first(request) in self._numbers:
                self._onward.add(request)
        elif self._is_submit(request):
            number = self._numbers[request] = len(self._numbers)
            self._tell(Exchange(number, request.method, request.url[:2000], request.resource_type))

    def _responded(self, response: Response) -> None:
        number = self._numbers.get(response.request)
        if number is None:
            return
        headers = response.headers
        answered = replace(
            self._exchanges[number],
            status=response.status,
            content_type=headers.get("content-type", "")[:100],
            location=headers.get("location", "")[:2000],
            done=300 <= response.status < 400,
        )
        self._tell(answered)

    def _finished(self, request: Request) -> None:
        self._onward.discard(request)
        number = self._numbers.get(request)
        if number is not None and not self._exchanges[number].done:
            task = asyncio.create_task(self._read(request, number))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)

    def _failed(self, request: Request) -> None:
        self._onward.discard(request)
        number = self._numbers.get(request)
        if number is not None and not self._exchanges[number].done:
            answered = self._exchanges[number].status is not None  # only its body was left unread
            failure = "" if answered else (request.failure or "failed")[:200]
            self._tell(replace(self._exchanges[number], failure=failure, done=True))

    async def _read(self, request: Request, number: int) -> None:
        body = ""
        with suppress(PlaywrightError, TimeoutError):  # a page that moves on takes the body with it
            async with asyncio.timeout(_LOOK_SECONDS):
                body = await _body(request)
        self._tell(replace(self._exchanges[number], body=body, done=True))

    def _tell(self, exchange: Exchange) -> None:
        self._exchanges[exchange.number] = exchange
        self._news.put_nowait(exchange)
        self._changed.set()


def _first(request: Request) -> Request:
    while request.redirected_from is not None:
        request = request.redirected_from
    return request


async def _body(request: Request) -> str:
    response = await request.response()
    if response is None:
        return ""
    headers = response.headers
    length = re.match(r"\d+", headers.get("content-length", ""))  # one that is sent twice comes in two lines
    if length and int(length.group()) > _BODY_BYTES:
        return ""
    if not any(kind in headers.get("content-type", "") for kind in _READABLE):
        return ""
    return (await response.text())[:BODY_LIMIT]


class Watch:
    """One form under watch. `begin` is called just before the click."""

    def __init__(self, page: Page, frame: Frame, product: Product) -> None:
        self._page = page
        self._frame = frame
        self._spec = {
            "scope": product.scope,
            "success": product.success,
            "failure": product.failure,
            "pending": product.pending,
        }
        self._before: dict[str, Any] = {}
        self._top_before: dict[str, Any] = {}

    async def begin(self, form: ElementHandle) -> None:
        """Remember what is seen before the click. Raises Playwright's Error when the page is gone."""
        self._before = await self._frame.evaluate(_SCRIPT, self._question(form, begin=True))
        if self._frame != self._page.main_frame:
            self._top_before = await self._page.main_frame.evaluate(_SCRIPT, self._question(None))

    async def look(self, popups: Sequence[Page]) -> Sight | None:
        """What is new; None while the page changes documents or does not answer."""
        places = [] if self._frame.is_detached() else [(self._frame, self._before)]
        if self._frame != self._page.main_frame:
            places.append((self._page.main_frame, self._top_before))
        places.extend((popup.main_frame, self._before) for popup in popups)
        sights = [await self._ask(*place) for place in places]
        return _merged([one for one in sights if one])

    async def _ask(self, frame: Frame, before: dict[str, Any]) -> Sight | None:
        try:
            async with asyncio.timeout(_LOOK_SECONDS):
                raw = await frame.evaluate(_SCRIPT, self._question(None, before=before))
        except (PlaywrightError, TimeoutError):
            return None
        return _sight(raw) if raw else None

    def _question(
        self, form: ElementHandle | None, *, begin: bool = False, before: dict[str, Any] | None = None
    ) -> dict[str, Any]:
        return {"form": form, "begin": begin, "spec": self._spec, "before": before}


def _sight(raw: dict[str, Any]) -> Sight:
    return Sight(
        url=raw["url"],
        navigated=raw["navigated"],
        form=raw["form"],
        seen=tuple(Seen(**one) for one in raw["seen"]),
        invalid=tuple(Invalid(**one) for one in raw["invalid"]),
        lines=tuple(raw["lines"]),
    )


def _merged(sights: Sequence[Sight]) -> Sight | None:
    """Several frames as one sight; the first that moved to another document speaks for the address."""
    if not sights:
        return None
    lead = next((one for one in sights if one.navigated), sights[0])
    return replace(
        lead,
        form=sights[0].form,
        seen=tuple(seen for one in sights for seen in one.seen),
        invalid=tuple(field for one in sights for field in one.invalid),
        lines=tuple(line for one in sights for line in one.lines),
    )
