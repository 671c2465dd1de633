"""The queue "browser", and the Chromium and egress proxy that its process keeps."""

import asyncio
from collections.abc import Awaitable
from contextlib import AsyncExitStack
from ipaddress import ip_network

import dramatiq
from dramatiq.asyncio import get_event_loop_thread
from dramatiq.middleware import Middleware, MiddlewareError

from browser.chrome import Chrome, ChromeLimits, end_orphans
from browser.egress import Egress
from shared.errors import BrowserMissing
from shared.metrics import BROWSER_CONTEXTS, BROWSER_MEMORY, LOOP_DELAY
from shared.settings import settings
from workers.actors.edge import edge
from workers.broker import broker
from workers.services import submissions
from workers.services.leaving import departure

ANSWER_WITHIN = 15.0

MEASURE_EVERY = 5.0


class BrowserProcess(Middleware):
    """Opens the proxy and Chromium when the worker boots, and leaves well when it ends."""

    def __init__(self) -> None:
        self._open = AsyncExitStack()
        self.chrome: Chrome | None = None

    def before_worker_boot(self, *_: object) -> None:
        """Start what every visit needs before a message is fetched; a missing Chromium ends the process."""
        end_orphans()
        try:
            _on_loop(self._start())
        except BrowserMissing as error:  # of any other error Dramatiq only makes a line in the log
            raise MiddlewareError(str(error)) from error

    def before_worker_shutdown(self, *_: object) -> None:
        """Give back every job that has not armed."""
        _on_loop(_leave())

    def after_worker_shutdown(self, *_: object) -> None:
        """Close Chromium and the proxy once the last job has ended."""
        _on_loop(self._open.aclose())

    def answers(self) -> bool:
        """Whether the event loop and Chromium answer within a few seconds."""
        thread = get_event_loop_thread()
        if thread is None or self.chrome is None:
            return False
        answer = asyncio.run_coroutine_threadsafe(self.chrome.answers(), thread.loop)
        return answer.result(ANSWER_WITHIN)

    async def _start(self) -> None:
        allow = [ip_network(network) for network in settings().egress_allow]
        proxy = await self._open.enter_async_context(Egress(allow, upstream=settings().egress_url))
        limits = ChromeLimits(pages=settings().browser_retire_pages)
        self.chrome = await self._open.enter_async_context(
            Chrome(proxy, contact=settings().operator_contact, limits=limits)
        )
        self._measuring = asyncio.create_task(_measure(self.chrome))
        self._open.callback(self._measuring.cancel)


process = BrowserProcess()
broker().add_middleware(process)

LIVE = {"browser": process.answers}
"""What only a new process mends: a hung event loop, a Chromium that is silent."""


@dramatiq.actor(actor_name="browser", queue_name="browser")
async def submit(submission_id: int) -> None:
    """Fill one lead's form."""
    with edge("browser", submission_id):
        assert process.chrome is not None  # noqa: S101  # the worker boots before it consumes
        await submissions.submit(process.chrome, submission_id)


async def _measure(chrome: Chrome) -> None:
    """Tell how late the event loop runs, and what Chromium takes, until cancelled."""
    clock = asyncio.get_running_loop().time
    while True:
        due = clock() + MEASURE_EVERY
        await asyncio.sleep(MEASURE_EVERY)
        LOOP_DELAY.set(clock() - due)
        BROWSER_MEMORY.set(await asyncio.to_thread(chrome.memory))
        BROWSER_CONTEXTS.set(chrome.open_contexts)


async def _leave() -> None:
    departure.leave()
    await asyncio.sleep(0)


def _on_loop(work: Awaitable[None]) -> None:
    thread = get_event_loop_thread()
    assert thread is not None  # noqa: S101  # AsyncIO is in the broker's middleware
    thread.run_coroutine(work)
