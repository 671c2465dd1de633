"""A tenant's reply models: trained on the corpus and on its reviews, promoted, rolled back, served.

A person's corrections are labelled examples. What they teach and what they judge never overlap: a text falls
on one side for ever. What one tenant's replies taught serves that tenant alone.
"""

import tempfile
from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from classifiers.corpus.rows import Row
from classifiers.judging import Verdict, compare, set_apart
from classifiers.labels import Intent, Label
from classifiers.model import Classifier
from shared.db import transaction
from shared.errors import ArtifactOutdated
from shared.logs import log
from shared.models import Classification, Lead, Message, Submission
from workers.services import audit, model_store
from workers.services.model_store import Change

PERSON = "person"
"""The model's name in a classification that somebody made or corrected."""

Report = Callable[[float, str], None]


def serving(tenant_id: int) -> Classifier:
    """The model that labels this tenant's replies; what is promoted takes effect at the next mail.

    The shipped one takes the place of a model that another version of Relance trained and this one cannot
    read: replies are read on, and a new training learns from the same reviews.
    """
    return _opened(tenant_id, _readable(tenant_id, model_store.serving(tenant_id)))


def candidate(tenant_id: int) -> Classifier:
    """The model that was trained last. Raises NotFound where none was."""
    return _opened(tenant_id, model_store.candidate(tenant_id))


def reviewed(tenant_id: int) -> list[Row]:
    """The tenant's corrected replies, the newest correction of each."""
    query = (
        select(Classification, Message, Lead.language)
        .join(Message, Message.id == Classification.message_id)
        .outerjoin(Submission, Submission.id == Message.submission_id)
        .outerjoin(Lead, Lead.id == Submission.lead_id)
        .where(Classification.model == PERSON)
        .order_by(Classification.id)
    )
    with transaction(tenant_id) as session:
        rows = {message.id: (said, message, language) for said, message, language in session.execute(query)}
    return [
        Row(Label(said.label), Intent(said.intent), language or "en", f"tenant-{tenant_id}", message.own_text)
        for said, message, language in rows.values()
    ]


def train(tenant_id: int, base: str, epochs: int, actor: str, report: Report) -> str:
    """Train a candidate on the corpus and on part of the reviews, and store it; its version.

    Raises BadInput where the rows are too few, NotConfigured where the base cannot be had.
    """
    # torch and transformers: only the process that trains loads them.
    from classifiers import candidate
    from classifiers.corpus.rows import read_hands
    from classifiers.train import Recipe

    teaching, _ = set_apart(reviewed(tenant_id))
    with tempfile.TemporaryDirectory() as folder:
        recipe = Recipe(base=base, epochs=epochs)
        made = candidate.build(read_hands(), teaching, recipe, Path(folder), report)
        version = model_store.keep(tenant_id, made.folder)
    with transaction(tenant_id) as session:
        facts = {"base": base, "reviews": len(teaching)}
        audit.record(session, tenant_id, actor, "train", f"model {version}", **facts)
    return version


def promote(tenant_id: int, actor: str) -> Verdict:
    """Let the candidate serve if it is better on the held-out hands and on the tenant's own reviews."""
    from classifiers.corpus.rows import read_hands
    from classifiers.corpus.splits import split

    _, judging = set_apart(reviewed(tenant_id))
    new = candidate(tenant_id)
    verdict = compare(serving(tenant_id), new, split(read_hands()).judge, judging)
    if verdict.better:
        model_store.change(tenant_id, new.version, actor, str(verdict))
    _note(tenant_id, actor, "promote", new.version, better=verdict.better, why=str(verdict))
    return verdict


def roll_back(tenant_id: int, actor: str) -> Change:
    """Let the model before this one serve again. Raises NotFound where there is none."""
    change = model_store.change(tenant_id, model_store.before(tenant_id), actor, "rollback")
    _note(tenant_id, actor, "rollback", change.version)
    return change


def _note(tenant_id: int, actor: str, action: str, version: str, **facts: object) -> None:
    with transaction(tenant_id) as session:
        audit.record(session, tenant_id, actor, action, f"model {version or 'shipped'}", **facts)


@lru_cache(maxsize=256)
def _readable(tenant_id: int, version: str) -> str:
    """The version, or the shipped one's; told once in the log."""
    try:
        _opened(tenant_id, version)
    except ArtifactOutdated as error:
        log("the shipped model serves instead: train again", tenant=tenant_id, model=version, why=str(error))
        return ""
    return version


def _opened(tenant_id: int, version: str) -> Classifier:
    return _loaded(model_store.folder(tenant_id, version))


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Classifier:
    return Classifier.load(folder)
