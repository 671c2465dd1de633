"""A day of a million leads for 500 tenants, a tenfold step, and how draining scales: `make scale`."""

import argparse
import json
import os
import random
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np
import psycopg
from rich.console import Console
from rich.table import Table

from tests import conftest
from tests.faults import rows
from tests.scale import keda, model, plot
from tests.scale.model import Arrival, Model, Trace

PICTURE = Path(__file__).parents[2] / "deploy" / "images" / "scale.png"
_FAST = ("fsync = off", "full_page_writes = off", "max_wal_size = '8GB'", "checkpoint_timeout = '1h'")
SMALL = 100
"""Leads up to which a tenant counts as small."""


@dataclass(frozen=True)
class Figures:
    """Times in seconds unless the name says otherwise; waits are from due to the beginning of the visit."""

    leads: int
    tenants: int
    ended: int
    most_pods: int
    drained_at_hour: float
    wait_small_p95: float
    wait_large_p50: float
    jain_first_hour: float
    flaps: int
    step_ideal: int
    step_pods: int
    step_off_percent: float
    drain_pods: list[int]
    drain_seconds: list[float]
    drain_product_spread_percent: float
    ten_leads_alone: float
    ten_leads_beside_100000: float
    took_minutes: float


def a_day(ids: list[int], leads: int, hours: int, seed: int) -> list[Arrival]:
    """A few tenants have most of it, a tenth of them ten leads; they launch in office hours."""
    chance = random.Random(seed)
    small = max(1, len(ids) // 10)
    weights = np.array([1 / (place + 1) for place in range(len(ids) - small)])
    sizes = np.maximum(SMALL, (leads - 10 * small) * weights / weights.sum()).astype(int)
    sizes[0] += leads - 10 * small - sizes.sum()
    arrivals = []
    for tenant, size in zip(ids, [*sizes, *([10] * small)], strict=True):
        parts = 1 if size <= SMALL else chance.randint(1, 4)
        for part in np.array_split(np.arange(size), parts):
            at = hours / 24 * 3600 * min(20.0, max(0.1, chance.gauss(11.0, 4.0)))
            arrivals.append(Arrival(at, tenant, len(part)))
    return arrivals


def step(scaling: keda.Scaling, ids: list[int]) -> tuple[int, int]:
    """Pods two polls after the backlog has become ten times what it was, and how many there should be."""
    held = Model(scaling, model.scaled(scaling), seed=2)
    held.run([Arrival(0.0, tenant, 10) for tenant in ids], 4 * scaling.poll)
    backlog = held.trace.moments[-1].due + held.trace.moments[-1].held
    now = held.trace.moments[-1].at + scaling.poll
    trace = held.run(
        [Arrival(now, tenant, 9 * backlog // len(ids)) for tenant in ids], now + 3 * scaling.poll
    )
    after = [moment for moment in trace.moments if moment.at >= now][2]
    _empty()
    return after.ideal, after.pods


def drain(scaling: keda.Scaling, ids: list[int], pods: int, leads: int) -> float:
    """Seconds in which so many pods empty a backlog."""
    held = Model(scaling, model.fixed(pods), seed=3)
    held.run(
        [Arrival(0.0, tenant, leads // len(ids)) for tenant in ids], 1.2 * leads * model.VISIT / (2 * pods)
    )
    took = max(held.trace.ended.values())
    _empty()
    return took


def ten_leads(scaling: keda.Scaling, ids: list[int], pods: int, beside: int) -> tuple[float, float]:
    """Seconds from launch to last visit of a tenant with ten leads: alone, and beside one with so many."""
    alone, small, large = ids
    apart = _finished(scaling, pods, [Arrival(120.0, alone, 10)], alone)
    both = _finished(scaling, pods, [Arrival(0.0, large, beside), Arrival(120.0, small, 10)], small)
    _empty()
    return apart, both


def _finished(scaling: keda.Scaling, pods: int, arrivals: list[Arrival], tenant: int) -> float:
    trace = Model(scaling, model.fixed(pods)).run(arrivals, 520.0)
    ours = [row for row, of in trace.tenant.items() if of == tenant]
    return round(max(trace.ended[row] for row in ours) - min(trace.due[row] for row in ours), 1)


def _empty() -> None:
    with psycopg.connect(os.environ["RELANCE_DATABASE_URL"]) as connection:
        connection.execute("TRUNCATE leads CASCADE")


def measure(
    leads: int, tenants: int, most: int, say: Callable[[str], None], hours: int = 24
) -> tuple[Figures, Trace]:
    """All of it, with at most so many pods."""
    began = time.monotonic()
    url = os.environ["RELANCE_DATABASE_URL"]
    scaling = keda.deployed("browser", most)
    ids = rows.tenants(url, tenants)
    ideal, pods = step(scaling, ids[:20])
    say(f"step: {pods} pods, {ideal} ideal")
    counts, drained = [5, 10, 20, 40], min(6_000, leads)
    drains = [round(drain(scaling, ids[:10], number, drained)) for number in counts]
    say(f"drain: {drains} s with {counts} pods")
    apart, both = ten_leads(scaling, ids[:3], 4, min(100_000, leads))
    say(f"ten leads: {apart} s alone, {both} s beside very many")
    arrivals = a_day(ids, leads, hours, seed=1)
    simulated = Model(scaling, model.scaled(scaling))
    trace = Trace()
    for hour in range(1, 2 * hours + 1):
        trace = simulated.run(
            [one for one in arrivals if (hour - 1) * 3600 <= one.at < hour * 3600], hour * 3600
        )
        say(f"hour {hour}: {len(trace.ended)} of {len(trace.due)} leads, {trace.moments[-1].pods} pods")
        if hour >= hours and len(trace.ended) == leads:
            break
    steps, ten, took = (ideal, pods), (apart, both), (time.monotonic() - began) / 60
    return _figures(trace, arrivals, steps, counts, drains, ten, took), trace


def _figures(
    trace: Trace,
    arrivals: list[Arrival],
    steps: tuple[int, int],
    counts: list[int],
    drains: list[float],
    ten: tuple[float, float],
    took: float,
) -> Figures:
    ideal, pods = steps
    sizes: dict[int, int] = {}
    for arrival in arrivals:
        sizes[arrival.tenant] = sizes.get(arrival.tenant, 0) + arrival.leads
    small = trace.waits([tenant for tenant, size in sizes.items() if size <= SMALL])
    large = trace.waits(sorted(sizes, key=lambda tenant: -sizes[tenant])[:5])
    products = [number * seconds for number, seconds in zip(counts, drains, strict=True)]
    return Figures(
        leads=len(trace.due),
        tenants=len(sizes),
        ended=len(trace.ended),
        most_pods=max(moment.pods for moment in trace.moments),
        drained_at_hour=round(max(trace.ended.values()) / 3600, 1),
        wait_small_p95=round(float(np.percentile(small, 95)), 1),
        wait_large_p50=round(float(np.percentile(large, 50)), 1),
        jain_first_hour=round(_jain(trace), 3),
        flaps=model.flaps(trace.moments, [one.at for one in arrivals], 300.0),
        step_ideal=ideal,
        step_pods=pods,
        step_off_percent=round(100 * abs(pods - ideal) / ideal, 1),
        drain_pods=counts,
        drain_seconds=drains,
        drain_product_spread_percent=round(100 * (max(products) / min(products) - 1), 1),
        ten_leads_alone=ten[0],
        ten_leads_beside_100000=ten[1],
        took_minutes=round(took, 1),
    )


def _jain(trace: Trace) -> float:
    """Jain's index of what the tenants with a backlog through the busiest hour were given in it."""
    hour = 3600 * max(range(24), key=lambda h: sum(m.due for m in trace.moments if h <= m.at / 3600 < h + 1))
    given: dict[int, int] = {}
    left: set[int] = set()
    for row, due in trace.due.items():
        began = trace.began.get(row, np.inf)
        if due <= hour and began >= hour + 3600:
            left.add(trace.tenant[row])
        if hour <= began < hour + 3600:
            given[trace.tenant[row]] = given.get(trace.tenant[row], 0) + 1
    shares = np.array([given.get(tenant, 0) for tenant in left], dtype=float)
    return float(shares.sum() ** 2 / (len(shares) * (shares**2).sum())) if shares.sum() else 1.0


@contextmanager
def database() -> Iterator[None]:
    """A server of its own, whose disk need not keep up since nobody crashes it; leases outlast any run."""
    before = dict(os.environ)
    with conftest.running_postgres() as folder:
        for setting in _FAST:
            conftest.run_sql(folder, f"ALTER SYSTEM SET {setting}")
        conftest.run_sql(folder, "SELECT pg_reload_conf()")
        os.environ["RELANCE_DATABASE_URL"] = conftest.database_at(folder, "template")
        os.environ["RELANCE_LEASE"] = "86400"
        conftest.forget()
        try:
            yield
        finally:
            conftest.forget()
            os.environ.clear()
            os.environ.update(before)


def main() -> None:
    """`python -m tests.scale.day [--json] [--leads N] [--tenants N] [--pods N] [--picture PATH]`

    Without --pods as many are allowed as the production overlay says.
    """
    parser = argparse.ArgumentParser(prog="tests.scale.day", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--leads", type=int, default=1_000_000)
    parser.add_argument("--tenants", type=int, default=500)
    parser.add_argument("--pods", type=int, default=keda.most_in_production("browser"))
    parser.add_argument("--picture", type=Path, default=PICTURE)
    asked = parser.parse_args()
    with database():
        figures, trace = measure(asked.leads, asked.tenants, asked.pods, Console(stderr=True).print)
    plot.draw(trace, asked.picture)
    if asked.json:
        sys.stdout.write(json.dumps(asdict(figures), indent=2) + "\n")
        return
    table = Table("figure", "value", title=f"A day at scale ({asked.picture})")
    for name, value in asdict(figures).items():
        table.add_row(name.replace("_", " "), str(value))
    Console().print(table)


if __name__ == "__main__":
    main()
