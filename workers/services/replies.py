"""Understand mail: what it is, from which lead, and what it says. `concluding` writes down what follows.

Mails are done many at a time, outside any transaction.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import BigInteger, Row, select

from classifiers.model import Prediction
from inbox.understanding import understand
from shared.db import transaction
from shared.metrics import DOUBT, PREDICTIONS
from shared.models import Message
from workers.services import batches, leases, watching
from workers.services.attributing import Arrived, attribute_mails
from workers.services.bulk import any_of
from workers.services.claims import Claim
from workers.services.concluding import Reading, conclude
from workers.services.reading import classify

MOST = 100
"""Mails a job: a larger batch is hardly faster, and a crash costs more."""

SMALL = 256 * 1024
"""Bytes of a mail above which it is done by itself, so that a batch bounds its memory too."""

_SMALL = f"octet_length(raw) <= {SMALL}"
_COLUMNS = select(Message.id, Message.raw, Message.received_at, Message.conversation_id)
_STORED = _COLUMNS.where(Message.id == any_of("ids", BigInteger()))


def process(message_id: int) -> None:
    """Claim a mail, and others of its tenant that wait; understand them, and write down all that follows."""
    held = batches.claim("classify", message_id, MOST, _SMALL)
    if not held:
        return
    with leases.kept(*held):
        readings = _read(held)
        with transaction(held[0].tenant_id) as session:
            conclude(session, readings)
        watching.heed_mails(held[0].tenant_id, [one.id for one in held])


def _read(held: Sequence[Claim]) -> list[Reading]:
    stored = _stored(held)
    mails = [Arrived(understand(stored[one.id].raw), stored[one.id].received_at) for one in held]
    attributions = attribute_mails(held[0].tenant_id, mails)
    predictions = classify(held[0].tenant_id, [mail.understood for mail in mails])
    _count([said for said in predictions if said])
    return [
        Reading(one, mail.understood, attribution, said, stored[one.id].conversation_id)
        for one, mail, attribution, said in zip(held, mails, attributions, predictions, strict=True)
    ]


def _count(predictions: Sequence[Prediction]) -> None:
    """What the model said, so that a drift of labels, languages and doubts shows."""
    for said in predictions:
        PREDICTIONS.labels(said.label, said.language).inc()
        for doubt in said.doubts:
            DOUBT.labels(doubt).inc()


def _stored(held: Sequence[Claim]) -> dict[int, Row[int, bytes, datetime, int | None]]:
    with transaction(held[0].tenant_id) as session:
        rows = session.execute(_STORED, {"ids": [one.id for one in held]})
        return {row.id: row for row in rows}
