"""From an understood mail to what is stored of it, and to its label."""

from collections.abc import Sequence
from dataclasses import asdict

from classifiers.labels import LABEL_OF, Intent
from classifiers.model import Prediction
from inbox.attribution import Attribution
from inbox.parsing import Mail
from inbox.understanding import Understanding
from shared.states import WRITTEN
from workers.services import models


def classify(tenant_id: int, mails: Sequence[Understanding]) -> list[Prediction | None]:
    """The labels of what people wrote, in order; None for a machine's mail."""
    texts = [mail.own.own for mail in mails if mail.kind in WRITTEN]
    said = iter(models.serving(tenant_id).predict(texts) if texts else ())
    return [next(said) if mail.kind in WRITTEN else None for mail in mails]


def modelled(said: Prediction | None) -> dict[str, object] | None:
    """The model's label, as the columns of a classification."""
    if said is None:
        return None
    return {
        "label": said.label,
        "intent": said.intent,
        "confidence": said.confidence,
        "probabilities": {str(intent): share for intent, share in said.intent_probabilities.items()},
        "doubts": list(said.doubts),
        "model": said.version,
    }


def ruled(understood: Understanding) -> dict[str, object] | None:
    """The label of a mail that the inbox's rules recognised, as the columns of a classification."""
    intent = _ruled_intent(understood)
    if intent is None:
        return None
    return {
        "label": LABEL_OF[intent],
        "intent": intent,
        "confidence": 1.0,
        "probabilities": {intent.value: 1.0},
        "doubts": [],
        "model": f"rule {understood.rule}"[:100],
    }


def _ruled_intent(understood: Understanding) -> Intent | None:
    if understood.kind == "bounce":
        return Intent.BOUNCE
    if understood.kind == "opt_out":
        return Intent.OPT_OUT
    if understood.automatic is None:
        return None
    return Intent.OOO if understood.automatic.kind == "absence" else Intent.AUTO_ACK


def storable(understood: Understanding) -> dict[str, object]:
    """The columns of a mail. Postgres takes no NUL in a text."""
    mail = understood.mail
    return {
        "kind": str(understood.kind),
        "message_id": _text(mail.message_id or "", 1000),
        "from_address": _text(mail.from_.address if mail.from_ else "", 320),
        "from_name": _text(mail.from_.name if mail.from_ else "", 200),
        "subject": _text(mail.subject, 1000),
        "own_text": _text(understood.own.own, 100_000),
    }


def findings_of(understood: Understanding, attribution: Attribution) -> dict[str, object]:
    """Which rules fired and what they read, as JSON."""
    mail = understood.mail
    found = {
        name: {key: _json(value) for key, value in asdict(part).items()}
        for name in ("bounce", "automatic", "opt_out")
        if (part := getattr(understood, name)) is not None
    }
    return {
        **found,
        "rule": understood.rule,
        "reply_to": _text(_answer_to(mail), 320),
        "references": [_text(one, 500) for one in mail.references[-20:]],
        "list": "list-id" in mail.headers or "list-post" in mail.headers,
        "attribution": {"rule": attribution.rule, "confidence": attribution.confidence},
    }


def _answer_to(mail: Mail) -> str:
    wanted = mail.reply_to[0] if mail.reply_to else mail.from_
    return wanted.address if wanted else ""


def _json(value: object) -> object:
    if value is None or isinstance(value, bool | int | float):
        return value
    if isinstance(value, list | tuple):
        return [_json(one) for one in value]
    return _text(str(value), 2000)


def _text(value: str, most: int) -> str:
    return value.replace("\x00", "")[:most]
