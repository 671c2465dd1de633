"""From labelled replies to a sealed model folder: train, export, calibrate, measure. Needs the training
extras.
"""

import dataclasses
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from classifiers import artifact, bases, calibrate, card, evaluate, export, ngrams_fit, train, vocabulary
from classifiers.corpus.rows import Row, hands_of
from classifiers.corpus.splits import split
from classifiers.doubt import Calibration
from classifiers.labels import INTENTS
from classifiers.model import Classifier
from classifiers.reader import Reader
from classifiers.text import clean
from shared.errors import BadInput

LEAST = 200
"""Rows under which nothing is trained."""
TYPICAL = 40
"""Replies of an intent in a language whose mean is its centre."""
UNFITTED = Calibration(1.0, 1.0, 1.0, calibrate.PROMISED, -1.0, 0.0, 1.0, {})

Report = Callable[[float, str], None]


@dataclass(frozen=True, slots=True)
class Candidate:
    """A sealed folder and what it reached on the hands that judge."""

    folder: Path
    version: str
    figures: evaluate.Figures


def build(
    corpus: Sequence[Row], reviewed: Sequence[Row], recipe: train.Recipe, out: Path, report: Report
) -> Candidate:
    """Train on the corpus's training hands and on reviewed replies, and write a sealed model folder to `out`.

    `reviewed` are this tenant's corrections; `history.set_apart` says which may train. Raises BadInput
    where the rows are too few or lack an intent.
    """
    parts = split(corpus)
    rows = [*parts.train, *reviewed]
    _enough(rows)
    out.mkdir(parents=True, exist_ok=True)
    trained = train.fit(rows, parts.calibrate, recipe, report)
    report(1.0, "exporting")
    _write_models(trained, rows, recipe, out)
    return _finish(rows, parts.calibrate, parts.judge, recipe, trained, out)


def _enough(rows: Sequence[Row]) -> None:
    missing = [intent for intent in INTENTS if all(row.intent is not intent for row in rows)]
    if len(rows) < LEAST or missing:
        raise BadInput(
            f"{len(rows)} rows for training, {LEAST} are needed; without any: {', '.join(missing) or 'none'}"
        )


def _write_models(trained: train.Trained, rows: Sequence[Row], recipe: train.Recipe, out: Path) -> None:
    export.export(trained.network, out / artifact.READER, train.sample(rows, trained.tokenizer))
    tokenizer = trained.tokenizer.backend_tokenizer
    tokenizer.no_truncation()
    tokenizer.no_padding()
    tokenizer.save(str(out / artifact.TOKENIZER), pretty=False)
    texts, intents = [clean(row.text) for row in rows], [row.intent for row in rows]
    ngrams_fit.fit(texts, intents, vocabulary.concepts(), recipe).save(out / artifact.NGRAMS)
    some = _some_of_each(rows)
    _, vectors = Reader(out).read([clean(row.text) for row in some])
    np.savez_compressed(out / artifact.CENTRES, centres=centres(some, vectors).astype(np.float16))


def _some_of_each(rows: Sequence[Row]) -> list[Row]:
    """`TYPICAL` of each intent in each language, drawn with a fixed seed."""
    shuffled = random.Random(0).sample(rows, len(rows))  # noqa: S311 - sampling, not secrets
    taken: Counter[tuple[str, str]] = Counter()
    some = []
    for row in shuffled:
        taken[row.intent, row.language] += 1
        if taken[row.intent, row.language] <= TYPICAL:
            some.append(row)
    return some


def centres(rows: Sequence[Row], vectors: NDArray[np.float32]) -> NDArray[np.float32]:
    """Unit mean vectors (groups, dimensions) of each intent in each language."""
    groups: dict[tuple[str, str], list[int]] = {}
    for index, row in enumerate(rows):
        groups.setdefault((row.intent, row.language), []).append(index)
    means = np.stack([vectors[some].mean(axis=0) for some in groups.values()])
    return np.asarray(means / np.linalg.norm(means, axis=1, keepdims=True))


def _finish(
    rows: Sequence[Row],
    held: Sequence[Row],
    judges: Sequence[Row],
    recipe: train.Recipe,
    trained: train.Trained,
    out: Path,
) -> Candidate:
    words = calibrate.common_words(rows)
    raw = Classifier(
        out, artifact.Manifest("unsealed", {}, {}), dataclasses.replace(UNFITTED, languages=words)
    )
    scores = raw.scores([row.text for row in held])
    calibrate.calibrate(scores, held, words).save(out / artifact.DOUBT)
    encoder = trained.network.encoder.config.to_dict() | {"max_position_embeddings": export.POSITIONS}
    about = {
        "encoder": encoder,
        "special": trained.tokenizer.special_tokens_map,
        "recipe": dataclasses.asdict(recipe),
        "read": _read(rows, recipe),
        **_data(rows),
    }
    artifact.seal(out, about)
    figures = evaluate.figures(judges, Classifier.load(out))
    manifest = artifact.seal(out, {**about, "judged": figures.as_json()})
    (out / card.NAME).write_text(card.write(manifest, figures), encoding="utf-8")
    return Candidate(out, manifest.version, figures)


def _read(rows: Sequence[Row], recipe: train.Recipe) -> list[str]:
    """The hands that the encoder learned from: without an epoch, those of its base."""
    before = bases.shipped_hands() if recipe.base == bases.SHIPPED else []
    return sorted({*before, *(hands_of(rows) if recipe.epochs else ())})


def _data(rows: Sequence[Row]) -> dict[str, Any]:
    return {
        "rows": len(rows),
        "hands": sorted({row.hand for row in rows}),
        "languages": dict(Counter(row.language for row in rows)),
        "by_intent": dict(Counter(row.intent for row in rows)),
    }
