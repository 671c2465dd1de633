"""What the ledger and the queue cost a job, and how they bear a million due rows: `make bench-farm`."""

import argparse
import json
import os
import random
import signal
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import asdict, dataclass

import psutil
import psycopg
from rich.console import Console
from rich.table import Table

from tests.faults import rows
from tests.faults.farm import Farm, running, wait_for
from workers import broker, gauges, loaded, nudging
from workers.reconciler import LEADER_LOCK, Reconciler, _connected
from workers.services import ledger

JOBS = 10_000
THREADS = 8
"""As many as Dramatiq starts by itself: more only wait for each other on one core."""
TENANTS = 500
ROWS = 1_000_000


@dataclass(frozen=True)
class Figures:
    """Rates in jobs/s, times in milliseconds unless the name says otherwise.

    Rates are by the clock of one core, from which the servers keep off, and by the CPU time of worker and
    reconciler, which others on the machine disturb less. `commit` is what the disk takes for one that waits
    for it.
    """

    dramatiq_alone: float
    with_ledger: float
    dramatiq_alone_by_cpu: float
    with_ledger_by_cpu: float
    ledger_share_of_dramatiq_by_cpu: float
    commit_p50: float
    commit_p99: float
    due_rows: int
    nudge_of_500_p50: float
    nudge_of_500_most: float
    round_p50: float
    round_most: float
    round_after_flush: float
    gauges: float
    claim_p50: float
    claim_p99: float
    expiry_of_500: float
    lead_after_kill_s: float
    lead_after_freeze_s: float


@contextmanager
def worker(farm: Farm, kind: str, threads: int) -> Iterator[subprocess.Popen[bytes]]:
    """A process that works on the queue, on core 0."""
    process = farm.run("tests.scale.noop", kind, "0", str(threads))
    try:
        time.sleep(3)
        yield process
    finally:
        process.terminate()
        process.wait()


def cpu(*processes: subprocess.Popen[bytes]) -> float:
    """Seconds of CPU that they have taken."""
    return sum(sum(psutil.Process(one.pid).cpu_times()[:2]) for one in processes)


def commits(farm: Farm, number: int) -> list[float]:
    """Times of transactions that write a line and wait for the disk."""
    with psycopg.connect(farm.postgres.url, autocommit=True) as connection:
        connection.execute("CREATE TABLE lines (n bigint)")
        return [clock(lambda: connection.execute("INSERT INTO lines VALUES (1)")) for _ in range(number)]


def dramatiq_alone(farm: Farm, jobs: int, threads: int) -> tuple[float, float]:
    """Messages a second that Dramatiq delivers to an actor that does nothing, by the clock and by CPU."""
    client = farm.redis.client()
    with worker(farm, "alone", threads) as process:
        began, used = time.monotonic(), cpu(process)
        for start in range(0, jobs, 1000):
            broker.send("browser", range(start, start + 1000))
        wait_for(lambda: not client.hlen("dramatiq:browser.msgs"), 120, every=0.02)
        return jobs / (time.monotonic() - began), jobs / (cpu(process) - used)


