"""Everything dies, again and again, while a farm posts forms: `make faults`.

Counted is what a server received, not what the farm believes. Afterwards each site whose form arrived sends
its automatic copy, as sites do, and what is still unproven is settled by it.
"""

import argparse
import json
import os
import random
import signal
import statistics
import sys
import threading
import time
from collections import defaultdict
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import asdict, dataclass

import psycopg
from rich.console import Console
from rich.table import Table

from tests.faults import rows
from tests.faults.farm import Absence, Farm, Killed, names, running, wait_for
from tests.faults.site import Site, counting

RECOVERS = 15.0
"""Seconds within which the rows of a dead worker are to be claimed again."""

_HISTORY = """
CREATE TABLE history (id bigint, attempt bigint, state text, owner text, deaths bigint, at timestamptz);
CREATE FUNCTION remember() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER AS $$ BEGIN
    INSERT INTO history VALUES (NEW.id, NEW.attempt, NEW.state, NEW.leased_by, NEW.deaths, clock_timestamp());
    RETURN NULL;
END $$;
CREATE TRIGGER remember AFTER UPDATE OF state ON submissions FOR EACH ROW
WHEN (OLD.state <> NEW.state) EXECUTE FUNCTION remember();
"""

_OPEN = "SELECT count(*) FROM submissions WHERE state IN ('queued', 'running', 'armed')"

_ADDRESSES = """
SELECT s.id, s.state, split_part(m.address, '@', 1) || '+' || s.token || '@' || split_part(m.address, '@', 2)
FROM submissions s JOIN campaigns c ON c.id = s.campaign_id JOIN senders p ON p.id = c.sender_id
JOIN mailboxes m ON m.id = p.mailbox_id
"""

_COPY = """\
From: {domain} <no-reply@{domain}>\r
To: {to}\r
Subject: We received your message\r
Message-ID: <{id}@{domain}>\r
Auto-Submitted: auto-replied\r
Content-Type: text/plain; charset=utf-8\r
\r
Thank you for your message. This is an automatic confirmation.\r
"""

_ARRIVES = """
INSERT INTO messages (tenant_id, mailbox_id, digest, folder, uid, raw, received_at)
SELECT s.tenant_id, p.mailbox_id, sha256(%(raw)s), 'INBOX', s.id::text, %(raw)s, now()
FROM submissions s JOIN campaigns c ON c.id = s.campaign_id JOIN senders p ON p.id = c.sender_id
WHERE s.id = %(id)s
"""


@dataclass(frozen=True)
class Storm:
    """What happens, and how often; times in seconds."""

    jobs: int
    workers: int = 3
    pages: int = 8
    lease: float = 8.0
    fill: float = 0.25
    kill_every: float = 5.0
    redis_every: float = 25.0
    postgres_every: float = 35.0
    flush_at: float = 20.0
    stall_at: float = 60.0
    stall: float = 12.0
    freeze_at: float = 45.0
    most: float = 1_500.0
    hurry: bool = False
    """What waits because workers died over it twice is due at once when the storm is over."""


FULL = Storm(10_000)
SHORT = Storm(
    300, workers=2, lease=3.0, kill_every=4.0, redis_every=7.0, postgres_every=11.0, flush_at=5.0,
    stall_at=8.0, stall=2.0, freeze_at=6.0, most=60.0, hurry=True,
)  # fmt: skip


@dataclass(frozen=True)
class Result:
    """What came of it. Recovery is the time from a worker's death, in seconds.

    `servers_there` are the deaths after which neither Redis nor Postgres was away for RECOVERS.
    """

    jobs: int
    seconds: float
    worker_kills: int
    freezes: int
    redis_kills: int
    postgres_crashes: int
    in_flight: int
    posts: int
    twice: int
    lost: int
    claimed_sent_never_posted: int
    unknown: int
    unknown_most: int
    settled_by_journal: int
    settled_by_mail: int
    unknown_though_posted: int
    unknown_never_posted: int
    quarantined: int
    given_back_p50: float
    given_back_p99: float
    claimed_again_p50: float
    claimed_again_p99: float
    claimed_again_most: float
    recovered_rows: int
    servers_there_given_back_p99: float
    servers_there_claimed_again_p99: float
    servers_there_rows: int
    ends: dict[str, int]

    def failures(self) -> list[str]:
        """Each promise that was not kept."""
        kept = {
            "nothing is lost": self.lost == 0,
            "nothing is sent twice": self.twice == 0,
            "sent means that it was posted": self.claimed_sent_never_posted == 0,
            "unknown is at most what was in flight": self.unknown <= self.unknown_most,
            "what arrived is settled as sent": self.unknown_though_posted == 0,
            "a dead worker's rows are claimed again": self.servers_there_claimed_again_p99 <= RECOVERS,
        }
        return [promise for promise, held in kept.items() if not held]


