"""A browser pool whose visits are a plain HTTP POST: everything but Chromium is what runs in production.

Claims, leases, compliance, arming, journal, evidence, the actor and its edge, and how it leaves are the real
ones. Forked from a process that has imported the code, so that a worker is back at once. FAULTS_FILL is the
time that filling a form takes, in seconds.
"""

import asyncio
import os
import random
from dataclasses import dataclass, replace

import aiohttp

from browser.evidence import Evidence
from browser.outcome.values import Exchange
from browser.visit import Armed, Outcome, Visit, VisitState
from workers import pool
from workers.services import submissions


@dataclass(frozen=True)
class Plan:
    """What stands in a row's plan."""

    next_step: bool = False


async def visit(_: object, asked: Visit, arm: submissions.Armed, journal: object) -> Outcome:
    """Fill for a while, arm, post, journal: in the order of a real visit."""
    await asyncio.sleep(float(os.environ["FAULTS_FILL"]) * random.uniform(0.5, 1.5))
    await arm(Armed(Plan(), asked.url, Evidence("before", "text/plain", b"filled")))
    exchange = Exchange(0, "POST", asked.url, "document")
    await journal(exchange)
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.post(
                asked.url, data={"email": asked.letter.email, "message": asked.letter.message}
            ) as got,
        ):
            body = await got.text()
    except aiohttp.ClientError as error:
        return Outcome(VisitState.UNKNOWN, "visit.broken", str(error))
    answered = replace(exchange, status=got.status, content_type="text/html", body=body, done=True)
    await journal(answered)
    return Outcome(
        VisitState.SENT, "generic.words", evidence=(Evidence("response", "text/html", body.encode()),)
    )


async def _start_nothing(process: object) -> None:
    process.chrome = object()


def main(environment: dict[str, str], log: str) -> None:
    """Work on the queue "browser" until a signal comes. The actor is imported last: it asks for Redis."""
    os.environ.update(environment)
    with open(log, "ab", buffering=0) as file:  # noqa: PTH123  # a file descriptor for both streams
        os.dup2(file.fileno(), 1)
        os.dup2(file.fileno(), 2)
    from workers.actors import browser

    browser.BrowserProcess._start = _start_nothing
    browser.end_orphans = lambda: None
    submissions.visit = visit
    pool.run(["browser"])
