"""Fill one lead's form, once.

Everything before `armed` may fail and be tried again. From `armed` on the row ends as what the evidence
proves, or as unknown, whatever dies.
"""

import asyncio
from dataclasses import asdict, replace
from datetime import timedelta
from functools import partial

from sqlalchemy import select

from browser.chrome import Chrome
from browser.outcome.values import Exchange
from browser.visit import Armed, Outcome, Visit, VisitLimits, VisitState, visit
from shared import tracing
from shared.db import transaction
from shared.errors import LeaseLost
from shared.logs import log
from shared.models import Evidence, Submission
from shared.settings import settings
from shared.states import ReviewKind, State
from workers.services import leases, ledger, watching
from workers.services.claims import Claim
from workers.services.guarded import NOW
from workers.services.insisting import insist
from workers.services.leaving import departure
from workers.services.submitting import Job, prepare

MAX_TRIES = 3
"""Visits to a site that does not answer before it is called unreachable."""

_ASKS = {
    VisitState.CAPTCHA: (ReviewKind.CAPTCHA, 5.0),
    VisitState.NEEDS_ANSWER: (ReviewKind.ANSWER, 4.0),
    VisitState.UNKNOWN: (ReviewKind.UNKNOWN, 3.0),
}
"""The outcomes that a person is asked about, and how urgent that is."""


async def submit(chrome: Chrome, submission_id: int) -> None:
    """Claim the submission, ask whether it may be sent, fill the form and record what is proven."""
    held = await asyncio.to_thread(ledger.claim, "browser", submission_id)
    if held is None:
        return
    with leases.kept(held):
        try:
            with departure.returnable():
                await _visit(chrome, held)
        except LeaseLost as lost:
            log("lease lost", queue="browser", id=held.id, attempt=held.attempt, why=str(lost))
        except asyncio.CancelledError:
            await asyncio.shield(asyncio.to_thread(_give_back, held, "cancelled"))
            raise


async def _visit(chrome: Chrome, held: Claim) -> None:
    with tracing.phase("prepare"):
        job = await asyncio.to_thread(prepare, held)
    if job is None:
        return

    async def arm(armed: Armed) -> None:
        departure.commit()  # first: a job that is given back while it arms would be unknown
        await asyncio.to_thread(_arm, held, armed)

    async def journal(exchange: Exchange) -> None:
        await asyncio.to_thread(insist, partial(_journal, held, exchange))

    outcome = await visit(chrome, _request(job), arm, journal)
    await asyncio.to_thread(insist, partial(conclude, held, outcome))
    if outcome.state is VisitState.REJECTED:
        await asyncio.to_thread(watching.heed_form, held.tenant_id, held.id)


def _request(job: Job) -> Visit:
    return Visit(job.url, job.letter, VisitLimits(total=settings().visit_timeout))


def _arm(held: Claim, armed: Armed) -> None:
    with transaction(held.tenant_id) as session:
        ledger.arm(session, held, plan=asdict(armed.plan), page_url=armed.page_url)
        session.add(_evidence(held, "before", armed.before.media_type, armed.before.body))


def _journal(held: Claim, exchange: Exchange) -> None:
    """Write a submit's request, then its response, down as they come. Postgres takes no NUL in JSON."""
    kept = replace(exchange, body=exchange.body.replace("\x00", ""))
    with transaction(held.tenant_id) as session:
        ledger.note(session, held, exchange=asdict(kept))


def conclude(held: Claim, outcome: Outcome) -> None:
    """Write down how a visit ended, with its evidence, and ask a person where that is needed."""
    if outcome.state is VisitState.UNREACHABLE and _try_later(held, outcome.rule):
        return
    plan = {"plan": asdict(outcome.plan)} if outcome.plan else {}
    with transaction(held.tenant_id) as session:
        ledger.finish(
            session,
            held,
            State(outcome.state.value),
            outcome.rule,
            detail=outcome.detail,
            page_url=outcome.page_url,
            proof=outcome.proof.value,
            captcha=outcome.captcha,
            visited_at=NOW,
            **plan,
        )
        kept = set(
            session.scalars(
                select(Evidence.kind).where(
                    Evidence.submission_id == held.id, Evidence.attempt == held.attempt
                )
            )
        )
        session.add_all(
            _evidence(held, e.kind, e.media_type, e.body) for e in outcome.evidence if e.kind not in kept
        )
        if asked := _ASKS.get(outcome.state):
            kind, priority = asked
            ledger.ask(session, held, kind, outcome.detail or outcome.rule, priority)


def _evidence(held: Claim, kind: str, media_type: str, body: bytes) -> Evidence:
    return Evidence(
        tenant_id=held.tenant_id,
        submission_id=held.id,
        attempt=held.attempt,
        kind=kind,
        media_type=media_type,
        body=body,
    )


def _try_later(held: Claim, why: str) -> bool:
    """Give a site that did not answer another try; False where it had them all."""
    with transaction(held.tenant_id) as session:
        tried = session.scalar(select(Submission.tries).where(Submission.id == held.id)) or 0
        if tried + 1 >= MAX_TRIES:
            return False
        wait = timedelta(seconds=settings().retry_after * 2**tried)
        ledger.release(session, held, why, wait, visited_at=NOW, tries=tried + 1)
        return True


def _give_back(held: Claim, why: str) -> None:
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, why, visited_at=NOW)
