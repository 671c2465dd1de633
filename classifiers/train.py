"""Fine-tuning an encoder on labelled replies: twelve intents from the mean of the token states, labels as
their sums.

The loss is the cross-entropy of the intent and of its label together, so that an error within a label costs
less than one across. Weights are averaged over the last steps (exponential moving average), layers near the
input learn slower than those near the output. Needs torch and transformers; a serving process never imports
this.
"""

import copy
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from classifiers import augment, bases
from classifiers.corpus.rows import Row
from classifiers.labels import INTENTS, LABEL_OF, LABELS
from classifiers.text import clean

if TYPE_CHECKING:
    import torch
    from torch import nn

CHUNK = 192
"""Tokens read at once, in training and in serving; a longer reply is read in several chunks."""

Report = Callable[[float, str], None]
"""Told how far the work is (0 to 1) and what was reached."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. Rates are AdamW's; `decay` multiplies the rate from one layer to the one below it."""

    base: str
    epochs: int = 8
    patience: int = 3
    batch: int = 32
    rate: float = 2e-4
    head_rate: float = 2e-3
    decay: float = 0.9
    smoothing: float = 0.05
    label_share: float = 0.5
    dropout: float = 0.2
    averaging: float = 0.99
    seed: int = 11


@dataclass(slots=True)
class Trained:
    """A fine-tuned reader with its tokenizer, and the macro-F1 of the four labels that it reached on
    held-out rows.
    """

    reader: Any
    tokenizer: Any
    reached: float


def reader_of(encoder: Any, classes: int = len(INTENTS), dropout: float = 0.0) -> Any:
    """A module (ids, mask) -> (logits (n, classes), unit vectors (n, dimensions)) over an encoder."""
    import torch
    from torch import nn

    class Reader(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.encoder = encoder
            self.drop = nn.Dropout(dropout)
            self.head = nn.Linear(encoder.config.hidden_size, classes)

        def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
            states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state
            weight = mask.unsqueeze(-1).to(states.dtype)
            mean = (states * weight).sum(1) / weight.sum(1)
            return self.head(self.drop(mean)), nn.functional.normalize(mean, dim=-1)

    return Reader()


def fit(rows: Sequence[Row], held_out: Sequence[Row], recipe: Recipe, report: Report) -> Trained:
    """Train until `held_out` stops getting better for `patience` epochs; the best average is returned."""
    import torch

    torch.manual_seed(recipe.seed)
    encoder, tokenizer = bases.open_base(recipe.base)
    reader = reader_of(encoder, dropout=recipe.dropout)
    average = copy.deepcopy(reader).eval()
    best, best_state, waited = -1.0, average.state_dict(), 0
    steps = recipe.epochs * math.ceil(len(rows) / recipe.batch)
    optimiser, schedule = _optimiser(reader, recipe, steps)
    done = 0
    for epoch in range(recipe.epochs):
        for batch in _batches(rows, tokenizer, recipe, epoch):
            _step(reader, batch, recipe, optimiser, schedule)
            done += 1
            _blend(average, reader, min(recipe.averaging, done / (done + 10)))
            report(done / steps, f"epoch {epoch + 1}, held-out macro-F1 {max(best, 0):.3f}")
        score = macro_f1(held_out, predict(average, tokenizer, [row.text for row in held_out]))
        best, best_state, waited = (
            (score, copy.deepcopy(average.state_dict()), 0)
            if score > best
            else (best, best_state, waited + 1)
        )
        if waited >= recipe.patience:
            break
    average.load_state_dict(best_state)
    return Trained(average, tokenizer, best)


def predict(reader: Any, tokenizer: Any, texts: Sequence[str], batch: int = 64) -> NDArray[np.float32]:
    """Intent logits (texts, intents) of the first chunk of each text."""
    import torch

    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), len(INTENTS)), np.float32)
    with torch.inference_mode(), torch.autocast("cpu", dtype=torch.bfloat16):
        for start in range(0, len(order), batch):
            some = order[start : start + batch]
            ids, mask = _encode(tokenizer, [clean(texts[i]) for i in some])
            out[some] = reader(ids, mask)[0].float().numpy()
    return out