class Schedule:
    """Runs each fault when its time has come."""

    def __init__(self, farm: Farm, storm: Storm) -> None:
        self.farm = farm
        self.storm = storm
        self.counts: dict[str, int] = defaultdict(int)
        self._timers: list[threading.Timer] = []
        self._due: list[tuple[float, float, str, Callable[[], None]]] = [
            (storm.kill_every, storm.kill_every, "worker", farm.kill_worker),
            (storm.redis_every, storm.redis_every, "redis", farm.crash_redis),
            (storm.postgres_every, storm.postgres_every, "postgres", farm.crash_postgres),
            (storm.flush_at, 0.0, "flush", lambda: farm.redis.client().flushall()),
            (storm.stall_at, 0.0, "stall", self._stall),
            (storm.freeze_at, 0.0, "freeze", self._freeze),
        ]

    def tick(self, elapsed: float) -> None:
        """Do what is due."""
        self.farm.revive()
        for fault in [one for one in self._due if one[0] <= elapsed]:
            _, every, name, act = fault
            self._due.remove(fault)
            if every:
                self._due.append((elapsed + every, every, name, act))
            self.counts[name] += 1
            act()

    def end(self) -> None:
        """Let what was stopped go on."""
        for timer in self._timers:
            timer.join()

    def _stall(self) -> None:
        now = time.time()
        self.farm.absences.append(Absence("redis", now, now + self.storm.stall))
        self._stop(self.farm.redis.process.pid, self.storm.stall)

    def _freeze(self) -> None:
        self._stop(self.farm.freeze_worker().pid, self.storm.lease + 5)

    def _stop(self, pid: int, seconds: float) -> None:
        os.kill(pid, signal.SIGSTOP)
        timer = threading.Timer(seconds, _let_go, (pid,))
        timer.start()
        self._timers.append(timer)


def _let_go(pid: int) -> None:
    with suppress(ProcessLookupError):  # it was killed meanwhile
        os.kill(pid, signal.SIGCONT)


