"""Fitting the network over n-grams. Imports torch: training only.

A reply's features are each left out at random (Hinton et al. 2012), so that no phrase of the hands that are
learned from decides alone. A linear model over the same features trusts such phrases, and reads hands that it
never saw worse. What few replies share is not learned at all.
"""

from collections.abc import Iterator, Sequence

import numpy as np
import torch
from numpy.typing import NDArray
from torch import nn
from torch.nn import functional
from torch.optim import AdamW, Optimizer, SparseAdam
from torch.optim.lr_scheduler import LinearLR

from classifiers.labels import INTENTS, Intent
from classifiers.ngrams import BUCKETS, Concepts, Features, NgramModel, features
from classifiers.train import Recipe, loss

HIDDEN = 48
"""Units of the hidden layer: with twice as many it reads a little better, in a file of twice the size."""
SHARED = 4
"""Replies in which a feature must be for it to be learned."""
EPOCHS, BATCH = 10, 32
RATE = 6e-3
KEPT = 0.6
"""Share of a reply's features that it is read by in an epoch."""
DROPOUT = 0.3
BEGUN = 0.1
"""Standard deviation of the table's first values."""
NEVER = -20.0
"""The bias of an intent without a reply."""


class Bag(nn.Module):
    """The network with the table in full precision."""

    def __init__(self) -> None:
        super().__init__()
        self.table = nn.EmbeddingBag(BUCKETS, HIDDEN, mode="sum", sparse=True)
        nn.init.normal_(self.table.weight, std=BEGUN)
        self.shift = nn.Parameter(torch.zeros(HIDDEN))
        self.out = nn.Linear(HIDDEN, len(INTENTS))

    def forward(self, replies: Sequence[Features]) -> torch.Tensor:
        """Logits (replies, intents)."""
        buckets, values = (torch.from_numpy(np.concatenate(column)) for column in zip(*replies, strict=True))
        starts = torch.tensor([0, *(len(one) for one, _ in replies)]).cumsum(0)[:-1]
        hidden = self.table(buckets, starts, per_sample_weights=values) + self.shift
        return self.out(functional.dropout(hidden.relu(), DROPOUT, self.training))  # type: ignore[no-any-return]


def fit(texts: Sequence[str], intents: Sequence[Intent], concepts: Concepts, recipe: Recipe) -> NgramModel:
    """The network that learned all of these replies; of the recipe its loss and its seed count."""
    torch.manual_seed(recipe.seed)
    read = [features(text, concepts) for text in texts]
    shared = np.bincount(np.concatenate([buckets for buckets, _ in read]), minlength=BUCKETS) >= SHARED
    truth = torch.tensor([INTENTS.index(intent) for intent in intents])
    bag = Bag()
    _learn(bag, read, shared, truth, recipe)
    return _rounded(bag, shared, set(truth.tolist()), concepts)


def _learn(
    bag: Bag, read: Sequence[Features], shared: NDArray[np.bool_], truth: torch.Tensor, recipe: Recipe
) -> None:
    chance = np.random.default_rng(recipe.seed)
    optimisers = (
        SparseAdam([bag.table.weight], lr=RATE),
        AdamW([bag.shift, *bag.out.parameters()], lr=RATE / 2),
    )
    steps = EPOCHS * -(-len(read) // BATCH)
    schedules = [LinearLR(one, 1.0, 1 / steps, steps) for one in optimisers]
    for some in _batches(len(read), chance):
        logits = bag([_partly(read[i], shared, chance) for i in some])
        _step(loss(logits, truth[some], recipe), optimisers)
        for schedule in schedules:
            schedule.step()


def _batches(replies: int, chance: np.random.Generator) -> Iterator[NDArray[np.int64]]:
    for _ in range(EPOCHS):
        order = chance.permutation(replies)
        yield from (order[at : at + BATCH] for at in range(0, replies, BATCH))


def _partly(reply: Features, shared: NDArray[np.bool_], chance: np.random.Generator) -> Features:
    """Some of the features that other replies have too, each as much larger as fewer are left."""
    buckets, values = reply
    some = shared[buckets] & (chance.random(len(buckets)) < KEPT)
    return buckets[some], values[some] / np.float32(KEPT)


def _step(lost: torch.Tensor, optimisers: Sequence[Optimizer]) -> None:
    for optimiser in optimisers:
        optimiser.zero_grad()
    lost.backward()  # type: ignore[no-untyped-call]
    for optimiser in optimisers:
        optimiser.step()


def _rounded(bag: Bag, shared: NDArray[np.bool_], known: set[int], concepts: Concepts) -> NgramModel:
    """Few values are far from the others, and these are cut off: the steps are finer for it."""
    table = bag.table.weight.detach().numpy() * shared[:, None]
    scale = np.maximum(np.quantile(np.abs(table), 0.9999, axis=0), 1e-6) / 127
    bias = bag.out.bias.detach().numpy().copy()
    bias[[at for at in range(len(INTENTS)) if at not in known]] = NEVER
    return NgramModel(
        np.round(table / scale).clip(-127, 127).astype(np.int8),
        scale.astype(np.float32),
        bag.shift.detach().numpy(),
        bag.out.weight.detach().numpy().T.copy(),
        bias,
        concepts,
    )
