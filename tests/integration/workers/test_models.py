"""Corrections become examples, and only a better model is promoted."""

import dataclasses
import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import select, update

from classifiers import artifact
from classifiers.corpus.rows import Row
from classifiers.doubt import Calibration
from classifiers.labels import Intent, Label
from shared.db import transaction
from shared.errors import ArtifactInvalid, NotFound
from shared.models import AuditEntry, Draft, ReplyModelFile, Review
from shared.settings import settings
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import sent_form, typed_address, understood, written
from workers.services import conversations, model_store, models, reviews
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


@pytest.fixture
def other(tmp_path: Path) -> Path:
    """A sealed model that is not the shipped one: it believes less."""
    folder = shutil.copytree(artifact.SHIPPED, tmp_path / "other")
    fitted = Calibration.load(folder / artifact.DOUBT)
    dataclasses.replace(fitted, threshold=0.99).save(folder / artifact.DOUBT)
    artifact.seal(folder, artifact.check(artifact.SHIPPED).about)
    return folder


@pytest.fixture(autouse=True)
def nothing_remembered() -> Iterator[None]:
    """Another test's tenant may have the same number, and a model of the same version."""
    models._readable.cache_clear()
    yield
    models._readable.cache_clear()


def test_the_shipped_model_serves_until_another_is_promoted(world: World) -> None:
    assert models.serving(world.tenant).version == artifact.check(artifact.SHIPPED).version
    assert model_store.changes(world.tenant) == []


def test_a_promoted_model_serves_where_only_the_database_is_shared(world: World, other: Path) -> None:
    version = model_store.keep(world.tenant, other)
    assert models.candidate(world.tenant).version == version
    model_store.change(world.tenant, version, "ana", "better")
    shutil.rmtree(settings().home / "models")
    served = models.serving(world.tenant)
    assert served.version == version
    assert served.predict(["How much is it?"])[0].intent == "REQUEST_PRICE"


def test_the_shipped_model_serves_in_place_of_one_of_an_earlier_relance(world: World, other: Path) -> None:
    version = model_store.keep(world.tenant, other)
    model_store.change(world.tenant, version, "ana", "better")
    shutil.rmtree(settings().home / "models", ignore_errors=True)
    earlier = json.dumps(json.loads((other / artifact.MANIFEST).read_text()) | {"format": 1})
    with transaction(world.tenant) as session:
        stored = update(ReplyModelFile).where(ReplyModelFile.name == artifact.MANIFEST)
        session.execute(stored.values(content=earlier.encode()))
    assert models.serving(world.tenant).version == artifact.check(artifact.SHIPPED).version
    assert model_store.serving(world.tenant) == version


def test_what_one_tenant_taught_serves_that_tenant_alone(
    new_world: Callable[[str], World], other: Path
) -> None:
    first, second = new_world("first"), new_world("second")
    version = model_store.keep(first.tenant, other)
    model_store.change(first.tenant, version, "ana", "better")
    assert models.serving(second.tenant).version != version
    with pytest.raises(NotFound, match="No model was trained"):
        models.candidate(second.tenant)
    with pytest.raises(NotFound, match=version):
        model_store._files(second.tenant, version)


def test_a_stored_file_that_was_changed_is_not_loaded(world: World, other: Path) -> None:
    version = model_store.keep(world.tenant, other)
    with transaction(world.tenant) as session:
        session.execute(
            update(ReplyModelFile).where(ReplyModelFile.name == artifact.DOUBT).values(content=b"{}")
        )
    with pytest.raises(ArtifactInvalid, match="its hash differs"):
        model_store.folder(world.tenant, version)
    assert not (settings().home / "models" / version).exists()


def test_a_candidate_that_never_served_makes_room_for_the_next(world: World, other: Path) -> None:
    first = model_store.keep(world.tenant, other)
    second = model_store.keep(world.tenant, artifact.SHIPPED)
    assert first != second == model_store.candidate(world.tenant)
    with pytest.raises(NotFound, match=first):
        model_store.folder(world.tenant, first)


def test_rolling_back_goes_to_what_served_before_and_never_to_and_fro(world: World, other: Path) -> None:
    shipped = artifact.check(artifact.SHIPPED).version
    first, second = model_store.keep(world.tenant, other), shipped
    model_store.change(world.tenant, first, "ana", "better")
    model_store.keep(world.tenant, artifact.SHIPPED)
    model_store.change(world.tenant, second, "ana", "better")
    assert models.roll_back(world.tenant, "bo").version == first
    assert models.serving(world.tenant).version == first
    assert models.roll_back(world.tenant, "bo").version == ""
    with pytest.raises(NotFound, match="nothing to go back to"):
        models.roll_back(world.tenant, "bo")
    assert [one.by for one in model_store.changes(world.tenant)] == ["ana", "ana", "bo", "bo"]


def test_without_a_candidate_nothing_is_promoted(world: World) -> None:
    with pytest.raises(NotFound, match="No model was trained"):
        models.promote(world.tenant, "test")


def test_a_candidate_that_is_no_better_is_refused_and_the_verdict_is_noted(
    world: World, corrected: int, other: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Every correction judges, and a few replies stand for the hands that judge.
    monkeypatch.setattr(models, "set_apart", lambda rows: ([], rows))
    monkeypatch.setattr("classifiers.corpus.rows.read_hands", lambda: judges())
    monkeypatch.setattr("classifiers.corpus.splits.roles", lambda: {"judge": "judge"})
    model_store.keep(world.tenant, other)
    assert not models.promote(world.tenant, "test").better
    assert model_store.changes(world.tenant) == []
    with transaction(world.tenant) as session:
        noted = session.scalars(select(AuditEntry).where(AuditEntry.action == "promote")).one()
    assert noted.facts["better"] is False


def judges() -> list[Row]:
    return [Row(Label.HOT, Intent.REQUEST_PRICE, "en", "judge", "How much does it cost?")]