def run(storm: Storm, say: Callable[[str], None] = lambda _: None) -> Result:
    """Let the storm loose on a fresh farm."""
    with counting() as site, running(storm.workers, storm.pages, storm.lease, storm.fill) as farm:
        with psycopg.connect(farm.postgres.url) as connection:
            connection.execute(_HISTORY)
        ids = rows.tenants(farm.postgres.url, 50)
        began = time.monotonic()
        rows.leads(farm.postgres.url, ids, storm.jobs // 50, site.url)
        schedule = Schedule(farm, storm)
        _rage(farm, storm, schedule, began, say)
        schedule.end()
        say("calm: what is left is finished")
        if storm.hurry:
            farm.query("UPDATE submissions SET due_at = now() WHERE state = 'queued' RETURNING id")
        wait_for(lambda: (farm.revive(), farm.query(_OPEN)[0][0])[1] == 0, 300)
        seconds = time.monotonic() - began
        time.sleep(2 * storm.lease)  # for journals to be read
        by_journal = _settled(farm)
        _answer(farm, site, say)
        return _result(farm, site, storm, schedule, seconds, by_journal)


def _rage(farm: Farm, storm: Storm, schedule: Schedule, began: float, say: Callable[[str], None]) -> None:
    told = 0.0
    while (elapsed := time.monotonic() - began) < storm.most:
        schedule.tick(elapsed)
        left = farm.query(_OPEN)[0][0]
        if elapsed - told > 20:
            told = elapsed
            say(f"{elapsed:4.0f} s: {left} open, faults {dict(schedule.counts)}")
        if left <= storm.jobs // 200:
            return
        time.sleep(0.2)


def _settled(farm: Farm) -> int:
    """How many rows that were unknown are sent by now."""
    once_unknown = "SELECT id FROM history WHERE state = 'unknown'"
    return int(
        farm.query(f"SELECT count(*) FROM submissions WHERE state = 'sent' AND id IN ({once_unknown})")[0][0]
    )


def _answer(farm: Farm, site: Site, say: Callable[[str], None]) -> None:
    """The automatic copies of the forms that arrived and are unproven, through the real path of a mail."""
    unproven = [
        (row_id, to) for row_id, state, to in farm.query(_ADDRESSES) if state == "unknown" and site.posts[to]
    ]
    say(f"{len(unproven)} unproven forms arrived: their sites send a copy")
    with psycopg.connect(farm.postgres.url) as connection:
        for row_id, to in unproven:
            raw = _COPY.format(id=row_id, to=to, domain=f"site{row_id}.example.org").encode()
            connection.execute(_ARRIVES, {"raw": raw, "id": row_id})
    reader = farm.run("workers.pool", "classify")
    farm.others.append(reader)
    wait_for(lambda: not farm.query("SELECT FROM messages WHERE state IN ('queued', 'running')"), 60)


def _result(
    farm: Farm, site: Site, storm: Storm, schedule: Schedule, seconds: float, by_journal: int
) -> Result:
    ends = names(farm.query("SELECT state, count(*) FROM submissions GROUP BY state"))
    found = farm.query(_ADDRESSES)
    back, again = _recovery(farm, farm.killed)
    calm_back, calm_again = _recovery(farm, [one for one in farm.killed if _servers_there(farm, one)])
    unknown = int(farm.query("SELECT count(DISTINCT id) FROM history WHERE state = 'unknown'")[0][0])
    faults = (
        schedule.counts["worker"] + schedule.counts["freeze"] + storm.workers * schedule.counts["postgres"]
    )
    return Result(
        jobs=storm.jobs,
        seconds=round(seconds, 1),
        worker_kills=schedule.counts["worker"],
        freezes=schedule.counts["freeze"],
        redis_kills=schedule.counts["redis"],
        postgres_crashes=schedule.counts["postgres"],
        in_flight=storm.pages,
        posts=sum(site.posts.values()),
        twice=site.twice(),
        lost=sum(count for state, count in ends.items() if state in ("queued", "running", "armed")),
        claimed_sent_never_posted=sum(state == "sent" and not site.posts[to] for _, state, to in found),
        unknown=unknown,
        unknown_most=faults * storm.pages,
        settled_by_journal=by_journal,
        settled_by_mail=_settled(farm) - by_journal,
        unknown_though_posted=sum(state == "unknown" and site.posts[to] > 0 for _, state, to in found),
        unknown_never_posted=sum(state == "unknown" and not site.posts[to] for _, state, to in found),
        quarantined=ends.get("quarantined", 0),
        given_back_p50=_percentile(back, 50),
        given_back_p99=_percentile(back, 99),
        claimed_again_p50=_percentile(again, 50),
        claimed_again_p99=_percentile(again, 99),
        claimed_again_most=round(max(again, default=0.0), 2),
        recovered_rows=len(again),
        servers_there_given_back_p99=_percentile(calm_back, 99),
        servers_there_claimed_again_p99=_percentile(calm_again, 99),
        servers_there_rows=len(calm_again),
        ends=ends,
    )


def _servers_there(farm: Farm, killed: Killed) -> bool:
    """Whether no server was away in the time that a recovery may take."""
    until = killed.at + RECOVERS
    return all(one.ended < killed.at or one.began > until for one in farm.absences)


def _recovery(farm: Farm, kills: Sequence[Killed]) -> tuple[list[float], list[float]]:
    """Seconds from a kill until each of its rows was given back or unknown, and until it was claimed again.

    A row over which two workers died waits a minute by design, and counts in the first list alone.
    """
    past: dict[int, list[tuple]] = defaultdict(list)
    for row in farm.query("SELECT id, state, owner, deaths, extract(epoch FROM at) FROM history ORDER BY at"):
        past[row[0]].append(row[1:])
    back, again = [], []
    for killed in kills:
        for events in past.values():
            before = [event for event in events if event[3] <= killed.at]
            after = [event for event in events if event[3] > killed.at]
            held = before and before[-1][0] in ("running", "armed") and before[-1][1] == killed.owner
            if not held or not after or after[0][0] not in ("queued", "unknown", "quarantined"):
                continue
            back.append(float(after[0][3]) - killed.at)
            claims = [event for event in after if event[0] == "running"]
            if after[0][0] == "queued" and after[0][2] <= 1 and claims:
                again.append(float(claims[0][3]) - killed.at)
    return back, again


def _percentile(values: list[float], percent: int) -> float:
    if len(values) < 2:
        return max(values, default=0.0)
    return round(statistics.quantiles(values, n=100, method="inclusive")[percent - 1], 2)


def show(result: Result) -> None:
    """The figures, as a table."""
    table = Table("figure", "value", title="The farm under faults")
    for name, value in asdict(result).items():
        table.add_row(name.replace("_", " "), str(value))
    Console().print(table)


def main() -> None:
    """`python -m tests.faults.storm [--json] [--jobs N] [--seed N]`"""
    parser = argparse.ArgumentParser(prog="tests.faults.storm", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--jobs", type=int, default=FULL.jobs)
    parser.add_argument("--seed", type=int, default=1)
    asked = parser.parse_args()
    random.seed(asked.seed)
    result = run(Storm(asked.jobs), Console(stderr=True).print)
    if asked.json:
        sys.stdout.write(json.dumps(asdict(result), indent=2) + "\n")
    else:
        show(result)
    if broken := result.failures():
        sys.exit(f"not kept: {'; '.join(broken)}")


if __name__ == "__main__":
    main()
