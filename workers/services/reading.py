"""From an understood mail to what is stored of it, and to its label."""

from dataclasses import asdict

from classifiers.model import Prediction
from inbox.attribution import Attribution
from inbox.parsing import Mail
from inbox.understanding import Understanding
from workers.services import models

_WRITTEN = ("person", "opt_out")
"""The kinds of mail that somebody wrote; the others are named by the rule that found them."""


def classify(understood: Understanding) -> Prediction | None:
    """The label of what a person wrote, None for a machine's mail."""
    if understood.kind not in _WRITTEN:
        return None
    return models.serving().predict([understood.own.own])[0]


def storable(understood: Understanding) -> dict[str, object]:
    """The columns of a mail. Postgres takes no NUL in a text."""
    mail = understood.mail
    return {
        "kind": understood.kind,
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
