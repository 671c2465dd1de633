"""Many forms while Chromium is killed again and again: nothing is lost, nothing is left behind.

`python -m tests.forms.soak [FORMS EVERY]` sends that many letters (1,000), each with an address of its own,
to the state server, several at once, and after every so many (50) kills a process of Chromium with SIGKILL,
the whole browser and one renderer by turns. A visit that ends before it was armed is tried again, as a worker
does; one that was armed is counted as unknown. It ends with status 1 if a bar is not reached.
"""

import asyncio
import contextlib
import json
import re
import statistics
import sys
import time
from collections import Counter
from dataclasses import dataclass, field, replace
from itertools import cycle
from pathlib import Path
from typing import Any

import psutil

from browser.chrome import Chrome
from browser.egress import Egress
from browser.visit import Visit, VisitState, visit
from tests.browser.conftest import LETTER, LOOPBACK, QUICK, Ledger, Site
from tests.forms.bench import start_server

CASES = ("plain.difficulty", "contact-form-7.sent", "elementor-pro.sent", "honeypots.difficulty")
AT_ONCE = 4
MOST_TRIES = 8
WEIGHED_EVERY = 5
GROWTH = 0.10
Weights = tuple[int, ...]


@dataclass
class Soak:
    """What a run has seen so far. `memory` has bytes of this process, of Playwright's driver and of Chromium,
    every few forms.
    """

    forms: int
    every: int
    ends: Counter[str] = field(default_factory=Counter)
    states: dict[int, VisitState] = field(default_factory=dict)
    retries: int = 0
    killed: list[str] = field(default_factory=list)
    memory: list[Weights] = field(default_factory=list)
    processes: set[psutil.Process] = field(default_factory=set)

    def due(self) -> bool:
        return len(self.states) >= self.every * (len(self.killed) + 1) and len(self.states) < self.forms


async def soak(forms: int, every: int) -> dict[str, Any]:
    """Send `forms` letters with a kill after every `every`; the figures."""
    program, port = await asyncio.to_thread(start_server)
    run, site = Soak(forms, every), Site(port)
    began = time.monotonic()
    try:
        async with Egress(allow=LOOPBACK) as egress, Chrome(egress) as chrome:
            jobs = enumerate(case for _, case in zip(range(forms), cycle(CASES), strict=False))
            await asyncio.gather(*(_worker(run, chrome, site, jobs) for _ in range(AT_ONCE)))
            leaked = chrome.open_contexts
        received = await _received(site)
    finally:
        program.kill()
        program.wait()
    return _figures(run, received, leaked, time.monotonic() - began)


async def _worker(run: Soak, chrome: Chrome, site: Site, jobs: Any) -> None:
    for number, case in jobs:
        run.states[number] = await _job(run, chrome, site.url(case), number)
        run.ends[run.states[number]] += 1
        if len(run.states) % WEIGHED_EVERY == 0:
            run.memory.append(await asyncio.to_thread(_weigh, run))
        if run.due():
            await _kill(run)


async def _job(run: Soak, chrome: Chrome, url: str, number: int) -> VisitState:
    """One letter to its end; what a worker does with a visit that did not arm."""
    letter = replace(LETTER, email=f"anna+{number}@atelier-martin.fr")
    for _ in range(MOST_TRIES):
        ledger = Ledger()
        outcome = await visit(chrome, Visit(url, letter, QUICK), ledger.arm, ledger.write)
        if outcome.state is not VisitState.UNREACHABLE:
            break
        run.retries += 1
    return outcome.state


async def _kill(run: Soak) -> None:
    """Kill the whole browser, or one of its renderers, by turns."""
    wanted = "renderer" if len(run.killed) % 2 else "browser"
    run.killed.append(wanted)
    for _ in range(100):
        found = [one for one in await asyncio.to_thread(_chromium) if _kind(one) == wanted]
        if found:
            break
        await asyncio.sleep(0.2)
    with contextlib.suppress(psutil.NoSuchProcess):
        max(found, key=lambda one: one.create_time()).kill()


