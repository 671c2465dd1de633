"""The reconciler's nudges: ids of due rows, fair, bounded, and again when Redis forgot."""

from collections import Counter
from collections.abc import Callable
from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from shared.db import EVERY_TENANT, transaction
from shared.errors import BrokerUnavailable
from shared.models import Submission
from shared.settings import settings
from tests.integration.workers.conftest import World
from workers import broker as broker_module
from workers import nudging
from workers.services import campaigns


@pytest.fixture(autouse=True)
def _fresh_broker(queue: str) -> None:
    broker_module.broker.cache_clear()


def queued_ids() -> list[int]:
    """The ids in the queue's messages."""
    client = broker_module.broker().client
    decode = broker_module.dramatiq.get_encoder().decode
    return [decode(raw)["args"][0] for raw in client.hvals("dramatiq:browser.msgs")]


def launched(world: World, number: int) -> list[int]:
    rows = world.add_leads(*(f"site-{world.tenant}-{n}.org" for n in range(number)))
    campaigns.launch(world.tenant, world.campaign, "test")
    return [row.id for row in rows]


def test_a_message_carries_the_id_and_nothing_else(world: World) -> None:
    (row_id,) = launched(world, 1)
    assert nudging.nudge("browser") == 1
    (raw,) = broker_module.broker().client.hvals("dramatiq:browser.msgs")
    message = broker_module.dramatiq.get_encoder().decode(raw)
    assert (message["args"], message["kwargs"]) == ([row_id], {})


def test_a_row_is_not_nudged_again_at_once_but_later(world: World) -> None:
    launched(world, 1)
    assert [nudging.nudge("browser"), nudging.nudge("browser")] == [1, 0]
    with transaction(EVERY_TENANT) as session:
        long_ago = func.now() - timedelta(seconds=nudging.AGAIN + 1)
        session.execute(update(Submission).values(nudged_at=long_ago))
    assert nudging.nudge("browser") == 1


def test_rows_that_are_not_due_are_left_alone(world: World) -> None:
    launched(world, 2)
    campaigns.pause(world.tenant, world.campaign, "test")
    assert nudging.nudge("browser") == 0


def test_a_long_backlog_does_not_hide_a_short_one(
    new_world: Callable[[str], World], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(nudging, "WINDOW", 20)
    large, small = new_world("large"), new_world("small")
    launched(large, 100)
    ten = launched(small, 10)
    nudging.nudge("browser")
    nudged = queued_ids()
    assert len(nudged) == 20
    assert set(ten) <= set(nudged)


def test_the_window_bounds_what_waits_at_the_broker(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nudging, "WINDOW", 5)
    launched(world, 12)
    assert [nudging.nudge("browser"), nudging.nudge("browser")] == [5, 0]


def test_after_a_flush_everything_due_is_nudged_again(world: World) -> None:
    ids = launched(world, 3)
    nudging.notice_empty_broker()
    nudging.nudge("browser")
    broker_module.broker().client.flushall()
    nudging.notice_empty_broker()
    nudging.nudge("browser")
    assert Counter(queued_ids()) == Counter(ids)


def test_without_redis_the_rows_are_not_marked_as_nudged(
    world: World, fresh_settings: pytest.MonkeyPatch
) -> None:
    launched(world, 1)
    fresh_settings.setenv("RELANCE_REDIS_URL", "unix:///nowhere/redis.sock")
    settings.cache_clear()
    broker_module.broker.cache_clear()
    with pytest.raises(BrokerUnavailable):
        nudging.nudge("browser")
    with transaction(EVERY_TENANT) as session:
        assert session.scalars(select(Submission.nudged_at)).all() == [None]
