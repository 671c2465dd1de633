"""The ledger on a real Postgres: one holder at a time, and nothing that is armed is done again."""

from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select, update

from shared.db import EVERY_TENANT, transaction
from shared.errors import LeaseLost
from shared.models import Review, Submission
from shared.states import ReviewKind, ReviewState, State
from tests.integration.workers.conftest import World
from workers.services import campaigns, ledger
from workers.services.claims import Claim
from workers.services.guarded import NOW


@pytest.fixture
def due(world: World) -> int:
    """A submission that is due."""
    (row,) = world.add_leads("one.example.org")
    campaigns.launch(world.tenant, world.campaign, "test")
    return row.id


def row_of(row_id: int) -> Submission:
    with transaction(EVERY_TENANT) as session:
        return session.get_one(Submission, row_id)


def claimed(row_id: int) -> Claim:
    held = ledger.claim("browser", row_id)
    assert held is not None
    return held


def let_expire(row_id: int) -> None:
    with transaction(EVERY_TENANT) as session:
        past = func.now() - timedelta(seconds=1)
        session.execute(update(Submission).where(Submission.id == row_id).values(lease_until=past))


def armed(held: Claim) -> Claim:
    with transaction(held.tenant_id) as session:
        ledger.arm(session, held)
    return held


def test_a_row_is_claimed_by_one_of_many_at_once(due: int) -> None:
    with ThreadPoolExecutor(8) as pool:
        claims = list(pool.map(lambda _: ledger.claim("browser", due), range(16)))
    assert sum(held is not None for held in claims) == 1
    assert row_of(due).attempt == 1


def test_a_row_of_a_draft_campaign_is_not_due(world: World) -> None:
    (row,) = world.add_leads("one.example.org")
    assert ledger.claim("browser", row.id) is None


def test_a_pause_keeps_queued_rows_and_a_launch_frees_them(world: World, due: int) -> None:
    campaigns.pause(world.tenant, world.campaign, "test")
    assert ledger.claim("browser", due) is None
    campaigns.launch(world.tenant, world.campaign, "test")
    assert ledger.claim("browser", due) is not None


def test_a_released_row_waits_for_its_due_time(due: int) -> None:
    held = claimed(due)
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "later", datetime.now(UTC) + timedelta(hours=1))
    assert row_of(due).state is State.QUEUED
    assert ledger.claim("browser", due) is None


def test_an_expired_running_row_goes_back_to_the_queue_with_a_death_counted(due: int) -> None:
    claimed(due)
    let_expire(due)
    assert ledger.expire("browser") == [due]
    row = row_of(due)
    assert (row.state, row.deaths, row.attempt) == (State.QUEUED, 1, 1)


def test_a_job_that_lost_its_lease_cannot_arm_finish_or_release(due: int) -> None:
    frozen = claimed(due)
    let_expire(due)
    ledger.expire("browser")
    claimed(due)
    with transaction(frozen.tenant_id) as session:
        with pytest.raises(LeaseLost):
            ledger.arm(session, frozen)
        with pytest.raises(LeaseLost):
            ledger.finish(session, frozen, State.NO_FORM)
        with pytest.raises(LeaseLost):
            ledger.release(session, frozen, "late")
    assert row_of(due).attempt == 2


def test_a_job_that_slept_past_its_lease_cannot_arm_even_before_anyone_notices(due: int) -> None:
    held = claimed(due)
    let_expire(due)
    with transaction(held.tenant_id) as session, pytest.raises(LeaseLost):
        ledger.arm(session, held)


def test_an_expired_armed_row_is_unknown_and_a_person_is_asked(due: int) -> None:
    armed(claimed(due))
    let_expire(due)
    ledger.expire("browser")
    assert row_of(due).state is State.UNKNOWN
    with transaction(EVERY_TENANT) as session:
        review = session.scalars(select(Review)).one()
    assert (review.kind, review.submission_id) == (ReviewKind.UNKNOWN, due)
    assert ledger.claim("browser", due) is None


def test_an_unknown_row_is_moved_by_evidence_and_never_requeued(due: int) -> None:
    armed(claimed(due))
    let_expire(due)
    ledger.expire("browser")
    with transaction(EVERY_TENANT) as session:
        assert not ledger.move(session, "browser", due, State.QUEUED, "again")
        assert ledger.move(session, "browser", due, State.SENT, "answered")
    assert row_of(due).state is State.SENT


def test_the_worker_that_comes_back_with_proof_settles_its_own_unknown(due: int) -> None:
    held = armed(claimed(due))
    let_expire(due)
    ledger.expire("browser")
    with transaction(held.tenant_id) as session:
        ledger.finish(session, held, State.SENT, "generic.message")
    assert row_of(due).state is State.SENT


def test_a_lease_that_ended_before_the_database_was_back_is_nobodys_death(due: int) -> None:
    with transaction(EVERY_TENANT) as session:
        now = ledger.now(session)
    for back, deaths in ((now, 0), (now - timedelta(minutes=1), 1), (now + timedelta(minutes=1), 1)):
        claimed(due)
        let_expire(due)
        ledger.expire("browser", back)
        row = row_of(due)
        assert (row.state, row.deaths) == (State.QUEUED, deaths)
    assert row.due_at < now


