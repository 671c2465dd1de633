"""A farm in simulated time over a real ledger: rows, nudges, claims and endings are SQL on Postgres.

What is simulated is the clock, the visits (each takes a while of a slot, two slots a pod, and sends nothing)
and Kubernetes. A row's due time is the simulated time counted from the day before yesterday, so that every
row that has arrived is due for Postgres too.
"""

import heapq
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import pairwise

import numpy as np
from sqlalchemy import text

from shared.db import EVERY_TENANT, transaction
from shared.settings import settings
from shared.states import State
from tests.scale.keda import Autoscaler, Scaling
from workers import nudging
from workers.services import ledger
from workers.services.claims import Claim
from workers.services.guarded import NOW, Change, prepared

SLOTS = 2
"""Pages a pod, as deployed."""

STARTS_IN = 20.0
"""Seconds from a pod's creation to its first claim: scheduling, Python, Chromium."""

VISIT = 12.0
"""Mean seconds of a visit, log-normal."""

SPREAD = 0.5

LONG_AGO = datetime.now(UTC) - timedelta(days=2)

_ARRIVE = """
WITH l AS (
    INSERT INTO leads (tenant_id, campaign_id, company, website, domain, language)
    SELECT c.tenant_id, c.id, 'Company', 'http://127.0.0.1:9/', 'n' || n || '.c' || c.id || '.example', 'en'
    FROM campaigns c, generate_series(CAST(:first AS int), CAST(:last AS int)) n WHERE c.tenant_id = :tenant
    RETURNING id, tenant_id, campaign_id, domain
)
INSERT INTO submissions (tenant_id, lead_id, campaign_id, domain, token, due_at)
SELECT tenant_id, id, campaign_id, domain, 'tok' || id, :due FROM l RETURNING id
"""


@dataclass(frozen=True)
class Arrival:
    """Leads of one tenant that become due together, at `at` simulated seconds."""

    at: float
    tenant: int
    leads: int


@dataclass(frozen=True)
class Moment:
    """One poll: rows due, rows held, what KEDA read, and the pods wanted, there, and ready."""

    at: float
    due: int
    held: int
    ideal: int
    pods: int
    ready: int


@dataclass
class Pod:
    """`free` is when each slot can take the next row."""

    ready: float
    free: list[float]


@dataclass
class Trace:
    """A run: its polls, and for each row its tenant, when it was due and when its visit began and ended."""

    moments: list[Moment] = field(default_factory=list)
    tenant: dict[int, int] = field(default_factory=dict)
    due: dict[int, float] = field(default_factory=dict)
    began: dict[int, float] = field(default_factory=dict)
    ended: dict[int, float] = field(default_factory=dict)

    def waits(self, tenants: Sequence[int]) -> np.ndarray:
        """Seconds from due to begun, of the rows of these tenants."""
        wanted = set(tenants)
        return np.array([self.began[row] - self.due[row] for row in self.began if self.tenant[row] in wanted])


