"""What may not go now leaves its place at once, and takes along whatever waits for the same thing.

Without that, each of a tenant's 100,000 due rows would pass through a worker to be told the same.
"""

from sqlalchemy import ColumnElement, func, select, update
from sqlalchemy.orm import Session

from shared.compliance.verdict import Ruling
from shared.states import State
from workers.services import ledger
from workers.services.claims import Claim

BATCH = 1_000
"""Rows that one hold takes along; the next one takes as many."""


def hold(session: Session, held: Claim, ruling: Ruling, alike: ColumnElement[bool] | None) -> None:
    """Put the row back until the ruling ends, and the due rows of its tenant that `alike` finds."""
    ledger.release(session, held, ruling.rule, ruling.until or ledger.NEVER, detail=ruling.reason)
    if alike is None:
        return
    model = held.model
    waiting = (
        select(model.id)
        .where(model.tenant_id == held.tenant_id, model.state == State.QUEUED, model.due_at <= func.now())
        .where(alike)
        .order_by(model.due_at)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    session.execute(
        update(model)
        .where(model.id.in_(waiting))
        .values(due_at=ruling.until or ledger.NEVER, reason=ruling.rule, detail=ruling.reason, nudged_at=None)
        .execution_options(synchronize_session=False)
    )
