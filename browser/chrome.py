"""One Chromium for a process and a fresh context for each job.

Facts this rests on: Playwright drives Chromium over a pipe, and a Chromium whose pipe closes ends by itself,
so a killed parent leaves no browser behind; a frozen Chromium does not notice, and is killed as a process
tree. A context costs about 75 MB; closing it gives that back. Chromium gets slower and larger with the pages
it has shown, so it is retired after a number of them, an age or a size; jobs that run in a retired one finish
in it.
"""

import asyncio
import os
import shutil
import sys
import time
import uuid
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self

import psutil
from playwright.async_api import (
    Browser,
    BrowserContext,
    Dialog,
    Page,
    Playwright,
    ViewportSize,
    async_playwright,
)
from playwright.async_api import Error as PlaywrightError

from browser.egress import Egress
from browser.robots import Robots
from browser.sockets import Sockets
from browser.spare import Spare
from shared.errors import BrowserCrashed, BrowserMissing
from shared.metrics import BROWSER_ENDS

# Debian's shell is the same engine without the windows and menus that nobody sees, as Playwright's own is.
# The command of that name is a script that stays beside it, and would be frozen or killed in its place.
_PROGRAMS = (
    "/usr/lib/chromium/chromium-headless-shell",
    "chromium",
    "chromium-browser",
    "google-chrome",
    "google-chrome-stable",
)
_MAC_PROGRAM = Path("/Applications/Google Chrome.app/Contents/MacOS/Google Chrome")
_VIEWPORT: ViewportSize = {"width": 1280, "height": 900}
_WEIGH_EVERY = 5.0
_DIALOGS = 20
"""Dialogs after which a page that keeps opening them is closed."""

_ARGUMENTS = (
    "--disable-quic",
    "--force-webrtc-ip-handling-policy=disable_non_proxied_udp",
    "--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1",  # only the proxy resolves names
)

_DRIVER = "--max-semi-space-size=2"
"""Megabytes of the driver's young objects. Node lets them have 16, which the driver fills more and more: it
held 40 MB more after a few hundred forms, for nothing.
"""

_LOCALES = {
    "fr": "fr-FR",
    "en": "en-GB",
    "de": "de-DE",
    "es": "es-ES",
    "it": "it-IT",
    "nl": "nl-NL",
    "pt": "pt-PT",
}


@dataclass(frozen=True, slots=True)
class ChromeLimits:
    """When a Chromium is replaced, and how long its own commands may take. Seconds and bytes."""

    pages: int = 100
    age: float = 3600.0
    memory: int = 2 * 1024**3
    launch: float = 30.0
    command: float = 10.0


@dataclass(slots=True, eq=False)
class _Generation:
    """One running Chromium and the jobs in it."""

    browser: Browser
    process: psutil.Process
    user_agent: str
    spare: Spare = field(init=False)
    born: float = field(default_factory=time.monotonic)
    pages: int = 0
    jobs: int = 0
    retired: bool = False
    weighed: float = 0.0
    bytes: int = 0

    @property
    def alive(self) -> bool:
        return self.browser.is_connected() and not self.retired

    def weight(self) -> int:
        """Bytes that its processes hold, asked again only now and then: it means reading all of /proc."""
        if not self.bytes or time.monotonic() - self.weighed >= _WEIGH_EVERY:
            self.weighed, self.bytes = time.monotonic(), _memory(self.process)
        return self.bytes


