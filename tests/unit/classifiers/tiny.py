"""Untrained networks that are small enough for a test."""

import torch
import transformers

from classifiers.network import Network


def network(**settings: int | str) -> Network:
    """One of two layers and a hidden size of 16, always the same; `settings` are BertConfig's."""
    torch.manual_seed(5)
    small = {"vocab_size": 200, "hidden_size": 16, "num_hidden_layers": 2, "num_attention_heads": 2}
    return Network(transformers.BertModel(transformers.BertConfig(**small | settings))).eval()
