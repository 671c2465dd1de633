"""Guessing a password is made slow: after a few tries each further one waits, twice as long each time."""

import threading
from collections import OrderedDict
from dataclasses import dataclass

FREE = 3
"""Tries that nobody waits for."""
LONGEST = 60.0
"""Seconds, so that a stranger who fails on purpose keeps nobody out for long."""
MOST = 10_000
"""Addresses that are remembered; the one that was tried longest ago goes first."""


@dataclass(frozen=True, slots=True)
class _Tries:
    number: int
    next_at: float


class Throttle:
    """Tries by address. A try counts before the password is checked, so that many at once count too."""

    def __init__(self) -> None:
        self._tries: OrderedDict[str, _Tries] = OrderedDict()
        self._lock = threading.Lock()

    def attempt(self, address: str, now: float) -> float:
        """Count a try at `now` (seconds of a steady clock) and return 0, or the seconds still to wait."""
        key = address.strip().lower()[:320]
        with self._lock:
            before = self._tries.get(key, _Tries(0, now))
            if before.next_at > now:
                return before.next_at - now
            self._tries[key] = _Tries(before.number + 1, now + _pause(before.number + 1))
            self._tries.move_to_end(key)
            while len(self._tries) > MOST:
                self._tries.popitem(last=False)
            return 0.0

    def passed(self, address: str) -> None:
        """The password was right: forget the tries before it."""
        with self._lock:
            self._tries.pop(address.strip().lower()[:320], None)


def _pause(tries: int) -> float:
    return min(LONGEST, 2.0 ** min(tries - FREE, 10)) if tries >= FREE else 0.0