class Chrome:
    """The process's Chromium, as an async context manager; `context()` lends a job its own clean profile.

    Every context goes through a door of its own into `egress`. `contact` is added to Chromium's own user
    agent.
    """

    def __init__(self, egress: Egress, *, contact: str = "", limits: ChromeLimits = ChromeLimits()) -> None:
        self.egress = egress
        self.robots = Robots(egress.url)
        self._contact = contact
        self._limits = limits
        self._playwright: Playwright | None = None
        self._current: _Generation | None = None
        self._turn = asyncio.Lock()
        self._closing: set[asyncio.Task[None]] = set()
        self.open_contexts = 0
        self.retirements = 0
        self.crashes = 0

    async def __aenter__(self) -> Self:
        # The driver is started with this process's environment.
        os.environ.setdefault("NODE_OPTIONS", _DRIVER)
        self._playwright = await async_playwright().start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._current:
            await self._end(self._current)
        await asyncio.gather(*self._closing, return_exceptions=True)
        if self._playwright:
            await self._playwright.stop()

    async def user_agent(self) -> str:
        """What sites are told: Chromium's own user agent, and whom to ask where a contact is set."""
        return (await self._generation()).user_agent

    async def answers(self) -> bool:
        """True if Chromium runs a command within its time: the truth for a health check."""
        try:
            async with self.context("en") as context:
                page = await context.new_page()
                async with asyncio.timeout(self._limits.command):
                    return bool(await page.evaluate("1 + 1") == 2)
        except (BrowserCrashed, PlaywrightError, TimeoutError):
            return False

    def memory(self) -> int:
        """Bytes that this Chromium's processes hold for themselves and share (RSS), 0 when none runs."""
        return _memory(self._current.process) if self._current else 0

    def prepare(self, language: str) -> None:
        """Begin to make the context of the next job, while there is time; nothing if one is in waiting."""
        if self._current and self._current.alive:
            self._current.spare.prepare(language)

    @asynccontextmanager
    async def context(self, language: str) -> AsyncIterator[BrowserContext]:
        """A fresh context in the language of the lead, closed whatever happens to the job.

        Raises BrowserMissing, or BrowserCrashed where Chromium cannot be brought back.
        """
        generation, context = await self._lend(language)
        self.open_contexts += 1
        try:
            yield context
        finally:
            closing = asyncio.create_task(self._give_back(generation, context))
            self._closing.add(closing)
            closing.add_done_callback(self._closing.discard)
            await asyncio.shield(closing)

    async def _lend(self, language: str) -> tuple[_Generation, BrowserContext]:
        for _ in range(2):
            generation = await self._generation()
            generation.jobs += 1
            generation.pages += 1
            try:
                async with asyncio.timeout(self._limits.command):
                    spare = await generation.spare.take(language)
                    return generation, spare or await self._new_context(generation, language)
            except (PlaywrightError, TimeoutError):
                self.crashes += 1
                BROWSER_ENDS.labels("crash").inc()
                generation.retired = True
                _kill(generation.process)
            except BaseException:
                generation.jobs -= 1
                raise
            generation.jobs -= 1
        raise BrowserCrashed

    async def _generation(self) -> _Generation:
        async with self._turn:
            current = self._current
            if current and (not current.alive or self._due(current)):
                self._retire(current)
                current = None
            if current is None:
                current = self._current = await self._launch()
            return current

    def _due(self, generation: _Generation) -> str:
        """Why a Chromium is to be replaced; empty while it may stay."""
        limits = self._limits
        if generation.pages >= limits.pages:
            return "pages"
        if time.monotonic() - generation.born >= limits.age:
            return "age"
        return "memory" if generation.weight() >= limits.memory else ""

    def _retire(self, generation: _Generation) -> None:
        if generation.browser.is_connected():
            self.retirements += 1
            BROWSER_ENDS.labels(self._due(generation) or "silent").inc()
        generation.retired = True
        if not generation.jobs:
            self._in_background(self._end(generation))

    async def _give_back(self, generation: _Generation, context: BrowserContext) -> None:
        try:
            async with asyncio.timeout(self._limits.command):
                await context.close()
        except (PlaywrightError, TimeoutError):
            generation.retired = True
        self.open_contexts -= 1
        generation.jobs -= 1
        if generation.retired and not generation.jobs:
            await self._end(generation)

    async def _end(self, generation: _Generation) -> None:
        """Close a Chromium; one that does not answer is killed with all its processes."""
        with suppress(PlaywrightError, TimeoutError):
            async with asyncio.timeout(self._limits.command):
                await generation.browser.close()
        _kill(generation.process)

    def _in_background(self, work: "asyncio._CoroutineLike[None]") -> None:
        task = asyncio.create_task(work)
        self._closing.add(task)
        task.add_done_callback(self._closing.discard)

    async def _launch(self) -> _Generation:
        if self._playwright is None:
            raise RuntimeError("Chrome is used outside its context manager")
        mark = f"--relance-owner={os.getpid()}-{uuid.uuid4().hex[:12]}"
        try:
            browser = await self._playwright.chromium.launch(
                executable_path=find_program(),
                chromium_sandbox=os.geteuid() != 0,
                proxy={"server": self.egress.url},
                args=[*_ARGUMENTS, mark],
                timeout=self._limits.launch * 1000,
                handle_sigint=False,
                handle_sigterm=False,
                handle_sighup=False,
            )
        except PlaywrightError as error:
            if "Executable doesn't exist" in error.message:
                raise BrowserMissing from None
            raise BrowserCrashed(f"Chromium did not start: {error.message.splitlines()[0]}") from None
        process = _find_process(mark)
        user_agent = await _own_user_agent(browser, self._contact)

        generation = _Generation(browser, process, user_agent)
        generation.spare = Spare(lambda language: self._with_tab(generation, language))
        return generation

    async def _with_tab(self, generation: _Generation, language: str) -> BrowserContext:
        context = await self._new_context(generation, language)
        await context.new_page()
        return context

    async def _new_context(self, generation: _Generation, language: str) -> BrowserContext:
        door = await self.egress.door()
        try:
            context = await generation.browser.new_context(
                proxy={"server": door.url},
                user_agent=generation.user_agent,
                locale=_LOCALES.get(language, _LOCALES["en"]),
                viewport=_VIEWPORT,
                accept_downloads=False,
                service_workers="block",
                permissions=[],
            )
            await Sockets.route(context)
        except BaseException:
            door.close()
            raise
        context.on("close", lambda _: door.close())
        context.set_default_timeout(self._limits.command * 1000)
        context.set_default_navigation_timeout(self._limits.launch * 1000)
        context.on("dialog", _dialog_dismisser(self._in_background))
        return context


