"""Making a network narrower before it is trained: fewer feed-forward neurons a layer, the others refitted.

Two thirds of what reading costs is feed-forward. Half of its neurons can go at little loss: which ones, and
what the remaining ones' outgoing weights become, follows from the second moments of their activations on real
replies, by least squares (the optimal brain surgeon, Hassibi and Stork 1993, for whole neurons). Imports
torch: training only.
"""

from collections.abc import Sequence

import torch
from torch import nn

from classifiers.network import Encoded, Network

WIDENING = 2
"""Times the hidden size: the feed-forward width that is served. BERT has 4."""
AT_ONCE = 256
"""Neurons dropped before the rest is weighed again."""
RIDGE = 1e-3
"""Of the mean square of an activation."""


def narrow(network: Network, replies: Encoded) -> None:
    """Leave `WIDENING` times the hidden size of the neurons of each layer; nothing where there are no more.

    `replies` are ordinary ones; some twenty thousand tokens of them suffice.
    """
    config = network.encoder.config
    width = WIDENING * config.hidden_size
    if config.intermediate_size <= width:
        return
    layers = network.layers()[1:]
    for layer, moments in zip(layers, _moments(network, layers, replies), strict=True):
        _narrow(layer, moments, width)
    config.intermediate_size = width


def _moments(network: Network, layers: Sequence[nn.Module], replies: Encoded) -> list[torch.Tensor]:
    """Of each layer the mean product of every two activations, a constant one as the last."""
    seen: list[torch.Tensor] = []
    hooks = [
        layer.get_submodule("intermediate").register_forward_hook(lambda *call: seen.append(call[-1]))
        for layer in layers
    ]
    sums = [torch.zeros(())] * len(layers)
    with torch.inference_mode():
        for ids, mask in replies:
            seen.clear()
            network(ids, mask)
            sums = [total + _products(some[mask.bool()]) for total, some in zip(sums, seen, strict=True)]
    for hook in hooks:
        hook.remove()
    tokens = sum(int(mask.sum()) for _, mask in replies)
    return [total.clone().double() / tokens for total in sums]


def _products(activations: torch.Tensor) -> torch.Tensor:
    padded = nn.functional.pad(activations, (0, 1), value=1.0)
    return padded.T @ padded


def _narrow(layer: nn.Module, moments: torch.Tensor, width: int) -> None:
    into, out = layer.get_submodule("intermediate.dense"), layer.get_submodule("output.dense")
    whole = torch.cat([out.get_parameter("weight").T, out.get_parameter("bias")[None]]).detach().double()
    kept = torch.arange(len(moments) - 1)
    fitted, losses = _fit(moments, whole, kept)
    while len(kept) > width:
        best = losses.argsort(descending=True)[: max(width, len(kept) - AT_ONCE)]
        kept = kept[best.sort().values]
        fitted, losses = _fit(moments, whole, kept)
    into.weight = nn.Parameter(into.get_parameter("weight").detach()[kept])
    into.bias = nn.Parameter(into.get_parameter("bias").detach()[kept])
    out.weight, out.bias = nn.Parameter(fitted[:-1].T.float()), nn.Parameter(fitted[-1].float())


def _fit(moments: torch.Tensor, whole: torch.Tensor, kept: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
    """The outgoing weights with which the kept neurons come nearest to all, and what each is worth."""
    some = torch.cat([kept, torch.tensor([len(moments) - 1])])
    damping = RIDGE * moments.diagonal()[:-1].mean() * torch.eye(len(some), dtype=moments.dtype)
    inverse = torch.linalg.inv(moments[some][:, some] + damping)
    fitted = inverse @ moments[some] @ whole
    return fitted, fitted[:-1].square().sum(1) / inverse.diagonal()[:-1]