class Model:
    """A farm whose pods are what `pods` says at each poll, from the KEDA formula or fixed."""

    def __init__(self, scaling: Scaling, pods: Callable[[float, int], int], seed: int = 1) -> None:
        self._scaling = scaling
        self._wanted = pods
        self._random = random.Random(seed)
        self._clock = 0.0
        self._nudger = nudging.Nudger("browser")
        self._pods: list[Pod] = []
        self._under_way: list[tuple[float, int]] = []
        self._firsts: dict[int, int] = {}
        self.trace = Trace()

    def run(self, arrivals: Sequence[Arrival], until: float) -> Trace:
        """Simulate from where it stands, to `until` seconds."""
        waiting = sorted(arrivals, key=lambda one: one.at, reverse=True)
        while self._clock < until:
            end = self._clock + self._scaling.poll
            while waiting and waiting[-1].at < end:
                self._arrive(waiting.pop())
            self._scale()
            self._work(end)
            self._clock = end
        return self.trace

    def _arrive(self, arrival: Arrival) -> None:
        first = self._firsts.get(arrival.tenant, 1)
        self._firsts[arrival.tenant] = first + arrival.leads
        given = {"tenant": arrival.tenant, "first": first, "last": first + arrival.leads - 1}
        due = self._clock
        with transaction(EVERY_TENANT, durable=False) as session:
            ids = session.scalars(text(_ARRIVE), given | {"due": LONG_AGO + timedelta(seconds=due)}).all()
        self.trace.tenant |= dict.fromkeys(ids, arrival.tenant)
        self.trace.due |= dict.fromkeys(ids, due)

    def _scale(self) -> None:
        with transaction(EVERY_TENANT) as session:
            metric = int(session.scalar(text(self._scaling.query)) or 0)
        wanted = self._wanted(self._clock, metric)
        while len(self._pods) < wanted:
            ready = self._clock + (STARTS_IN if self._clock else 0.0)
            self._pods.append(Pod(ready, [ready] * SLOTS))
        del self._pods[wanted:]  # who leaves ends what it has, and takes nothing more
        ready = sum(pod.ready <= self._clock for pod in self._pods)
        held = len(self._under_way)
        ideal = self._scaling.ideal(metric)
        due = len(self.trace.due) - len(self.trace.began)
        self.trace.moments.append(Moment(self._clock, due, held, ideal, wanted, ready))

    def _work(self, end: float) -> None:
        """All that begins and ends before `end`."""
        starts = sorted(self._starts(end), key=lambda start: start[0])
        ids = self._claimed(len(starts))
        for row_id, (begins, takes, pod, slot) in zip(ids, starts, strict=False):
            self.trace.began[row_id] = begins
            pod.free[slot] = begins + takes
            heapq.heappush(self._under_way, (begins + takes, row_id))
        self._finish(end)

    def _starts(self, end: float) -> Iterator[tuple[float, float, Pod, int]]:
        """Every visit that the slots could begin before `end`: when, how long, and in which slot."""
        for pod in self._pods:
            for slot, free in enumerate(pod.free):
                at = max(free, self._clock)
                while at < end:
                    takes = VISIT * self._random.lognormvariate(-(SPREAD**2) / 2, SPREAD)
                    yield at, takes, pod, slot
                    at += takes

    def _claimed(self, room: int) -> list[int]:
        """The ids of due rows in the nudger's order, claimed."""
        self._nudger.served.fade(self._clock)
        ids, more = self._nudger.due(room, LONG_AGO) if room else ([], False)
        while more and len(ids) < room:
            further, more = self._nudger.due(room - len(ids), LONG_AGO)
            ids += further
        statement = ledger._CLAIM.format(table="submissions")
        _many(statement, [(ledger.owner(), settings().lease, row_id) for row_id in ids])
        return ids

    def _finish(self, end: float) -> None:
        done: list[int] = []
        while self._under_way and self._under_way[0][0] < end:
            at, row_id = heapq.heappop(self._under_way)
            self.trace.ended[row_id] = at
            done.append(row_id)
        if not done:
            return
        _change(done, ledger._ARM, {"state": State.ARMED, "armed_at": NOW})
        sent = {"state": State.SENT, "reason": "model", "lease_until": None, "ended_at": NOW}
        _change(done, ledger._END[State.SENT], sent)


def _change(ids: Sequence[int], change: Change, values: dict[str, object]) -> None:
    """The ledger's own guarded write for each of the rows, at their first attempt."""
    written = [prepared(Claim("browser", row_id, 0, 1), change, values) for row_id in ids]
    _many(written[0][0], [given for _, given in written])


def _many(statement: str, rows: Sequence[tuple | dict]) -> None:
    if not rows:
        return
    with transaction(EVERY_TENANT, durable=False) as session:
        cursor = session.connection().connection.cursor()
        cursor.executemany(statement, rows)
        assert cursor.rowcount == len(rows)


def scaled(scaling: Scaling) -> Callable[[float, int], int]:
    """The pods of the KEDA formula."""
    autoscaler = Autoscaler(scaling, scaling.least)
    return autoscaler.step


def fixed(pods: int) -> Callable[[float, int], int]:
    """Always so many."""
    return lambda _at, _metric: pods


def oldest(trace: Trace, at: Sequence[float]) -> list[float]:
    """At each moment the age of the oldest row that had not begun, in seconds."""
    batches: dict[float, float] = {}
    for row, due in trace.due.items():
        batches[due] = max(batches.get(due, 0.0), trace.began.get(row, np.inf))
    ages = [[now - due for due, last in batches.items() if due <= now < last] for now in at]
    return [max(found, default=0.0) for found in ages]


def flaps(moments: Sequence[Moment], arrivals: Sequence[float], window: float) -> int:
    """Increases of the pods within `window` seconds after a decrease, where nothing had arrived since."""
    found, fell = 0, -np.inf
    for before, after in pairwise(moments):
        if after.pods < before.pods:
            fell = after.at
        if after.pods > before.pods and after.at - fell < window:
            found += not any(fell <= at <= 2 * after.at - before.at for at in arrivals)
    return found