def find_program() -> str | None:
    """The system's Chromium, or None for Playwright's own."""
    for name in _PROGRAMS:
        if path := shutil.which(name):
            return path
    return str(_MAC_PROGRAM) if sys.platform == "darwin" and _MAC_PROGRAM.exists() else None


def end_orphans() -> int:
    """Kill every Chromium whose owner is gone, and say how many there were.

    Only a Chromium that was frozen when its owner died can be one; a supervisor calls this as it starts.
    """
    ended = 0
    for process in psutil.process_iter(["cmdline"]):
        owner = _owner(process.info["cmdline"] or [])
        if owner and not psutil.pid_exists(owner):
            _kill(process)
            ended += 1
    return ended


def _owner(command: list[str]) -> int:
    if any(part.startswith("--type=") for part in command):
        return 0
    marks = [part.partition("=")[2] for part in command if part.startswith("--relance-owner=")]
    return int(marks[0].partition("-")[0]) if marks else 0


def _find_process(mark: str) -> psutil.Process:
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.Error):
            command = process.cmdline()
            if mark in command and not any(part.startswith("--type=") for part in command):
                return process
    raise BrowserCrashed("Chromium ended as it started.")


def _memory(process: psutil.Process) -> int:
    total = 0
    with suppress(psutil.Error):
        for each in (process, *process.children(recursive=True)):
            with suppress(psutil.Error):
                total += each.memory_info().rss
    return total


def _kill(process: psutil.Process) -> None:
    with suppress(psutil.Error):
        for each in (*process.children(recursive=True), process):
            with suppress(psutil.Error):
                each.kill()


async def _own_user_agent(browser: Browser, contact: str) -> str:
    page = await browser.new_page()
    try:
        own = str(await page.evaluate("navigator.userAgent"))
    finally:
        await page.close()
    return f"{own} Relance (+{contact})" if contact else own


def _dialog_dismisser(run: Callable[..., None]) -> Callable[[Dialog], None]:
    seen: dict[Page | None, int] = {}

    async def answer(dialog: Dialog) -> None:
        page = dialog.page
        seen[page] = seen.get(page, 0) + 1
        with suppress(PlaywrightError):
            await (dialog.accept() if dialog.type == "beforeunload" else dialog.dismiss())
            if page and seen[page] >= _DIALOGS:
                await page.close()

    return lambda dialog: run(answer(dialog))
