"""What the village's programs have in common."""

import asyncio
import signal

LOOPBACK = "127.0.0.1"


async def until_told_to_stop(ready: str) -> None:
    """Say on one line of standard output that the servers listen, then wait for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop.set)
    print(ready, flush=True)  # noqa: T201
    await stop.wait()
