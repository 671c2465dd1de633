"""Corrections become examples, and only a better model is promoted."""

import pytest
from sqlalchemy import select

from classifiers import artifact
from shared.db import transaction
from shared.errors import ArtifactInvalid, NotFound
from shared.models import Draft, Review
from shared.settings import settings
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import sent_form, typed_address, understood, written
from workers.services import conversations, models, reviews
from workers.services.drafts import write


@pytest.fixture
def corrected(world: World) -> int:
    """A reply that a person relabelled twice; its message."""
    sent = sent_form(world, "bakery.org")
    text = "Very interesting, please call me on Thursday at 10."
    message = understood(world, written(text, typed_address(world, sent)))
    with transaction(world.tenant) as session:
        draft = session.scalars(select(Draft.id)).one()
    write(draft)
    with transaction(world.tenant) as session:
        review = session.scalars(select(Review.id)).one()
    reviews.relabel(world.tenant, review, "eve@acme.example", "REQUEST_PRICE")
    reviews.relabel(world.tenant, review, "eve@acme.example", "REQUEST_INFO")
    return message.id


def test_the_newest_correction_of_a_reply_is_an_example(world: World, corrected: int) -> None:
    (row,) = models.reviewed(world.tenant)
    assert (row.label, row.intent, row.language) == ("WARM", "REQUEST_INFO", "en")
    assert row.text.startswith("Very interesting")


def test_a_correction_outlives_a_second_reading_by_the_model(world: World, corrected: int) -> None:
    with transaction(world.tenant) as session:
        said = conversations.newest_classification(session, corrected)
    assert said is not None
    assert said.intent == "REQUEST_INFO"


def test_the_shipped_model_serves_until_another_is_promoted(database: str) -> None:
    assert models.serving().version == artifact.check(artifact.SHIPPED).version
    assert models.history().entries() == []


def test_there_is_nothing_to_roll_back_to_at_first(world: World) -> None:
    with pytest.raises(NotFound, match="nothing to go back to"):
        models.roll_back(world.tenant, "test")


def test_without_a_candidate_nothing_is_promoted(world: World) -> None:
    with pytest.raises(ArtifactInvalid):
        models.promote(world.tenant, "test")
    assert not (settings().home / "models" / "history.json").exists()