def macro_f1(rows: Sequence[Row], logits: NDArray[np.float32]) -> float:
    """Macro-F1 of the four labels, each label's probability being the sum of its intents'."""
    from sklearn.metrics import f1_score

    found = label_scores(logits).argmax(axis=1)
    return float(f1_score([LABELS.index(row.label) for row in rows], found, average="macro"))


def label_scores(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Label probabilities (n, 4) from intent logits (n, 12)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float64)
    return (shares / shares.sum(axis=1, keepdims=True)) @ membership()


def membership() -> NDArray[np.float64]:
    """Intents by labels, 1 where the intent belongs to the label."""
    return np.array([[float(LABEL_OF[intent] is label) for label in LABELS] for intent in INTENTS])


def _encode(tokenizer: Any, texts: list[str]) -> tuple["torch.Tensor", "torch.Tensor"]:
    inputs = tokenizer(texts, padding=True, truncation=True, max_length=CHUNK, return_tensors="pt")
    return inputs["input_ids"], inputs["attention_mask"]


def _batches(
    rows: Sequence[Row], tokenizer: Any, recipe: Recipe, epoch: int
) -> Iterator[tuple["torch.Tensor", "torch.Tensor", "torch.Tensor"]]:
    """Batches of similar length in random order, each text varied anew every epoch."""
    import torch

    chance = random.Random(recipe.seed * 1000 + epoch)  # noqa: S311 - sampling, not secrets
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text) * chance.uniform(0.7, 1.4))
    starts = list(range(0, len(order), recipe.batch))
    chance.shuffle(starts)
    for start in starts:
        some = [rows[i] for i in order[start : start + recipe.batch]]
        ids, mask = _encode(tokenizer, [augment.vary(clean(row.text), chance) for row in some])
        yield ids, mask, torch.tensor([INTENTS.index(row.intent) for row in some])


def _step(reader: Any, batch: tuple[Any, Any, Any], recipe: Recipe, optimiser: Any, schedule: Any) -> None:
    import torch

    ids, mask, intents = batch
    reader.train()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        logits, _ = reader(ids, mask)
    loss(logits.float(), intents, recipe).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(reader.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    schedule.step()


def loss(logits: "torch.Tensor", intents: "torch.Tensor", recipe: Recipe) -> "torch.Tensor":
    """Cross-entropy of the intent, plus `label_share` times that of its label."""
    import torch
    from torch.nn import functional

    member = torch.tensor(membership(), dtype=torch.float32)
    fine = functional.cross_entropy(logits, intents, label_smoothing=recipe.smoothing)
    coarse = torch.log(logits.softmax(-1) @ member + 1e-6)
    return fine + recipe.label_share * functional.nll_loss(coarse, member[intents].argmax(-1))


def _optimiser(reader: Any, recipe: Recipe, steps: int) -> tuple[Any, Any]:
    import torch

    groups = [{"params": list(reader.head.parameters()), "lr": recipe.head_rate}]
    layers: list[nn.Module] = [reader.encoder.embeddings, *reader.encoder.encoder.layer]
    for depth, layer in enumerate(reversed(layers)):
        groups.append({"params": list(layer.parameters()), "lr": recipe.rate * recipe.decay**depth})
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01, fused=True)
    rates = [group["lr"] for group in groups]
    return optimiser, torch.optim.lr_scheduler.OneCycleLR(
        optimiser, rates, total_steps=steps + 1, pct_start=0.1
    )


def _blend(average: Any, reader: Any, keep: float) -> None:
    import torch

    with torch.no_grad():
        for kept, new in zip(average.parameters(), reader.parameters(), strict=True):
            kept.lerp_(new, 1 - keep)