def with_ledger(farm: Farm, jobs: int, threads: int) -> tuple[float, float]:
    """Rows a second from due, that is from the import's commit, to ended, with the reconciler on the same
    core; by the clock and by CPU.
    """
    ids = rows.tenants(farm.postgres.url, 50)
    with (
        psycopg.connect(farm.postgres.url, autocommit=True) as connection,
        worker(farm, "ledger", threads) as process,
    ):
        reconciler = farm.run("workers.reconciler")
        os.sched_setaffinity(reconciler.pid, {0})
        time.sleep(3)
        used = cpu(process, reconciler)
        rows.leads(farm.postgres.url, ids, jobs // 50)
        began = connection.execute("SELECT clock_timestamp()").fetchone()
        left = "SELECT count(*) FROM submissions WHERE state <> 'sent'"
        wait_for(lambda: connection.execute(left).fetchone() == (0,), 180, every=0.2)
        times = "SELECT count(*), extract(epoch FROM max(ended_at) - %s) FROM submissions"
        number, seconds = connection.execute(times, began).fetchone()
        used = cpu(process, reconciler) - used
        reconciler.kill()
        reconciler.wait()
    return float(number / seconds), number / used


def clock(work: Callable[[], object]) -> float:
    """Milliseconds."""
    began = time.perf_counter()
    work()
    return 1000 * (time.perf_counter() - began)


def fill(farm: Farm, number: int) -> None:
    """So many due rows of TENANTS tenants."""
    ids = rows.tenants(farm.postgres.url, TENANTS)
    rows.leads(farm.postgres.url, ids, number // TENANTS)
    with psycopg.connect(farm.postgres.url, autocommit=True) as connection:
        connection.execute("VACUUM ANALYZE submissions")


def nudges(farm: Farm, rounds: int) -> list[float]:
    """Times of rounds that send as much as ever, with all of it fetched and claimed before the next."""
    nudger, client, times = nudging.Nudger("browser"), farm.redis.client(), []
    since = broker.since(farm.query("SELECT now()")[0][0])
    for _ in range(rounds):
        nudger._pace.rate = nudger._pace.left = 2 * nudging.WINDOW
        times.append(clock(lambda: nudger.nudge(since)))
        done = "UPDATE submissions SET state = 'sent' WHERE nudged_at IS NOT NULL AND state = 'queued'"
        farm.query(f"{done} RETURNING id")
        client.delete("dramatiq:browser", "dramatiq:browser.msgs")
    return times


def whole_rounds(farm: Farm, rounds: int) -> tuple[list[float], float]:
    """Times of whole rounds (expiry, settling, nudges of every queue), and of one after a FLUSHALL."""
    reconciler = Reconciler()
    reconciler._measured = time.monotonic() + 3600

    def whole() -> None:
        reconciler._expires_at = 0.0
        reconciler._round(connection)

    with _connected() as connection:
        times = [clock(whole) for _ in range(rounds)]
        farm.redis.client().flushall()
        return times, clock(whole)


def claims(farm: Farm, number: int) -> list[float]:
    """Times of claims of due rows here and there."""
    ids = [row[0] for row in farm.query("SELECT id FROM submissions WHERE state = 'queued'")]
    return [clock(lambda one=one: ledger.claim("browser", one)) for one in random.sample(ids, number)]


def expiry(farm: Farm) -> float:
    """Time of one batch."""
    farm.query(
        "UPDATE submissions SET lease_until = now() - interval '1 s' WHERE state = 'running' RETURNING id"
    )
    return clock(lambda: ledger.expire("browser"))


def started() -> subprocess.Popen[bytes]:
    """A reconciler on the servers of the environment."""
    command = [sys.executable, "-m", "workers.reconciler"]
    return subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)


def leader(url: str) -> int | None:
    """The process id of the reconciler that leads."""
    held = """
        SELECT split_part(application_name, ' ', 2)::int FROM pg_locks JOIN pg_stat_activity USING (pid)
        WHERE locktype = 'advisory' AND objid = %s AND granted AND pg_locks.database = (
            SELECT oid FROM pg_database WHERE datname = current_database())
    """
    with psycopg.connect(url, autocommit=True) as connection:
        found = connection.execute(held, [LEADER_LOCK]).fetchone()
    return int(found[0]) if found else None


def handover(url: str, number: signal.Signals) -> float:
    """Seconds until another copy leads, after a signal to the one that does."""
    copies = {copy.pid: copy for copy in (started(), started())}
    try:
        wait_for(lambda: leader(url) in copies, 60, every=0.05)
        time.sleep(5)
        first = leader(url)
        began = time.monotonic()
        os.kill(first, number)
        wait_for(lambda: leader(url) in copies.keys() - {first}, 60, every=0.05)
        return round(time.monotonic() - began, 2)
    finally:
        for copy in copies.values():
            copy.kill()
            copy.wait()


def servers() -> AbstractContextManager[Farm]:
    """Postgres, Redis and nobody else."""
    return running(workers=0, pages=1, lease=10.0, fill=0.0, reconcilers=0)


@contextmanager
def off_core_0() -> Iterator[None]:
    """This process, and the servers that it starts, leave the first core to worker and reconciler."""
    everywhere = os.sched_getaffinity(0)
    os.sched_setaffinity(0, everywhere - {0} or everywhere)
    try:
        yield
    finally:
        os.sched_setaffinity(0, everywhere)


def measure(jobs: int, number: int, threads: int) -> Figures:
    """All of it, on servers of its own."""
    with off_core_0(), servers() as farm:
        alone, alone_by_cpu = dramatiq_alone(farm, jobs, threads)
        ledgered, ledgered_by_cpu = with_ledger(farm, jobs, threads)
    with servers() as farm:
        commit_times = commits(farm, 200)
        fill(farm, number)
        nudge_times = nudges(farm, 20)
        round_times, after_flush = whole_rounds(farm, 20)
        claim_times = claims(farm, 2_000)
        return Figures(
            dramatiq_alone=round(alone),
            with_ledger=round(ledgered),
            dramatiq_alone_by_cpu=round(alone_by_cpu),
            with_ledger_by_cpu=round(ledgered_by_cpu),
            ledger_share_of_dramatiq_by_cpu=round(ledgered_by_cpu / alone_by_cpu, 2),
            commit_p50=round(statistics.median(commit_times), 1),
            commit_p99=round(statistics.quantiles(commit_times, n=100)[98], 1),
            due_rows=number,
            nudge_of_500_p50=round(statistics.median(nudge_times), 1),
            nudge_of_500_most=round(max(nudge_times), 1),
            round_p50=round(statistics.median(round_times), 1),
            round_most=round(max(round_times), 1),
            round_after_flush=round(after_flush, 1),
            gauges=round(clock(gauges.measure), 1),
            claim_p50=round(statistics.median(claim_times), 2),
            claim_p99=round(statistics.quantiles(claim_times, n=100)[98], 2),
            expiry_of_500=round(expiry(farm), 1),
            lead_after_kill_s=handover(farm.postgres.url, signal.SIGKILL),
            lead_after_freeze_s=handover(farm.postgres.url, signal.SIGSTOP),
        )


def main() -> None:
    """`python -m tests.scale.bench [--json] [--jobs N] [--rows N] [--threads N]`"""
    parser = argparse.ArgumentParser(prog="tests.scale.bench", description=__doc__)
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--jobs", type=int, default=JOBS)
    parser.add_argument("--rows", type=int, default=ROWS)
    parser.add_argument("--threads", type=int, default=THREADS)
    asked = parser.parse_args()
    loaded.settle()
    figures = asdict(measure(asked.jobs, asked.rows, asked.threads))
    if asked.json:
        sys.stdout.write(json.dumps(figures, indent=2) + "\n")
        return
    table = Table("figure", "value", title="Ledger and queue")
    for name, value in figures.items():
        table.add_row(name.replace("_", " "), f"{value:,}")
    Console().print(table)


if __name__ == "__main__":
    main()
