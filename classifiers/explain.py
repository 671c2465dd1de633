"""The words that carried a decision, by occlusion: how much surer the model is with a word than without it
(Zeiler and Fergus 2014). One batch of variants of the reply; long replies are narrowed to their heaviest
sentences.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from classifiers.labels import Label
from classifiers.model import Classifier
from classifiers.text import bounded

WORD = re.compile(r"[\w'’\-@.]*\w|[?!€$£%]")
SENTENCE = re.compile(r"[^.!?\n]+[.!?\n]*")
MOST_WORDS = 60
"""Words that are left out one by one; of a longer reply only those of its heaviest sentences."""
MOST_SENTENCES = 60
HEAVIEST = 2

Span = tuple[int, int]
"""Start and end in the text."""


@dataclass(frozen=True, slots=True)
class Weight:
    """A word of the reply, where it stands, and what leaving it out takes from the label's probability."""

    word: str
    start: int
    end: int
    weight: float


def explain(classifier: Classifier, text: str, label: Label | None = None, most: int = 8) -> list[Weight]:
    """The words that spoke most for `label` (by default the predicted one), heaviest first; weights are
    above 0.
    """
    text = bounded(text)
    words = _words(text)
    if not words:
        return []
    wanted = label or classifier.predict([text])[0].label
    if len(words) > MOST_WORDS:
        words = _within(words, _heaviest(classifier, text, wanted))[:MOST_WORDS]
    weights = [
        Weight(text[start:end], start, end, lost)
        for (start, end), lost in zip(words, _losses(classifier, text, words, wanted), strict=True)
    ]
    return sorted((w for w in weights if w.weight > 0), key=lambda w: -w.weight)[:most]


def _words(text: str) -> list[Span]:
    return [match.span() for match in WORD.finditer(text)]


def _heaviest(classifier: Classifier, text: str, label: Label) -> list[Span]:
    sentences = [match.span() for match in SENTENCE.finditer(text)][:MOST_SENTENCES]
    losses = _losses(classifier, text, sentences, label)
    order = sorted(range(len(sentences)), key=lambda i: -losses[i])
    return [sentences[i] for i in order[:HEAVIEST]]


def _within(words: Sequence[Span], sentences: Sequence[Span]) -> list[Span]:
    return [word for start, end in sentences for word in words if start <= word[0] < end]


def _losses(classifier: Classifier, text: str, spans: Sequence[Span], label: Label) -> list[float]:
    variants = [text, *(f"{text[:start]} {text[end:]}" for start, end in spans)]
    whole, *without = (prediction.label_probabilities[label] for prediction in classifier.predict(variants))
    return [whole - one for one in without]
