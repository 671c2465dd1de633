"""The single source of what a reply can be: four labels, twelve intents, and which intent belongs to which
label.

The order is part of the model's contract: an exported model's outputs follow `INTENTS`, and a promoted model
whose manifest lists other intents is refused.
"""

from enum import StrEnum


class Label(StrEnum):
    """What an operator does next: call (HOT), inform (WARM), leave (COLD), ignore (SPAM)."""

    HOT = "HOT"
    WARM = "WARM"
    COLD = "COLD"
    SPAM = "SPAM"


class Intent(StrEnum):
    """Why: the finer reading of a reply, each belonging to one label."""

    INTERESTED_NOW = "INTERESTED_NOW"
    REQUEST_PRICE = "REQUEST_PRICE"
    REQUEST_INFO = "REQUEST_INFO"
    INTERESTED_LATER = "INTERESTED_LATER"
    OBJECTION_PRICE = "OBJECTION_PRICE"
    REFERRAL = "REFERRAL"
    POLITE_DECLINE = "POLITE_DECLINE"
    OPT_OUT = "OPT_OUT"
    OOO = "OOO"
    AUTO_ACK = "AUTO_ACK"
    BOUNCE = "BOUNCE"
    JUNK = "JUNK"


LABEL_OF: dict[Intent, Label] = {
    Intent.INTERESTED_NOW: Label.HOT,
    Intent.REQUEST_PRICE: Label.HOT,
    Intent.REQUEST_INFO: Label.WARM,
    Intent.INTERESTED_LATER: Label.WARM,
    Intent.OBJECTION_PRICE: Label.WARM,
    Intent.REFERRAL: Label.WARM,
    Intent.POLITE_DECLINE: Label.COLD,
    Intent.OPT_OUT: Label.COLD,
    Intent.OOO: Label.SPAM,
    Intent.AUTO_ACK: Label.SPAM,
    Intent.BOUNCE: Label.SPAM,
    Intent.JUNK: Label.SPAM,
}

LABELS: tuple[Label, ...] = tuple(Label)
INTENTS: tuple[Intent, ...] = tuple(Intent)

LANGUAGES: tuple[str, ...] = ("en", "fr", "de", "es", "it", "nl", "pt")
"""ISO 639-1 codes of the languages that the corpus holds; a reply in any other is doubtful by
construction.
"""


def intents_of(label: Label) -> tuple[Intent, ...]:
    """The intents of one label, in the order of the model's outputs."""
    return tuple(intent for intent in INTENTS if LABEL_OF[intent] is label)
