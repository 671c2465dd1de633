"""What serving costs on this machine: `python -m classifiers.bench [FILE.tsv]`.

Beside each figure stands that of a plain MiniLM in 8 bits, as ONNX Runtime's own quantiser makes it of the
packaged base, read in turns with ours: it tells a slow machine from a slow model. Needs the training extras.
"""

import argparse
import multiprocessing
import os
import tempfile
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import ParamSpec, TypeVar

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table
from tokenizers import Tokenizer

from classifiers import artifact
from classifiers.corpus import rows
from classifiers.corpus.splits import split
from classifiers.model import Classifier
from classifiers.reader import Reader
from classifiers.text import clean

BATCH = 64
LEAST = 1_000
"""Replies measured, repeating the file's where it has fewer."""
SHORT = 32
"""Tokens up to which a reply is called short: three of four are."""


@dataclass(frozen=True, slots=True)
class Cost:
    """One figure of the whole classifier, and of the plain MiniLM, which only reads."""

    ours: float
    plain: float


Figures = dict[str, Cost]
Work = Callable[[Sequence[str]], object]
P = ParamSpec("P")
T = TypeVar("T")


def latency(texts: Sequence[str], plain: Path) -> Figures:
    """Milliseconds for one reply on one core, label, intent and doubt included."""
    _pin(1)
    both = _warm(texts, plain)
    tokenizer = Tokenizer.from_file(str(artifact.SHIPPED / artifact.TOKENIZER))
    times = np.array([[_ms(work, [text]) for work in both] for text in texts])
    long = np.array([len(tokenizer.encode(clean(text)).ids) > SHORT for text in texts])
    found = {"one reply": times, f"up to {SHORT} tokens": times[~long], f"over {SHORT} tokens": times[long]}
    return {
        f"{name}, one core, p{share} ms": Cost(*np.percentile(some, share, axis=0))
        for name, some in found.items()
        if len(some)
        for share in (50, 95)
    }


def throughput(texts: Sequence[str], plain: Path) -> Figures:
    """Replies a second on two cores, in batches."""
    _pin(2)
    both = _warm(texts, plain)
    batches = [texts[at : at + BATCH] for at in range(0, len(texts), BATCH)]
    spent = np.sum([[_ms(work, batch) for work in both] for batch in batches], axis=0)
    return {"batches, two cores, replies/s": Cost(*(1000 * len(texts) / spent))}


def _warm(texts: Sequence[str], plain: Path) -> tuple[Work, Work]:
    both = _ours(), _plain(plain)
    for work in both:
        work(texts[:20])
    return both


def memory(texts: Sequence[str], plain: Path) -> Figures:
    """Resident megabytes of a process that has served one by one and in batches, each in one of its own."""
    return {"resident memory, MB": Cost(_alone(_resident, None, texts), _alone(_resident, plain, texts))}


def measure(texts: Sequence[str]) -> Figures:
    """All figures, each from a fresh process."""
    enough = [*texts] * -(-LEAST // len(texts))
    figures: Figures = {}
    with tempfile.TemporaryDirectory() as folder:
        _alone(_write_plain, Path(folder))
        figures |= _alone(latency, enough, Path(folder))
        figures |= _alone(throughput, enough, Path(folder))
        figures |= memory(enough, Path(folder))
    return figures


def _alone(work: Callable[P, T], *given: P.args, **named: P.kwargs) -> T:
    with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
        return pool.submit(work, *given, **named).result()


def _write_plain(folder: Path) -> None:
    from classifiers import bases, export
    from classifiers.network import Network

    encoder, tokenizer = bases.open_base(bases.PACKAGED)
    export.export_plain(Network(encoder), folder / artifact.READER)
    tokenizer.backend_tokenizer.save(str(folder / artifact.TOKENIZER))


def _ours() -> Work:
    return Classifier.load().predict


def _plain(folder: Path) -> Work:
    reader = Reader(folder)
    return lambda texts: reader.read([clean(text) for text in texts])


def _resident(plain: Path | None, texts: Sequence[str]) -> float:
    work = _plain(plain) if plain else _ours()
    for text in texts[:200]:
        work([text])
    work(texts[:BATCH])
    return psutil.Process().memory_info().rss / 1e6


def _ms(work: Work, texts: Sequence[str]) -> float:
    start = time.perf_counter()
    work(texts)
    return (time.perf_counter() - start) * 1000


def _pin(cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux; elsewhere all cores are measured
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="replies to read (default: the hands that judge)")
    asked = parser.parse_args()
    judged = rows.read(asked.file) if asked.file else split(rows.read_hands()).judge
    table = Table("measure", "ours", "plain MiniLM", "ratio", title=f"{len(judged)} replies")
    for name, cost in measure([row.text for row in judged]).items():
        table.add_row(name, f"{cost.ours:.1f}", f"{cost.plain:.1f}", f"{cost.ours / cost.plain:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
