"""What the village's programs have in common."""

import asyncio
import os
import signal
from contextlib import suppress

LOOPBACK = "127.0.0.1"


async def until_told_to_stop(ready: str) -> None:
    """Say on one line of standard output that the servers listen, then wait for SIGTERM or SIGINT.

    A program whose parent died, killed outright say, ends within a second: nothing of the village outlives a
    driver.
    """
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    parent = os.getppid()
    print(ready, flush=True)  # noqa: T201
    while not stop.is_set() and os.getppid() == parent:
        with suppress(TimeoutError):
            await asyncio.wait_for(stop.wait(), 1)
