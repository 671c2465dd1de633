"""The due rows of a paused campaign wait where no round looks at them, and come back when it is launched."""

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from shared.db import transaction
from shared.models import Campaign, Submission
from shared.states import CampaignState, State
from workers.services.ledger import NEVER

BATCH = 1_000
"""Rows a transaction, so that a campaign of any size is parked beside workers that go on."""


def park(tenant_id: int, campaign_id: int) -> None:
    """Take the waiting rows of a paused campaign out of the queue.

    Rows that others hold are passed over, and all that are left where the process dies: a row that is claimed
    all the same is told by the compliance chain that its campaign does not run.
    """
    while _park_some(tenant_id, campaign_id) == BATCH:
        continue


def bring_back(session: Session, campaign_id: int) -> None:
    """Let what was parked run, in the transaction that launches the campaign."""
    parked = (Submission.campaign_id == campaign_id, Submission.state == State.QUEUED)
    session.execute(
        update(Submission)
        .where(*parked, Submission.due_at == NEVER)
        .values(due_at=func.now(), nudged_at=None, reason="", detail="")
        .execution_options(synchronize_session=False)
    )


def _park_some(tenant_id: int, campaign_id: int) -> int:
    waiting = (
        select(Submission.id)
        .where(Submission.campaign_id == campaign_id, Submission.state == State.QUEUED)
        .where(Submission.due_at < NEVER)
        .order_by(Submission.id)
        .limit(BATCH)
        .with_for_update(skip_locked=True)
    )
    parked = update(Submission).where(Submission.id.in_(waiting)).values(due_at=NEVER, nudged_at=None)
    with transaction(tenant_id) as session:
        # A launch waits for this lock or is seen here, so that nothing is parked behind its back.
        state = select(Campaign.state).where(Campaign.id == campaign_id).with_for_update(read=True)
        if session.scalar(state) is CampaignState.RUNNING:
            return 0
        ids = session.scalars(
            parked.returning(Submission.id), execution_options={"synchronize_session": False}
        )
        return len(ids.all())
