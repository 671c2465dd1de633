"""Reading replies: text to label, intent, calibrated probabilities, and the reasons to doubt them.

Serving needs onnxruntime, tokenizers and numpy alone; torch and transformers are for training.
"""

import threading
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from classifiers import artifact, doubt
from classifiers.labels import INTENTS, LABEL_OF, LABELS, Intent, Label, intents_of
from classifiers.ngrams import NgramModel
from classifiers.reader import Reader
from classifiers.text import clean
from shared.errors import ArtifactInvalid

MEMBER = np.array([[float(LABEL_OF[intent] is label) for label in LABELS] for intent in INTENTS])
"""Intents by labels: 1 where the intent belongs to the label."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What one reply means. Probabilities are calibrated and sum to one; a label's is the sum of its
    intents'.

    `confidence` is the label's probability, `doubts` the reasons (of `doubt.REASONS`) why a person should
    look, `language` the likeliest of the known languages, `version` the model's.
    """

    label: Label
    intent: Intent
    label_probabilities: Mapping[Label, float]
    intent_probabilities: Mapping[Intent, float]
    confidence: float
    doubts: tuple[str, ...]
    language: str
    version: str

    @property
    def automatic(self) -> bool:
        """Whether the reading may stand without a person."""
        return not self.doubts


@dataclass(frozen=True, slots=True)
class Scores:
    """Raw outputs for n texts, before calibration: both models' intent logits (n, 12) and the nearness
    (n,).
    """

    reader: NDArray[np.float32]
    ngrams: NDArray[np.float32]
    nearness: NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class _Parts:
    reader: Reader
    ngrams: NgramModel
    centres: NDArray[np.float32]


class Classifier:
    """A checked model folder. The weights are read at the first use; calls from several threads are safe."""

    def __init__(self, folder: Path, manifest: artifact.Manifest, calibration: doubt.Calibration) -> None:
        self.version = manifest.version
        self.calibration = calibration
        self._folder = folder
        self._language = doubt.LanguageGuess(calibration.languages)
        self._lock = threading.Lock()
        self._loaded: _Parts | None = None

    @classmethod
    def load(cls, folder: Path | None = None) -> "Classifier":
        """The model of a folder, the shipped one by default.

        Raises ArtifactInvalid where a file is missing, foreign or changed: hashes are checked before
        anything is read.
        """
        place = folder or artifact.SHIPPED
        manifest = artifact.check(place)
        return cls(place, manifest, doubt.Calibration.load(place / artifact.DOUBT))

    def predict(self, texts: Sequence[str]) -> list[Prediction]:
        """One prediction a text, in order. Any text is answered, also an empty one: then with a doubt."""
        if not texts:
            return []
        scores = self.scores(texts)
        shares = probabilities(scores, self.calibration)
        shares[[doubt.says_nothing(text) for text in texts]] = 1 / len(INTENTS)
        return [
            self._prediction(text, share, float(near))
            for text, share, near in zip(texts, shares, scores.nearness, strict=True)
        ]

    def scores(self, texts: Sequence[str]) -> Scores:
        """Both models' raw outputs; calibration is fitted on these."""
        parts = self._parts()
        readable = [clean(text) for text in texts]
        reading = parts.reader.begin(readable)
        ngrams = parts.ngrams.logits(readable)
        logits, vectors = reading()
        return Scores(logits, ngrams, (vectors @ parts.centres.T).max(axis=1))

    def _parts(self) -> _Parts:
        with self._lock:
            if self._loaded is None:
                ngrams = NgramModel.load(self._folder / artifact.NGRAMS)
                self._loaded = _Parts(Reader(self._folder), ngrams, _centres(self._folder / artifact.CENTRES))
            return self._loaded

    def _prediction(self, text: str, shares: NDArray[np.float64], nearness: float) -> Prediction:
        labels = shares @ MEMBER
        label = LABELS[int(labels.argmax())]
        language, known = self._language(text)
        by_intent = dict(zip(INTENTS, shares.tolist(), strict=True))
        confidence = float(labels.max())
        overlooked = 0.0 if label is Label.COLD else by_intent[Intent.OPT_OUT]
        reading = doubt.Reading(confidence, overlooked, nearness, known)
        return Prediction(
            label=label,
            intent=max(intents_of(label), key=by_intent.__getitem__),
            label_probabilities=dict(zip(LABELS, labels.tolist(), strict=True)),
            intent_probabilities=by_intent,
            confidence=confidence,
            doubts=doubt.doubts(text, reading, self.calibration),
            language=language,
            version=self.version,
        )


def probabilities(scores: Scores, calibration: doubt.Calibration) -> NDArray[np.float64]:
    """Calibrated intent probabilities (n, 12)."""
    logits = (calibration.reader * scores.reader + calibration.ngrams * scores.ngrams).astype(np.float64)
    shares = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shares / shares.sum(axis=1, keepdims=True))


def _centres(path: Path) -> NDArray[np.float32]:
    try:
        with np.load(path, allow_pickle=False) as stored:
            return np.asarray(stored["centres"], np.float32)
    except (OSError, ValueError, KeyError) as error:
        raise ArtifactInvalid(f"{path} cannot be read: {error}") from error
