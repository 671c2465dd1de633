"""Leaving well: on SIGTERM a job before its point of no return is given back at once, others are finished."""

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager


class Departure:
    """The jobs of one event loop that may still be given back."""

    def __init__(self) -> None:
        self._returnable: set[asyncio.Task[object]] = set()
        self.leaving = False

    @contextmanager
    def returnable(self) -> Iterator[None]:
        """The current task may be cancelled until the block ends, or `commit` is called in it."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101  # a coroutine always runs in a task
        self._returnable.add(task)
        if self.leaving:
            task.cancel()
        try:
            yield
        finally:
            self._returnable.discard(task)

    def commit(self) -> None:
        """The current task is past its point of no return: it runs to its end."""
        self._returnable.discard(asyncio.current_task())

    def leave(self) -> None:
        """Cancel every job that may be given back. Called on the event loop's thread."""
        self.leaving = True
        for task in tuple(self._returnable):
            task.cancel()


departure = Departure()
