"""Is the corpus what its README says? `python -m classifiers.corpus.check` prints it and exits 1 where it
is not.
"""

import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from rich.console import Console
from rich.table import Column, Table

from classifiers import ngrams
from classifiers.corpus import rows, splits
from classifiers.corpus.rows import Row
from classifiers.labels import INTENTS, LANGUAGES
from classifiers.text import bare, clean
from shared.errors import BadInput

LEAST_ROWS = 6_000
LEAST_SHARE = {"fr": 0.45, "en": 0.40, "de": 0.02, "es": 0.02, "it": 0.02, "nl": 0.02, "pt": 0.02}
"""Of all rows."""
LEAST_OF_INTENT = 0.03
ALIKE = 0.90
"""Cosine of hashed n-grams from which two replies count as one."""
SHORT = 25
"""Characters under which equal replies are no duplicates: everybody writes "No thanks"."""

SECOND = Path(__file__).parent / "second_reading.tsv"


@dataclass(frozen=True, slots=True)
class Twins:
    """Two replies that are nearly the same."""

    first: Row
    second: Row
    likeness: float


def problems(corpus: Sequence[Row], role: Mapping[str, str]) -> list[str]:
    """Sentences on what is wrong with the corpus; empty where nothing is. Needs scipy."""
    pairs = list(twins(corpus))
    return [*_balance(corpus), *_unknown_hands(corpus, role), *_leaks(pairs, role), *_contradictions(pairs)]


def twins(corpus: Sequence[Row]) -> Iterator[Twins]:
    """Pairs of long enough replies that are nearly the same."""
    some = [row for row in corpus if len(row.text) >= SHORT]
    grams = (ngrams.grams(clean(row.text)) for row in some)
    features = ngrams.matrix(grams, 1 << ngrams.GRAM_BITS)
    for start in range(0, len(some), 500):
        near = (features[start : start + 500] @ features[start:].T).tocoo()
        alike = (near.data >= ALIKE) & (near.row < near.col)
        found = zip(near.row[alike] + start, near.col[alike] + start, near.data[alike], strict=True)
        yield from (Twins(some[i], some[j], float(likeness)) for i, j, likeness in found)


def _balance(corpus: Sequence[Row]) -> Iterator[str]:
    if len(corpus) < LEAST_ROWS:
        yield f"{len(corpus)} rows, at least {LEAST_ROWS} are wanted"
    languages = Counter(row.language for row in corpus)
    for code in languages.keys() - set(LANGUAGES):
        yield f"language {code!r} is not one of {', '.join(LANGUAGES)}"
    for code, least in LEAST_SHARE.items():
        if languages[code] < least * len(corpus):
            yield f"{languages[code]} rows in {code}, at least {least:.0%} are wanted"
    intents = Counter(row.intent for row in corpus)
    for intent in INTENTS:
        if intents[intent] < LEAST_OF_INTENT * len(corpus):
            yield f"{intents[intent]} rows of {intent}, at least {LEAST_OF_INTENT:.0%} are wanted"


def _unknown_hands(corpus: Sequence[Row], role: Mapping[str, str]) -> Iterator[str]:
    for hand in sorted(set(role) - set(rows.hands_of(corpus))):
        yield f"splits.txt names the hand {hand!r}, which wrote nothing"


def _leaks(pairs: Sequence[Twins], role: Mapping[str, str]) -> Iterator[str]:
    for pair in pairs:
        if role.get(pair.first.hand) != role.get(pair.second.hand):
            hands = f"{pair.first.hand} and {pair.second.hand}"
            yield f"{hands} are on two sides of a split and share {pair.first.text[:80]!r}"


def _contradictions(pairs: Sequence[Twins]) -> Iterator[str]:
    for pair in pairs:
        if pair.first.intent is not pair.second.intent:
            says = f"{pair.first.hand} says {pair.first.intent}, {pair.second.hand} {pair.second.intent}"
            yield f"{says}: {pair.first.text[:80]!r}"


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far a second reader, who did not see the first labels, agrees: shares and Cohen's kappa (1960)."""

    cases: int
    label: float
    intent: float
    label_kappa: float
    intent_kappa: float

    def __str__(self) -> str:
        """One sentence."""
        labels = f"labels {self.label:.1%} (kappa {self.label_kappa:.2f})"
        intents = f"intents {self.intent:.1%} (kappa {self.intent_kappa:.2f})"
        return f"second reading of {self.cases}: {labels}, {intents}"


def agreement(corpus: Sequence[Row], path: Path = SECOND) -> Agreement:
    """Compare the second reading with the corpus, but for replies that were rewritten since.

    Raises BadInput where none is left to compare.
    """
    first = {_key(row): row for row in corpus}
    pairs = [(first[_key(row)], row) for row in rows.read(path) if _key(row) in first]
    if not pairs:
        raise BadInput(f"{path}: none of its replies is in the corpus")
    labels = [(a.label.value, b.label.value) for a, b in pairs]
    intents = [(a.intent.value, b.intent.value) for a, b in pairs]
    return Agreement(len(pairs), _same(labels), _same(intents), kappa(labels), kappa(intents))


def _key(row: Row) -> tuple[str, str]:
    return row.hand, bare(row.text)


def _same(pairs: Sequence[tuple[str, str]]) -> float:
    return sum(a == b for a, b in pairs) / len(pairs)


def kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Agreement beyond chance: 0 is chance, 1 is complete."""
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    chance = sum(first[name] * second[name] for name in first) / len(pairs) ** 2
    return (_same(pairs) - chance) / (1 - chance) if chance < 1 else 1.0


def _table(corpus: Sequence[Row]) -> Table:
    table = Table(
        Column("intent", no_wrap=True),
        *LANGUAGES,
        "all",
        title=f"{len(corpus)} replies, {len(rows.hands_of(corpus))} hands",
    )
    counts = Counter((row.intent, row.language) for row in corpus)
    for intent in INTENTS:
        cells = [counts[intent, code] for code in LANGUAGES]
        table.add_row(intent, *map(str, cells), str(sum(cells)))
    totals = [sum(counts[intent, code] for intent in INTENTS) for code in LANGUAGES]
    table.add_row("all", *(f"{total} ({total / len(corpus):.0%})" for total in totals), str(len(corpus)))
    return table


def main() -> int:
    """Print the corpus and its problems; the number of problems decides the exit status."""
    console = Console()
    try:
        corpus = rows.read_hands()
        found = problems(corpus, splits.roles())
        read_twice = agreement(corpus)
    except BadInput as error:
        console.print(str(error), style="red", markup=False)
        return 1
    console.print(_table(corpus))
    console.print(str(read_twice))
    for problem in found:
        console.print(problem, style="red", markup=False)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
