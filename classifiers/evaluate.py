"""Measuring a classifier on a file of labelled replies."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import metrics
from classifiers.corpus.rows import Row, read
from classifiers.labels import INTENTS, LABELS
from classifiers.model import Classifier, Prediction

BATCH = 256
"""Replies predicted together, so that a large file does not fill the memory."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """A reply whose label or intent was read wrongly."""

    text: str
    language: str
    expected: str
    found: str
    confidence: float
    doubts: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Figures:
    """What was measured, all between 0 and 1 but `cases`.

    F1 is the mean over the classes that occur in the file. `automatic_at_95` is the largest share of
    replies, surest first, of which 95 % have the right label; `automatic` is the share that carries no
    doubt, `automatic_precision` how many of those are right. `intervals` are 95 % bootstrap intervals of
    the figures of the same names.
    """

    macro_f1: float
    intent_macro_f1: float
    by_language: dict[str, float]
    by_label: dict[str, float]
    by_intent: dict[str, float]
    ece: float
    automatic_at_95: float
    automatic: float
    automatic_precision: float
    opt_outs_missed: float
    cases: int
    version: str
    intervals: dict[str, tuple[float, float]]
    mistakes: tuple[Mistake, ...]

    def as_json(self) -> dict[str, Any]:
        """Without the mistakes."""
        return {name: value for name, value in asdict(self).items() if name != "mistakes"}


def measure(path: Path, classifier: Classifier) -> Figures:
    """Figures on a file of replies (columns label, intent, language, text); raises BadInput as `rows.read`
    does.
    """
    return figures(read(path), classifier)


def figures(rows: Sequence[Row], classifier: Classifier) -> Figures:
    """Figures on rows."""
    texts = [row.text for row in rows]
    found = [
        p for start in range(0, len(texts), BATCH) for p in classifier.predict(texts[start : start + BATCH])
    ]
    truth, told = _labels(rows), _labels(found)
    intents, told_intents = _intents(rows), _intents(found)
    confidence = np.array([prediction.confidence for prediction in found])
    right = truth == told
    alone = np.array([prediction.automatic for prediction in found])
    measured: dict[str, Callable[[NDArray[np.int64]], float]] = {
        "macro_f1": lambda some: metrics.macro_f1(truth[some], told[some]),
        "intent_macro_f1": lambda some: metrics.macro_f1(intents[some], told_intents[some]),
        "ece": lambda some: metrics.calibration_error(confidence[some], right[some]),
        "automatic_at_95": lambda some: metrics.automatic_share(confidence[some], right[some]),
    }
    everything = np.arange(len(rows))
    bounds = {name: metrics.bootstrap(len(rows), figure) for name, figure in measured.items()}
    return Figures(
        **{name: figure(everything) for name, figure in measured.items()},
        by_language=_by_language(rows, truth, told),
        by_label={LABELS[i]: score for i, score in metrics.f1_scores(truth, told).items()},
        by_intent={INTENTS[i]: score for i, score in metrics.f1_scores(intents, told_intents).items()},
        automatic=float(alone.mean()),
        automatic_precision=float(right[alone].mean()) if alone.any() else 1.0,
        opt_outs_missed=_opt_outs_missed(rows, found),
        cases=len(rows),
        version=classifier.version,
        intervals={name: (bound.low, bound.high) for name, bound in bounds.items()},
        mistakes=_mistakes(rows, found),
    )


def _labels(items: Sequence[Row] | Sequence[Prediction]) -> NDArray[np.int64]:
    return np.array([LABELS.index(item.label) for item in items])


def _intents(items: Sequence[Row] | Sequence[Prediction]) -> NDArray[np.int64]:
    return np.array([INTENTS.index(item.intent) for item in items])


def _by_language(rows: Sequence[Row], truth: NDArray[np.int64], told: NDArray[np.int64]) -> dict[str, float]:
    languages = np.array([row.language for row in rows])
    return {
        str(code): metrics.macro_f1(truth[languages == code], told[languages == code])
        for code in np.unique(languages)
    }


def _opt_outs_missed(rows: Sequence[Row], found: Sequence[Prediction]) -> float:
    """Share of the opt-outs that were not even called COLD."""
    asked = [prediction for row, prediction in zip(rows, found, strict=True) if row.intent == "OPT_OUT"]
    return sum(prediction.label != "COLD" for prediction in asked) / max(1, len(asked))


def _mistakes(rows: Sequence[Row], found: Sequence[Prediction]) -> tuple[Mistake, ...]:
    wrong = [
        Mistake(
            row.text,
            row.language,
            f"{row.label}/{row.intent}",
            f"{told.label}/{told.intent}",
            told.confidence,
            told.doubts,
        )
        for row, told in zip(rows, found, strict=True)
        if row.intent != told.intent
    ]
    return tuple(sorted(wrong, key=lambda mistake: -mistake.confidence))
