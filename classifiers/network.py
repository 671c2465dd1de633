"""The network that is trained: an encoder, the mean of its states, a linear head. Training only."""

from collections.abc import Sequence

import torch
from torch import nn
from torch.nn import functional
from transformers import PreTrainedModel

from classifiers import pairs
from classifiers.labels import INTENTS
from shared.errors import NotConfigured

FAMILIES = ("bert", "roberta", "xlm-roberta")
"""Encoders laid out as BERT is: `embeddings` and `encoder.layer`."""

Encoded = Sequence[tuple[torch.Tensor, torch.Tensor]]
"""Batches of ids and mask, both (n, tokens)."""


class Network(nn.Module):
    """(ids, mask), both (n, tokens), to logits (n, intents) and unit vectors (n, dimensions)."""

    encoder: PreTrainedModel
    head: nn.Linear

    def __init__(self, encoder: PreTrainedModel, dropout: float = 0.0) -> None:
        super().__init__()
        if encoder.config.model_type not in FAMILIES:
            raise NotConfigured(f"{encoder.config.model_type} is none of {', '.join(FAMILIES)}")
        self.encoder = encoder
        self.drop = nn.Dropout(dropout)
        self.head = nn.Linear(encoder.config.hidden_size, len(INTENTS))

    def forward(self, ids: torch.Tensor, mask: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        """Intent logits, and the mean state scaled to unit length."""
        mean = pooled(self.encoder, ids, mask)
        return self.head(self.drop(mean)), functional.normalize(mean, dim=-1)

    def layers(self) -> list[nn.Module]:
        """From the input to the output."""
        encoder = self.encoder
        return [encoder.get_submodule("embeddings"), *encoder.get_submodule("encoder.layer").children()]


def fastest() -> torch.device:
    """What trains: a GPU where torch finds one, else the processor."""
    return torch.device("cuda" if torch.cuda.is_available() else "cpu")


def brisk(kind: str) -> torch.autocast:
    """Half precision where a device of the kind multiplies it; elsewhere floats are thirty times quicker."""
    if kind == "cuda":
        quick = torch.cuda.is_bf16_supported()
    else:
        able = torch.cpu.get_capabilities()
        quick = any(able.get(name) for name in ("avx512_bf16", "amx_bf16"))
    return torch.autocast(kind, dtype=torch.bfloat16, enabled=quick)


def pooled(encoder: PreTrainedModel, ids: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
    """The mean of the states (n, dimensions) over the tokens that are not padding."""
    states, tokens = pairs.states(encoder, ids, mask)
    weight = tokens.unsqueeze(-1).to(states.dtype)
    mean: torch.Tensor = (states * weight).sum(1) / weight.sum(1)
    return mean


class WordTable(nn.Module):
    """An embedding of 8-bit integers with one scale a row, for export."""

    whole: torch.Tensor
    scale: torch.Tensor

    def __init__(self, weight: torch.Tensor) -> None:
        super().__init__()
        scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
        self.register_buffer("scale", scale)
        self.register_buffer("whole", torch.round(weight / scale).to(torch.int8))

    def forward(self, ids: torch.Tensor) -> torch.Tensor:
        """Rows (n, tokens, dimensions) as floats."""
        return self.whole[ids].float() * self.scale[ids]
