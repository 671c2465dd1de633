"""Fine-tuning an encoder on labelled replies: twelve intents from the mean of the token states, labels as
their sums.

The loss is the cross-entropy of the intent and of its label together, so that an error within a label costs
less than one across. Weights are averaged over the last steps (exponential moving average), layers near the
input learn slower than those near the output. A reply is read without some of its words, others each time,
lest phrases be learned by heart that only one hand writes.

Training that goes on from the shipped model holds its lower half fast, and an epoch is the replies of hands
that it has not read and as many of the others, drawn anew. It ends half-way between where it started and
what it learned, which reads unseen hands better than either (Wortsman et al. 2022).

Imports torch: training only.
"""

import copy
import math
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.metrics import f1_score
from torch.nn import functional
from torch.optim import AdamW, Optimizer
from torch.optim.lr_scheduler import LRScheduler, OneCycleLR
from transformers import PreTrainedTokenizerFast

from classifiers import augment, bases, narrow, pairs
from classifiers.corpus.rows import Row, by_hand
from classifiers.labels import INTENTS, LABELS
from classifiers.model import MEMBER
from classifiers.network import Encoded, Network, brisk, fastest
from classifiers.reader import CHUNK
from classifiers.text import clean

TIE = 0.01
"""Macro-F1 that some hundred replies cannot tell apart: of equals the later average is kept, it saw more."""

SAMPLE = 600
"""Replies by which it is seen what each neuron does, and what ranges its values have."""

AT_ONCE = 64
"""Replies that are read together where nothing is learned."""

Batch = tuple[torch.Tensor, torch.Tensor, torch.Tensor]
"""Ids, mask (both n, tokens), intents (n,)."""

Report = Callable[[float, str], None]
"""Told how far the work is (0 to 1) and what was reached."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How to train. Rates are AdamW's; `decay` multiplies the rate from one layer to the one below it.
    `overlooked` is the share of a reply's tokens that it is read without, others each time.
    """

    base: str
    epochs: int = 6
    patience: int = 3
    batch: int = 64
    rate: float = 3e-4
    head_rate: float = 2e-3
    decay: float = 0.9
    smoothing: float = 0.05
    label_share: float = 0.5
    dropout: float = 0.2
    overlooked: float = 0.25
    averaging: float = 0.99
    seed: int = 11


@dataclass(slots=True)
class Trained:
    """A fine-tuned network with its tokenizer, and the macro-F1 of the four labels that it reached on
    held-out rows.
    """

    network: Network
    tokenizer: PreTrainedTokenizerFast
    reached: float


def fit(rows: Sequence[Row], held_out: Sequence[Row], recipe: Recipe, report: Report) -> Trained:
    """Train until `held_out` stops getting better for `patience` epochs; the best average is returned."""
    torch.manual_seed(recipe.seed)
    encoder, tokenizer = bases.open_base(recipe.base)
    network = Network(encoder, recipe.dropout)
    goes_on = recipe.base == bases.SHIPPED
    if goes_on:
        network.head.load_state_dict(bases.shipped_head())
    narrow.narrow(network, sample(rows, tokenizer))
    pairs.pair(network.encoder)
    network.to(fastest())
    if goes_on:
        _hold(network)
    start = copy.deepcopy(network)
    average = copy.deepcopy(network).eval()
    best = _Best(average)
    lesson = _lesson(rows, recipe)
    steps = recipe.epochs * math.ceil(len(lesson(0)) / recipe.batch)
    optimiser, schedule = _optimiser(network, recipe, steps)
    done = 0
    for epoch in range(recipe.epochs):
        for batch in _batches(lesson(epoch), tokenizer, recipe, epoch):
            _step(network, batch, recipe, optimiser, schedule)
            done += 1
            _blend(average, network, min(recipe.averaging, done / (done + 10)))
            report(done / steps, f"epoch {epoch + 1}, held-out macro-F1 {max(best.score, 0):.3f}")
        best.see(macro_f1(held_out, predict(average, tokenizer, [row.text for row in held_out])))
        if best.waited >= recipe.patience:
            break
    average.load_state_dict(best.state)
    if goes_on:
        _blend(average, start, 0.5)
    return Trained(average, tokenizer, best.score)


def sample(rows: Sequence[Row], tokenizer: PreTrainedTokenizerFast) -> Encoded:
    """`SAMPLE` replies, the same for the same rows, in batches of like length."""
    some = random.Random(0).sample(rows, min(SAMPLE, len(rows)))  # noqa: S311 - not secrets
    texts = sorted((clean(row.text) for row in some), key=len)
    return [_encode(tokenizer, texts[at : at + AT_ONCE]) for at in range(0, len(texts), AT_ONCE)]


