"""The reply models of this installation: trained on the corpus and on reviews, promoted, rolled back, served.

A person's corrections are labelled examples. What they teach and what they judge never overlap: a text falls
on one side for ever.
"""

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

from sqlalchemy import select

from classifiers.corpus.rows import Row
from classifiers.history import Entry, History, Verdict, set_apart
from classifiers.labels import Intent, Label
from classifiers.model import Classifier
from shared.db import transaction
from shared.models import Classification, Lead, Message, Submission
from shared.settings import settings
from workers.services import audit

PERSON = "person"
"""The model's name in a classification that somebody made or corrected."""

Report = Callable[[float, str], None]


def history() -> History:
    """The models kept under the data folder."""
    return History(settings().home / "models")


def serving() -> Classifier:
    """The model that labels replies now; a promotion or a rollback takes effect at the next mail."""
    return _loaded(history().current())


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


def train(tenant_id: int, base: str, actor: str, report: Report) -> tuple[str, Path]:
    """Train a candidate on the corpus and on half of the reviews; its version and folder.

    Raises BadInput where the rows are too few, NotConfigured where the base cannot be had.
    """
    # torch and transformers: only the process that trains loads them.
    from classifiers import candidate
    from classifiers.corpus.rows import read_hands
    from classifiers.train import Recipe

    teaching, _ = set_apart(reviewed(tenant_id))
    out = history().home / "candidate"
    made = candidate.build(read_hands(), teaching, Recipe(base=base), out, report)
    with transaction(tenant_id) as session:
        audit.record(
            session, tenant_id, actor, "train", f"model {made.version}", base=base, reviews=len(teaching)
        )
    return made.version, made.folder


def promote(tenant_id: int, actor: str) -> Verdict:
    """Let the candidate serve if it is better on the held-out hands and on the tenant's own reviews."""
    from classifiers.corpus.rows import read_hands
    from classifiers.corpus.splits import split

    _, judging = set_apart(reviewed(tenant_id))
    verdict = history().promote(history().home / "candidate", split(read_hands()).judge, judging, actor)
    with transaction(tenant_id) as session:
        audit.record(session, tenant_id, actor, "promote", "model", better=verdict.better, why=str(verdict))
    return verdict


def roll_back(tenant_id: int, actor: str) -> Entry:
    """Let the model before this one serve again. Raises NotFound where there is none."""
    entry = history().rollback(actor)
    with transaction(tenant_id) as session:
        audit.record(session, tenant_id, actor, "rollback", f"model {entry.version or 'shipped'}")
    return entry


@lru_cache(maxsize=2)
def _loaded(folder: Path) -> Classifier:
    return Classifier.load(folder)