def _chromium() -> list[psutil.Process]:
    return [one for one in psutil.Process().children(recursive=True) if _kind(one)]


def _kind(process: psutil.Process) -> str:
    """`browser`, `renderer`, another type of Chromium's processes, or empty."""
    with contextlib.suppress(psutil.Error):
        command = process.cmdline()
        types = [part.removeprefix("--type=") for part in command if part.startswith("--type=")]
        if any(part.startswith("--relance-owner=") for part in command) or types:
            return types[0] if types else "browser"
    return ""


def _weigh(run: Soak) -> Weights:
    chromium = _chromium()
    run.processes.update(chromium)
    driver = [one for one in psutil.Process().children() if Path(one.exe()).name == "node"]
    return tuple(sum(map(_allocated, ones)) for ones in ([psutil.Process()], driver, chromium))


def _allocated(process: psutil.Process) -> int:
    """Bytes that a process has allocated, without the files that it maps.

    Pages of files count as a process's own or not by what else this machine runs from the same files.
    """
    told = Path(f"/proc/{process.pid}/smaps_rollup")
    with contextlib.suppress(psutil.Error, OSError):
        if not told.exists():
            return process.memory_full_info().uss
        return 1024 * int(re.search(r"^Anonymous:\s+(\d+)", told.read_text(), re.MULTILINE).group(1))
    return 0


async def _received(site: Site) -> Counter[str]:
    """How often the server got each letter, by its own address."""
    rows = [row for case in CASES for row in await site.received(case)]
    return Counter(value for row in rows for value in row["fields"].values() if value.startswith("anna+"))


def _figures(run: Soak, received: Counter[str], leaked: int, seconds: float) -> dict[str, Any]:
    hundred = max(1, min(100, run.forms // 4) // WEIGHED_EVERY)
    first, last = _medians(run.memory[:hundred]), _medians(run.memory[-hundred:])
    unknown = run.ends[VisitState.UNKNOWN]
    return {
        "forms": run.forms,
        "kills": dict(Counter(run.killed)),
        "ends": dict(run.ends),
        "lost": run.forms - len(run.states) + sum(run.ends.values()) - unknown - run.ends[VisitState.SENT],
        "twice": sum(count > 1 for count in received.values()),
        "sent_but_not_received": sum(
            state is VisitState.SENT and not received[f"anna+{number}@atelier-martin.fr"]
            for number, state in run.states.items()
        ),
        "unknown": unknown,
        "tried_again": run.retries,
        "orphan_processes": sum(_lives(one) for one in run.processes),
        "contexts_leaked": leaked,
        "own_memory_mb": [round(one[0] / 1e6) for one in (first, last)],
        "driver_memory_mb": [round(one[1] / 1e6) for one in (first, last)],
        "chromium_memory_mb": [round(one[2] / 1e6) for one in (first, last)],
        "memory_growth": round(sum(last) / sum(first) - 1, 3),
        "seconds": round(seconds),
        "forms_per_minute": round(60 * run.forms / seconds, 1),
    }


def _medians(weights: list[Weights]) -> tuple[float, ...]:
    return tuple(statistics.median(one) for one in zip(*weights, strict=True))


def _lives(process: psutil.Process) -> bool:
    with contextlib.suppress(psutil.NoSuchProcess):
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    return False


def broken(figures: dict[str, Any]) -> list[str]:
    """The bars that a run did not reach."""
    none = ("lost", "twice", "sent_but_not_received", "orphan_processes", "contexts_leaked")
    kills = sum(figures["kills"].values())
    return [
        *(name for name in none if figures[name]),
        *(["unknown"] if figures["unknown"] > kills * AT_ONCE else []),
        *(["memory_growth"] if figures["memory_growth"] >= GROWTH else []),
    ]


def main() -> None:
    forms, every = map(int, sys.argv[1:] or (1000, 50))
    figures = asyncio.run(soak(forms, every))
    print(json.dumps(figures, indent=1))  # noqa: T201
    if failed := broken(figures):
        sys.exit(f"not reached: {', '.join(failed)}")


if __name__ == "__main__":
    main()
