"""What is known after the point of no return is written down, even where the database is away just then."""

import time
from collections.abc import Callable
from typing import TypeVar

from shared.errors import DatabaseUnavailable
from shared.logs import log

PATIENCE = 90.0
"""Seconds: longer than a fail-over takes, and with a visit shorter than a worker's grace."""

PAUSE = 0.5

T = TypeVar("T")


def insist(write: Callable[[], T]) -> T:
    """Run `write`, a transaction that may be run twice, until the database takes it.

    Raises DatabaseUnavailable once PATIENCE is over, and whatever else `write` raises.
    """
    end = time.monotonic() + PATIENCE
    while True:
        try:
            return write()
        except DatabaseUnavailable as error:
            if time.monotonic() >= end:
                raise
            log("the outcome waits to be written", why=str(error))
        time.sleep(PAUSE)
