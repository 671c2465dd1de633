"""When a reading must not be trusted alone: the rules, and the numbers that calibration gave them."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from classifiers.text import LONGEST, bare
from shared.errors import ArtifactInvalid

EMPTY = "empty"
TOO_LONG = "too_long"
UNKNOWN_LANGUAGE = "unknown_language"
FAR_FROM_TRAINING = "far_from_training"
LOW_CONFIDENCE = "low_confidence"
POSSIBLE_OPT_OUT = "possible_opt_out"
REASONS = (EMPTY, TOO_LONG, UNKNOWN_LANGUAGE, FAR_FROM_TRAINING, LOW_CONFIDENCE, POSSIBLE_OPT_OUT)

WORD = re.compile(r"[^\W\d_]+")
FEWEST_LETTERS = 2
ENOUGH_LETTERS = 12
"""Under this many letters a reply's language is not judged: "ok", "stop", "no thanks" belong to several."""
READ_FOR_LANGUAGE = 4_000
"""Characters that suffice to tell a language."""


@dataclass(frozen=True, slots=True)
class Calibration:
    """What was fitted on hands that training never saw.

    `reader` and `ngrams` weigh the two models' logits (their size is the inverse temperature). Under
    `threshold` a label's probability goes to a person: above it, `precision` of the labels were right.
    `far` is the least cosine to a centre of the training data, `known` the least share of words known in
    the best language. Under `opt_out`, the probability that the writer asks to be left alone may be ignored.
    """

    reader: float
    ngrams: float
    threshold: float
    precision: float
    far: float
    known: float
    opt_out: float
    languages: Mapping[str, tuple[str, ...]]

    def save(self, path: Path) -> None:
        """Write as JSON."""
        path.write_text(json.dumps(asdict(self), ensure_ascii=False) + "\n", encoding="utf-8")

    @classmethod
    def load(cls, path: Path) -> "Calibration":
        """Read what `save` wrote; raises ArtifactInvalid for anything else."""
        try:
            content = json.loads(path.read_text(encoding="utf-8"))
            words = {code: tuple(some) for code, some in content.pop("languages").items()}
            return cls(**content, languages=words)
        except (OSError, ValueError, TypeError, KeyError, AttributeError) as error:
            raise ArtifactInvalid(f"{path} is not a calibration: {error}") from error


class LanguageGuess:
    """Which of the known languages a text is in, by the share of its letters that are in common words of
    each.
    """

    def __init__(self, languages: Mapping[str, tuple[str, ...]]) -> None:
        self._words = {code: frozenset(words) for code, words in languages.items()}

    def __call__(self, text: str) -> tuple[str, float]:
        """The best language and the share of letters (0 to 1) in words that it knows."""
        found = WORD.findall(bare(text[:READ_FOR_LANGUAGE]))
        letters = max(1, sum(map(len, found)))
        shares = {
            code: sum(len(word) for word in found if word in known) / letters
            for code, known in self._words.items()
        }
        best = max(shares, key=shares.__getitem__)
        return best, shares[best]


def says_nothing(text: str) -> bool:
    """Whether a text has too few letters for any word: empty, an emoji, a question mark, "k"."""
    return _letters(text) < FEWEST_LETTERS


def _letters(text: str) -> int:
    return sum(map(len, WORD.findall(text[:READ_FOR_LANGUAGE])))


@dataclass(frozen=True, slots=True)
class Reading:
    """What was found of one text: the label's probability, that of an opt-out which the label overlooks (else
    0), the cosine to the nearest centre, and the share of letters in words of the best language.
    """

    confidence: float
    opt_out: float
    nearness: float
    known: float


def doubts(text: str, reading: Reading, calibration: Calibration) -> tuple[str, ...]:
    """The reasons to doubt a reading of `text`, of `REASONS`; empty where it may stand alone."""
    if says_nothing(text):
        return (EMPTY,)
    letters = _letters(text)
    found = {
        TOO_LONG: len(text) > LONGEST,
        UNKNOWN_LANGUAGE: letters >= ENOUGH_LETTERS and reading.known < calibration.known,
        FAR_FROM_TRAINING: reading.nearness < calibration.far,
        LOW_CONFIDENCE: reading.confidence < calibration.threshold,
        POSSIBLE_OPT_OUT: reading.opt_out >= calibration.opt_out,
    }
    return tuple(reason for reason, holds in found.items() if holds)
