"""What serving costs on this machine: `python -m classifiers.bench [FILE.tsv]`. Each figure has a fresh
process.
"""

import argparse
import multiprocessing
import os
import time
from collections.abc import Callable, Sequence
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import numpy as np
import psutil
from rich.console import Console
from rich.table import Table

from classifiers.corpus import rows
from classifiers.corpus.splits import split
from classifiers.model import Classifier

BATCH = 64
LEAST = 1_000
"""Replies measured, repeating the file's where it has fewer."""

Figures = dict[str, float]


def latency(texts: Sequence[str]) -> Figures:
    """Milliseconds for one reply on one core, label, intent and doubt included."""
    _pin(1)
    classifier = Classifier.load()
    classifier.predict(texts[:20])
    times = []
    for text in texts:
        start = time.perf_counter()
        classifier.predict([text])
        times.append((time.perf_counter() - start) * 1000)
    p50, p95 = np.percentile(times, [50, 95])
    return {"one reply, one core, p50 ms": p50, "one reply, one core, p95 ms": p95}


def throughput(texts: Sequence[str]) -> Figures:
    """Replies a second on two cores, in batches."""
    _pin(2)
    classifier = Classifier.load()
    classifier.predict(texts[:20])
    start = time.perf_counter()
    for at in range(0, len(texts), BATCH):
        classifier.predict(texts[at : at + BATCH])
    return {"batches, two cores, replies/s": len(texts) / (time.perf_counter() - start)}


def memory(texts: Sequence[str]) -> Figures:
    """Resident megabytes of a process that has served one by one and in batches."""
    classifier = Classifier.load()
    for text in texts[:200]:
        classifier.predict([text])
    classifier.predict(texts[:BATCH])
    return {"resident memory, MB": psutil.Process().memory_info().rss / 1e6}


MEASURES: tuple[Callable[[Sequence[str]], Figures], ...] = (latency, throughput, memory)


def measure(texts: Sequence[str]) -> Figures:
    """All figures, each in a process of its own."""
    enough = [*texts] * -(-LEAST // len(texts))
    figures: Figures = {}
    for one in MEASURES:
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            figures |= pool.submit(one, enough).result()
    return figures


def _pin(cores: int) -> None:
    if hasattr(os, "sched_setaffinity"):  # Linux; elsewhere all cores are measured
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:cores])


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("file", nargs="?", type=Path, help="replies to read (default: the hands that judge)")
    asked = parser.parse_args()
    judged = rows.read(asked.file) if asked.file else split(rows.read_hands()).judge
    table = Table("measure", "value", title=f"{len(judged)} replies")
    for name, value in measure([row.text for row in judged]).items():
        table.add_row(name, f"{value:.1f}")
    Console().print(table)


if __name__ == "__main__":
    main()
