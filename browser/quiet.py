"""Waits until a page has stopped building itself, and no longer than it is worth."""

import asyncio
import time
from contextlib import suppress
from pathlib import Path

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page, Request

_STILL = (Path(__file__).parent / "quiet.js").read_text(encoding="utf-8")
_STILL_MS = 60
_COUNTED = {"script", "stylesheet", "xhr", "fetch", "document"}


class Traffic:
    """The requests of one page that may still change what it shows."""

    def __init__(self, page: Page) -> None:
        self._page = page
        self._open: set[Request] = set()
        page.on("request", self._opened)
        page.on("requestfinished", self._closed)
        page.on("requestfailed", self._closed)

    def _opened(self, request: Request) -> None:
        if request.resource_type in _COUNTED:
            self._open.add(request)

    def _closed(self, request: Request) -> None:
        self._open.discard(request)

    async def still(self, seconds: float) -> bool:
        """True if nothing stirs for a moment from now on: what is read of the page meanwhile holds."""
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(seconds):
                return bool(await self._page.evaluate(_STILL, _STILL_MS)) and not self._open
        return False

    async def settle(self, seconds: float) -> bool:
        """Wait for a still document without open requests; False when it did not come to rest in time."""
        end = time.monotonic() + seconds
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(seconds):
                while time.monotonic() < end:
                    await self._page.evaluate(_STILL, _STILL_MS)
                    if not self._open:
                        return True
        self._open.clear()
        return False
