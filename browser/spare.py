"""One context made ahead, with its tab, for the job that comes next.

A third of a short visit is Chromium starting a process for the new profile. It is as fresh as any other: no
page was opened in it.
"""

import asyncio
from collections.abc import Awaitable, Callable
from weakref import WeakSet

from playwright.async_api import BrowserContext, Page

Make = Callable[[str], Awaitable[BrowserContext]]
"""A language to a new context that holds one empty tab."""


class Spare:
    """At most one context in waiting. It lives as long as the browser that it was made in."""

    def __init__(self, make: Make) -> None:
        self._make = make
        self._language = ""
        self._making: asyncio.Task[BrowserContext] | None = None
        self._crashed: WeakSet[Page] = WeakSet()

    def prepare(self, language: str) -> None:
        """Begin to make one for a job in this language, unless one is there; another language's is closed."""
        if self._making and language == self._language:
            return
        self._making = asyncio.create_task(self._made(language, instead_of=self._making))
        self._making.add_done_callback(lambda task: task.cancelled() or task.exception())
        self._language = language

    async def take(self, language: str) -> BrowserContext | None:
        """The one in waiting if it is of this language, else None. Raises Playwright's Error."""
        making = self._making
        if making is None or language != self._language:
            return None
        context = await asyncio.shield(making)
        if self._making is not making:  # another job was quicker
            return None
        self._making = None
        if any(page in self._crashed for page in context.pages):
            await context.close()
            return None
        return context

    async def ready(self) -> None:
        """Return once the one that is being made is there."""
        if self._making:
            await asyncio.wait({self._making})

    async def _made(self, language: str, instead_of: asyncio.Task[BrowserContext] | None) -> BrowserContext:
        if instead_of:
            await (await instead_of).close()
        context = await self._make(language)
        for page in context.pages:
            page.on("crash", lambda crashed: self._crashed.add(crashed))
        return context
