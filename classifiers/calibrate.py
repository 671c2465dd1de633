"""Fitting how sure the model may be, on hands that training never saw.

Two numbers weigh the two models' logits; together they are a temperature (Guo et al. 2017) and a mixture.
The threshold for automatic decisions is found by fixed-sequence testing (Angelopoulos et al., "Learn then
Test", 2021): from the strictest threshold down, each is kept while an exact binomial bound says that the
promised precision holds. Needs scipy.
"""

import dataclasses
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from classifiers import vocabulary
from classifiers.corpus.rows import Row
from classifiers.doubt import Calibration, LanguageGuess
from classifiers.labels import INTENTS, LABELS, Intent, Label
from classifiers.model import MEMBER, Scores, probabilities

PROMISED = 0.95
"""Precision of automatic decisions, with a chance of `RISK` that it is missed on replies like the held-out
ones.
"""
RISK = 0.10
FARTHEST = 0.01
"""Share of ordinary held-out replies that may be called far from the training data, or of an unknown
language.
"""
MISSED = 0.01
"""Share of opt-outs that may be neither recognised nor doubted."""
LEAST, FEW = 0.02, 0.15
"""Bounds of the probability from which an opt-out is suspected; the second where none was missed."""
NEVER = 2.0
"""A threshold that no probability reaches."""
COMMON = 1200
"""Words kept a language."""


def calibrate(scores: Scores, rows: Sequence[Row], words: Mapping[str, tuple[str, ...]]) -> Calibration:
    """Fit everything on held-out rows and the model's scores for them."""
    reader, ngrams = blend(scores, [INTENTS.index(row.intent) for row in rows])
    guess = LanguageGuess(words)
    known = float(np.quantile([guess(row.text)[1] for row in rows if len(row.text) > 20], FARTHEST))
    far = float(np.quantile(scores.nearness, FARTHEST))
    fitted = Calibration(reader, ngrams, 1.0, PROMISED, far, known, 1.0, words)
    shares = probabilities(scores, fitted)
    labels = shares @ MEMBER
    right = labels.argmax(axis=1) == np.array([LABELS.index(row.label) for row in rows])
    limit = threshold(labels.max(axis=1), right)
    opt_out = overlooked(shares, np.array([row.intent is Intent.OPT_OUT for row in rows]))
    return dataclasses.replace(fitted, threshold=limit, opt_out=opt_out)


def blend(scores: Scores, intents: Sequence[int]) -> tuple[float, float]:
    """The two weights under which the true labels and intents are likeliest."""
    from scipy.optimize import minimize

    truth = np.arange(len(intents)), np.array(intents)
    labels = truth[0], MEMBER[truth[1]].argmax(axis=1)

    def surprise(weights: NDArray[np.float64]) -> float:
        shares = probabilities(scores, _with(*np.exp(weights)))
        return float(-np.log(shares[truth] + 1e-9).mean() - np.log((shares @ MEMBER)[labels] + 1e-9).mean())

    found = minimize(surprise, np.log([0.5, 0.5]), method="Nelder-Mead", bounds=[(-5, 2), (-5, 2)])
    reader, ngrams = np.exp(found.x)
    return float(reader), float(ngrams)


def _with(reader: float, ngrams: float) -> Calibration:
    return Calibration(reader, ngrams, 1.0, PROMISED, -1.0, 0.0, 1.0, {})


def overlooked(shares: NDArray[np.float64], asked: NDArray[np.bool_]) -> float:
    """The probability of an opt-out from which a person must look, where the label says otherwise.

    The highest under which at most `MISSED` of the opt-outs (`asked`) stay unseen, but never under `LEAST`:
    a lower one would doubt too much.
    """
    missed = asked & ((shares @ MEMBER).argmax(axis=1) != LABELS.index(Label.COLD))
    found = np.sort(shares[missed, INTENTS.index(Intent.OPT_OUT)])
    spared = int(MISSED * asked.sum())
    return max(LEAST, float(found[spared])) if len(found) > spared else FEW


def threshold(confidence: NDArray[np.float64], right: NDArray[np.bool_]) -> float:
    """The lowest confidence above which `PROMISED` of the decisions are right, but for `RISK`, or `NEVER`."""
    from scipy.stats import beta

    order = np.argsort(-confidence, kind="stable")
    hits = np.cumsum(right[order])
    lowest = NEVER
    for kept in range(30, len(order) + 1, 10):
        bound = beta.ppf(RISK, hits[kept - 1], kept - hits[kept - 1] + 1)
        if bound >= PROMISED:
            lowest = float(confidence[order[kept - 1]])
        elif lowest < NEVER:
            break
    return lowest


def common_words(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """The commonest words of each language, those of the glossary first."""
    words: dict[str, list[str]] = {code: [] for code in vocabulary.GLOSSARY_LANGUAGES}
    for entry in vocabulary.glossary():
        for code, forms in entry.items():
            words[code] += forms
    for code, known in words.items():
        counts = vocabulary.frequent((row.text for row in rows if row.language == code), 1)
        known += [word for word, _ in counts.most_common(COMMON)]
    return {code: tuple(dict.fromkeys(known))[:COMMON] for code, known in words.items()}