def test_after_three_deaths_a_row_is_set_aside_as_poison(due: int) -> None:
    for deaths in range(1, ledger.MAX_DEATHS + 1):
        with transaction(EVERY_TENANT) as session:
            session.execute(update(Submission).values(due_at=func.now()))
        claimed(due)
        let_expire(due)
        ledger.expire("browser")
        assert row_of(due).deaths == deaths
    assert row_of(due).state is State.QUARANTINED
    assert row_of(due).reason == "poison"


def test_a_stumble_counts_as_a_death_and_says_why(due: int) -> None:
    claimed(due)
    ledger.stumble("browser", due, "ValueError: surprise")
    row = row_of(due)
    assert (row.state, row.deaths, row.detail) == (State.QUEUED, 1, "ValueError: surprise")


def test_a_stumble_after_the_point_of_no_return_is_unknown(due: int) -> None:
    armed(claimed(due))
    ledger.stumble("browser", due, "ValueError: surprise")
    assert row_of(due).state is State.UNKNOWN


def test_a_renewed_lease_does_not_expire(due: int) -> None:
    held = claimed(due)
    let_expire(due)
    ledger.renew("browser", [held])
    assert ledger.expire("browser") == []
    assert row_of(due).state is State.RUNNING


def test_waits_grow_and_are_bounded() -> None:
    waits = [ledger.backoff(attempt).total_seconds() for attempt in range(1, 12)]
    assert 27 <= waits[0] <= 33
    assert 54 <= waits[1] <= 66
    assert max(waits) <= 3960


def test_a_row_that_waited_for_its_turn_for_hours_can_still_be_put_off() -> None:
    assert ledger.backoff(5_000) <= timedelta(seconds=3960)


def test_the_worker_that_comes_back_with_proof_takes_its_question_back(due: int) -> None:
    held = armed(claimed(due))
    let_expire(due)
    ledger.expire("browser")
    with transaction(held.tenant_id) as session:
        ledger.note(session, held, exchange={"status": 200})
        ledger.finish(session, held, State.SENT, "generic.message")
    with transaction(EVERY_TENANT) as session:
        assert session.scalars(select(Review)).all() == []
    assert row_of(due).exchange == {"status": 200}


def test_a_row_that_a_person_was_asked_about_before_is_asked_about_anew(due: int) -> None:
    """The question of an earlier attempt must not stand in the way of the reconciler."""
    held = armed(claimed(due))
    with transaction(held.tenant_id) as session:
        ledger.ask(session, held, ReviewKind.ANSWER, "the form requires: Budget", 4.0)
        session.execute(update(Review).values(state=ReviewState.SETTLED, decided_by="ana@soleil.example"))
    let_expire(due)
    assert ledger.expire("browser") == [due]
    with transaction(EVERY_TENANT) as session:
        review = session.scalars(select(Review)).one()
    assert (review.kind, review.state, review.decided_by) == (ReviewKind.UNKNOWN, ReviewState.OPEN, "")


def test_of_many_leases_a_batch_ends_at_a_time(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ledger, "BATCH", 2)
    rows = world.add_leads("one.org", "two.org", "three.org")
    campaigns.launch(world.tenant, world.campaign, "test")
    for row in rows:
        claimed(row.id)
        let_expire(row.id)
    assert [len(ledger.expire("browser")) for _ in range(3)] == [2, 1, 0]


def test_a_second_death_over_a_row_makes_it_wait_about_a_minute(due: int) -> None:
    for _ in range(2):
        claimed(due)
        let_expire(due)
        ledger.expire("browser")
    with transaction(EVERY_TENANT) as session:
        wait = session.scalar(select(func.extract("epoch", Submission.due_at - func.now())))
    assert 50 < float(wait or 0) < 70


def test_of_two_that_hold_one_attempt_only_one_can_arm(due: int) -> None:
    """A crash of the database may undo a claim, which is then made again under the same number."""
    first = claimed(due)
    with transaction(EVERY_TENANT) as session:
        session.execute(update(Submission).values(state=State.QUEUED, attempt=0))
    second = claimed(due)
    assert (first.attempt, second.attempt) == (1, 1)
    armed(first)
    with transaction(second.tenant_id) as session, pytest.raises(LeaseLost):
        ledger.arm(session, second)


def test_an_expression_is_written_beside_plain_values(due: int) -> None:
    held = claimed(due)
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "later", timedelta(minutes=5), visited_at=NOW)
    row = row_of(due)
    assert row.visited_at is not None
    assert row.due_at - row.visited_at == timedelta(minutes=5)


def test_what_is_given_back_goes_before_what_became_due_with_it(world: World) -> None:
    """A launch makes all leads due at one time, and a long campaign is no reason to wait for another hour."""
    world.add_leads("one.org", "two.org", "three.org")
    campaigns.launch(world.tenant, world.campaign, "test")
    second, third = (row.id for row in world.submissions()[1:])
    held = claimed(third)
    with transaction(held.tenant_id) as session:
        ledger.release(session, held, "cancelled")
    claimed(second)
    let_expire(second)
    ledger.expire("browser")
    with transaction(EVERY_TENANT) as session:
        order = session.scalars(select(Submission.id).order_by(Submission.due_at, Submission.id)).all()
    assert order[:2] == [second, third]
