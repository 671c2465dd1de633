"""The exported transformer: texts to logits and vectors, every chunk of every text, in batches of one
length.
"""

import os
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import onnxruntime
from numpy.typing import NDArray
from tokenizers import Tokenizer

from classifiers.artifact import READER, TOKENIZER
from shared.errors import ArtifactInvalid

CHUNK = 192
"""Tokens read at once; a longer reply is read in several chunks."""
STRIDE = 160
"""Tokens from one chunk's start to the next one's: chunks share some, so that no sentence is cut in all of
them.
"""
BATCH_TOKENS = 128
"""Small enough for the processor's caches: larger batches cost twice as much a reply."""
THREADS = 2
"""Batches read at once, one core each, which two cores do sooner than one batch together."""


Read = tuple[NDArray[np.float32], NDArray[np.float32]]
"""Logits (n, intents) and vectors (n, dimensions)."""


@dataclass(frozen=True, slots=True)
class Chunk:
    """A run of token ids of one text, with the tokenizer's opening and closing ids."""

    text: int
    ids: tuple[int, ...]


class Reader:
    """An ONNX session and its tokenizer. Safe to call from several threads."""

    def __init__(self, folder: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(folder / TOKENIZER))
            self._session = onnxruntime.InferenceSession(
                str(folder / READER), _options(), providers=["CPUExecutionProvider"]
            )
        except Exception as error:
            # Both libraries raise bare Exception for a file that they cannot parse.
            raise ArtifactInvalid(f"{folder} holds no model that can be read: {error}") from error
        self._pool = ThreadPoolExecutor(min(THREADS, os.cpu_count() or 1))
        self._tokenizer.no_padding()
        self._tokenizer.no_truncation()

    def read(self, texts: Sequence[str]) -> Read:
        """Logits (texts, intents) and unit vectors (texts, dimensions); a text's chunks are weighed by
        their length.
        """
        return self.begin(texts)()

    def begin(self, texts: Sequence[str]) -> Callable[[], Read]:
        """What `read` answers, once it is called: several batches are read meanwhile, a single one then."""
        chunks = [chunk for i, text in enumerate(texts) for chunk in self._chunks(i, text)]
        chunks.sort(key=lambda chunk: len(chunk.ids))
        batches = _batches(chunks)
        found = (self._pool.map if len(batches) > 1 else map)(self._run, batches)
        return lambda: _joined(chunks, list(found), len(texts))

    def _run(self, batch: Sequence[Chunk]) -> Read:
        logits, vectors = self._session.run(None, _inputs(batch))
        return logits, vectors

    def _chunks(self, index: int, text: str) -> list[Chunk]:
        whole = self._tokenizer.encode(text).ids
        opening, inner, closing = whole[0], whole[1:-1], whole[-1]
        room = CHUNK - 2
        starts = range(0, max(1, len(inner) - room + STRIDE), STRIDE) if len(inner) > room else (0,)
        return [Chunk(index, (opening, *inner[start : start + room], closing)) for start in starts]


def _joined(chunks: Sequence[Chunk], found: Sequence[Read], texts: int) -> Read:
    owners = np.array([chunk.text for chunk in chunks])
    sizes = np.array([len(chunk.ids) for chunk in chunks], np.float32)
    share = _shares(owners, sizes, texts)
    joined = share @ np.concatenate([vectors for _, vectors in found])
    unit = joined / np.linalg.norm(joined, axis=1, keepdims=True)
    return share @ np.concatenate([logits for logits, _ in found]), unit


def _options() -> onnxruntime.SessionOptions:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def _batches(chunks: Sequence[Chunk]) -> list[Sequence[Chunk]]:
    """Runs of chunks, sorted by length, whose padded size stays under `BATCH_TOKENS`."""
    batches: list[Sequence[Chunk]] = []
    start = 0
    for end in range(1, len(chunks) + 1):
        full = end == len(chunks) or (end - start + 1) * len(chunks[end].ids) > BATCH_TOKENS
        if full:
            batches.append(chunks[start:end])
            start = end
    return batches


def _inputs(batch: Sequence[Chunk]) -> dict[str, NDArray[np.int64]]:
    width = max(len(chunk.ids) for chunk in batch)
    ids = np.zeros((len(batch), width), np.int64)
    mask = np.zeros((len(batch), width), np.int64)
    for row, chunk in enumerate(batch):
        ids[row, : len(chunk.ids)] = chunk.ids
        mask[row, : len(chunk.ids)] = 1
    return {"ids": ids, "mask": mask}


def _shares(owners: NDArray[np.int64], sizes: NDArray[np.float32], texts: int) -> NDArray[np.float32]:
    """A matrix (texts, chunks) whose rows sum to one."""
    shares = np.zeros((texts, len(owners)), np.float32)
    shares[owners, np.arange(len(owners))] = sizes
    return np.asarray(shares / shares.sum(axis=1, keepdims=True), np.float32)