def _hold(network: Network) -> None:
    layers = network.layers()
    for layer in layers[: 1 + len(layers) // 2]:
        layer.requires_grad_(False)


def _lesson(rows: Sequence[Row], recipe: Recipe) -> Callable[[int], Sequence[Row]]:
    """The rows of an epoch."""
    read = frozenset(bases.shipped_hands()) if recipe.base == bases.SHIPPED else frozenset()
    known, new = by_hand(rows, read)
    if not new:
        return lambda _: rows
    most = min(len(known), len(new))
    return lambda epoch: [*new, *random.Random(recipe.seed + epoch).sample(known, most)]  # noqa: S311 - no secret


class _Best:
    """The latest state that none before it clearly beats, and for how many looks none was better."""

    def __init__(self, network: Network) -> None:
        self._network = network
        self.score = -1.0
        self.waited = 0
        self.state = copy.deepcopy(network.state_dict())

    def see(self, score: float) -> None:
        self.waited = 0 if score > self.score else self.waited + 1
        if score > self.score - TIE:
            self.state = copy.deepcopy(self._network.state_dict())
        self.score = max(self.score, score)


def predict(
    network: Network, tokenizer: PreTrainedTokenizerFast, texts: Sequence[str]
) -> NDArray[np.float32]:
    """Intent logits (texts, intents) of the first chunk of each text."""
    order = sorted(range(len(texts)), key=lambda i: len(texts[i]))
    out = np.zeros((len(texts), len(INTENTS)), np.float32)
    device = network.head.weight.device
    with torch.inference_mode(), brisk(device.type):
        for start in range(0, len(order), AT_ONCE):
            some = order[start : start + AT_ONCE]
            ids, mask = _encode(tokenizer, [clean(texts[i]) for i in some])
            out[some] = network(ids.to(device), mask.to(device))[0].float().cpu().numpy()
    return out


def macro_f1(rows: Sequence[Row], logits: NDArray[np.float32]) -> float:
    """Macro-F1 of the four labels, each label's probability being the sum of its intents'."""
    found = label_scores(logits).argmax(axis=1)
    return float(f1_score([LABELS.index(row.label) for row in rows], found, average="macro"))


def label_scores(logits: NDArray[np.float32]) -> NDArray[np.float64]:
    """Label probabilities (n, 4) from intent logits (n, 12)."""
    shares = np.exp(logits - logits.max(axis=1, keepdims=True)).astype(np.float64)
    return np.asarray((shares / shares.sum(axis=1, keepdims=True)) @ MEMBER)


def _encode(tokenizer: PreTrainedTokenizerFast, texts: list[str]) -> tuple[torch.Tensor, torch.Tensor]:
    inputs = tokenizer(texts, padding=True, truncation=True, max_length=CHUNK, return_tensors="pt")
    return inputs["input_ids"], inputs["attention_mask"]


def _batches(
    rows: Sequence[Row], tokenizer: PreTrainedTokenizerFast, recipe: Recipe, epoch: int
) -> Iterator[Batch]:
    """Batches of similar length in random order, each text varied anew every epoch."""
    chance = random.Random(recipe.seed * 1000 + epoch)  # noqa: S311 - sampling, not secrets
    order = sorted(range(len(rows)), key=lambda i: len(rows[i].text) * chance.uniform(0.7, 1.4))
    starts = list(range(0, len(order), recipe.batch))
    chance.shuffle(starts)
    for start in starts:
        some = [rows[i] for i in order[start : start + recipe.batch]]
        ids, mask = _encode(tokenizer, [augment.vary(clean(row.text), chance) for row in some])
        yield ids, _partly(mask, recipe.overlooked), torch.tensor([INTENTS.index(row.intent) for row in some])


def _partly(mask: torch.Tensor, overlooked: float) -> torch.Tensor:
    """The mask without some tokens, though never the first or the last: no phrase decides alone."""
    seen = torch.rand(mask.shape) >= overlooked
    seen[:, 0] = True
    seen[torch.arange(len(mask)), mask.sum(1) - 1] = True
    return mask * seen


def _step(
    network: Network, batch: Batch, recipe: Recipe, optimiser: Optimizer, schedule: LRScheduler
) -> None:
    device = network.head.weight.device
    ids, mask, intents = (part.to(device) for part in batch)
    network.train()
    with brisk(device.type):
        logits, _ = network(ids, mask)
    loss(logits.float(), intents, recipe).backward()  # type: ignore[no-untyped-call]
    torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
    optimiser.step()
    optimiser.zero_grad()
    schedule.step()


def loss(logits: torch.Tensor, intents: torch.Tensor, recipe: Recipe) -> torch.Tensor:
    """Cross-entropy of the intent, plus `label_share` times that of its label."""
    member = torch.tensor(MEMBER, dtype=torch.float32, device=logits.device)
    fine = functional.cross_entropy(logits, intents, label_smoothing=recipe.smoothing)
    coarse = torch.log(logits.softmax(-1) @ member + 1e-6)
    return fine + recipe.label_share * functional.nll_loss(coarse, member[intents].argmax(-1))


def _optimiser(network: Network, recipe: Recipe, steps: int) -> tuple[Optimizer, LRScheduler]:
    layers = network.layers()
    rates = [recipe.head_rate, *(recipe.rate * recipe.decay**depth for depth in range(len(layers)))]
    modules = [network.head, *reversed(layers)]
    groups = [
        {"params": [p for p in module.parameters() if p.requires_grad], "lr": rate}
        for module, rate in zip(modules, rates, strict=True)
    ]
    optimiser = AdamW(groups, weight_decay=0.01, fused=True)
    return optimiser, OneCycleLR(optimiser, rates, total_steps=steps + 1, pct_start=0.1)


def _blend(average: Network, network: Network, keep: float) -> None:
    with torch.no_grad():
        torch._foreach_lerp_(list(average.parameters()), list(network.parameters()), 1 - keep)
