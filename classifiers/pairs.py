"""Reading long replies in pairs: from its middle layer on, an encoder works on the means of two neighbours.

The upper half of the layers then costs half as much, which the sense of a long reply survives: its words have
met by then (Funnel-Transformer, Dai et al. 2020). A short one, in which every word counts, is read word by
word to the end. Imports torch: training only.
"""

import torch
from torch import nn
from transformers import PreTrainedModel
from transformers.modeling_outputs import BaseModelOutputWithPastAndCrossAttentions as Output

LONG = 24
"""Tokens beyond which a reply is long; half of the replies are."""
SETTING = "pairs_from"
"""In an encoder's configuration: the layer from which on it reads pairs. Without it, it reads none."""


def pair(encoder: PreTrainedModel) -> None:
    """Let the upper half of the layers read the pairs of long replies; nothing where they do already."""
    if getattr(encoder.config, SETTING, None) is None:
        layers = list(encoder.get_submodule("encoder.layer").children())
        setattr(encoder.config, SETTING, (len(layers) + 1) // 2)
        as_configured(encoder)


def as_configured(encoder: PreTrainedModel) -> None:
    """Let a newly made encoder read as its configuration says."""
    start = getattr(encoder.config, SETTING, None)
    if start is not None:
        encoder.encoder = _Layers(encoder.get_submodule("encoder.layer"), start)


def states(
    encoder: PreTrainedModel, ids: torch.Tensor, mask: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    """The last states (n, places, dimensions), and for how many tokens each stands (n, places)."""
    if getattr(encoder.config, SETTING, None) is None:
        return encoder(input_ids=ids, attention_mask=mask).last_hidden_state, mask
    meet = places(mask)
    return encoder(input_ids=ids, attention_mask=mask, meet=meet).last_hidden_state, meet.sum(-1)


def places(mask: torch.Tensor) -> torch.Tensor:
    """Which tokens meet in which place (n, places, tokens): each in its own, or two in one."""
    tokens = torch.arange(mask.shape[1], device=mask.device)
    step = torch.where(mask.sum(1, keepdim=True) > LONG, 2, 1)
    place = tokens[None] // step
    meet = (place[:, None] == tokens[None, :, None]) * mask[:, None]
    return meet[:, : (place * mask).max() + 1]


class _Layers(nn.Module):
    """In place of an encoder's own loop over its layers, under whose name they stay."""

    def __init__(self, layers: nn.Module, start: int) -> None:
        super().__init__()
        self.layer = layers
        self.start = start

    def forward(
        self,
        states: torch.Tensor,
        attention_mask: torch.Tensor | None = None,
        *,
        meet: torch.Tensor,
        **_: object,
    ) -> Output:
        """States (n, tokens, dimensions) to states (n, places, dimensions); `meet` is `places`' answer."""
        for number, layer in enumerate(self.layer.children(), 1):
            states = layer(states, attention_mask)
            if number == self.start:
                tokens = meet.sum(-1)
                states = (meet.to(states.dtype) @ states) / tokens.clamp(min=1).unsqueeze(-1)
                attention_mask = _like(attention_mask, tokens > 0)
        return Output(last_hidden_state=states)


def _like(mask: torch.Tensor | None, there: torch.Tensor) -> torch.Tensor:
    """Which places there are (n, 1, 1, places), said as transformers says it in `mask`: truth, or what is
    added to attention's scores.
    """
    wide = there[:, None, None]
    if mask is None or mask.dtype == torch.bool:
        return wide
    return torch.where(wide, 0.0, torch.finfo(mask.dtype).min).to(mask.dtype)
