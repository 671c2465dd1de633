"""Giving an English WordPiece model words of six more languages, without making it larger.

MiniLM's 30,522 entries hold a thousand unused ones, other scripts, and rare English names. They make room
for frequent words of the other languages, which would otherwise be cut into four or five English syllables.
A new word starts from the words that it translates: IBM's first alignment model over parallel sentences
(Brown et al. 1993) gives p(English word | foreign word), and the new embedding is that mean of the English
ones, as in WECHSEL (Minixhofer et al. 2022).
"""

import re
import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from pathlib import Path

GLOSSARY = Path(__file__).parent / "corpus" / "glossary.txt"
GLOSSARY_LANGUAGES = ("en", "fr", "de", "es", "it", "nl", "pt")
WORD = re.compile(r"[a-z]+")

Pair = tuple[list[str], list[str]]
"""English words, foreign words."""


def words(text: str) -> list[str]:
    """Lower-case words without accents, as the model's own normaliser sees them."""
    bare = unicodedata.normalize("NFD", text.lower().replace("ß", "ss").replace("œ", "oe"))
    return WORD.findall("".join(c for c in bare if not unicodedata.combining(c)))


def glossary(path: Path = GLOSSARY) -> list[dict[str, list[str]]]:
    """One dictionary a concept: language to its words, in several forms."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return [
        dict(zip(GLOSSARY_LANGUAGES, (words(cell) for cell in line.split("|")), strict=True))
        for line in lines
    ]


def concepts(path: Path = GLOSSARY) -> dict[str, int]:
    """Every word of the glossary, in whatever language, to the number of the line that it is in first."""
    numbers: dict[str, int] = {}
    for number, entry in enumerate(glossary(path)):
        for forms in entry.values():
            for word in forms:
                numbers.setdefault(word, number)
    return numbers


def align(pairs: Sequence[Pair], rounds: int = 4) -> dict[str, dict[str, float]]:
    """p(English word | foreign word) by expectation maximisation; entries under .05 are dropped."""
    table: dict[str, dict[str, float]] = {}
    for _ in range(rounds):
        counts: dict[str, defaultdict[str, float]] = defaultdict(lambda: defaultdict(float))
        for english, foreign in pairs:
            _expect(table, english, foreign, counts)
        table = {word: _normalised(row) for word, row in counts.items()}
    return {word: {e: p for e, p in row.items() if p >= 0.05} for word, row in table.items()}


def _expect(
    table: dict[str, dict[str, float]],
    english: Sequence[str],
    foreign: Sequence[str],
    counts: dict[str, defaultdict[str, float]],
) -> None:
    # Each English word is explained by the foreign ones of its sentence, in proportion to the table.
    for e in english:
        weights = [table[f].get(e, 1e-9) if table else 1.0 for f in foreign]
        total = sum(weights)
        for f, weight in zip(foreign, weights, strict=True):
            counts[f][e] += weight / total


def _normalised(row: dict[str, float]) -> dict[str, float]:
    total = sum(row.values())
    return {word: count / total for word, count in row.items()}


def chosen_vocabulary(
    base: Sequence[str], seen: Counter[str], wanted: Counter[str], size: int
) -> tuple[list[str], list[str]]:
    """Entries to keep of `base` (in its order) and words to add, `size` in all.

    `base` is ordered by frequency, as BERT's is: what goes is what other scripts and `[unused]` hold, then
    the last entries that neither `seen` (words of our English text) nor `wanted` counts. `wanted` gives the
    new words, most wanted first.
    """
    latin = [entry for entry in base if _latin(entry) and not entry.startswith("[unused")]
    known = frozenset(latin)
    added = [word for word, _ in wanted.most_common() if word not in known]
    surplus = max(0, len(latin) + len(added) - size)
    droppable = [
        e for e in reversed(latin) if len(e) > 3 and not e.startswith("##") and not seen[e] + wanted[e]
    ]
    dropped = frozenset(droppable[:surplus])
    kept = [entry for entry in latin if entry not in dropped]
    return kept, added[: size - len(kept)]


def _latin(entry: str) -> bool:
    """Whether every character is ASCII, or punctuation, a symbol or a digit of any script (quotes, euro,
    bullets).
    """
    return all(c.isascii() or unicodedata.category(c)[0] in "PSN" for c in entry)


def frequent(texts: Iterable[str], least: int) -> Counter[str]:
    """Words seen at least this often."""
    counts = Counter(word for text in texts for word in words(text))
    return Counter({word: count for word, count in counts.items() if count >= least})
