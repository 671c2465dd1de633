"""A trained reader as one ONNX file of 8-bit weights.

Matrix products are quantised dynamically (a scale a column, 7 bits, so that processors without VNNI do not
saturate); the word table, half of the file, keeps one scale a word. The graph's node names keep the
module's paths, which is how `weights_of` finds the way back for those who train on from what is shipped.
Needs torch, transformers and onnx.
"""

import copy
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import torch

POSITIONS = 256
"""Rows of the position table that are kept: the chunks that are read are shorter."""


def export(reader: Any, path: Path) -> None:
    """Write the reader to `path`; inputs `ids`, `mask` (n, tokens), outputs `logits` (n, 12), `vectors` (n,
    dim).
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _trace(_slim(reader), full)
        quantize_dynamic(
            full, path, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip


def _slim(reader: Any) -> Any:
    """A copy with an 8-bit word table and few positions, attention written out in plain operations."""
    from torch import nn

    small = copy.deepcopy(reader).eval().float()
    small.encoder.set_attn_implementation("eager")
    small.encoder.pooler = None
    embeddings = small.encoder.embeddings
    embeddings.word_embeddings = word_table(embeddings.word_embeddings.weight.detach())
    embeddings.position_embeddings = nn.Embedding.from_pretrained(
        embeddings.position_embeddings.weight.detach()[:POSITIONS]
    )
    return small


def word_table(weight: "torch.Tensor") -> Any:
    """An embedding of 8-bit integers with one scale a row."""
    import torch
    from torch import nn

    class WordTable(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            scale = weight.abs().amax(dim=1, keepdim=True).clamp(min=1e-8) / 127
            self.register_buffer("scale", scale)
            self.register_buffer("whole", torch.round(weight / scale).to(torch.int8))

        def forward(self, ids: torch.Tensor) -> torch.Tensor:
            return self.whole[ids].float() * self.scale[ids]

    return WordTable()


def _trace(reader: Any, path: Path) -> None:
    import torch

    ids = torch.randint(5, 100, (2, 9))
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    axes = {0: "n", 1: "tokens"}
    torch.onnx.export(
        reader, (ids, mask), str(path), dynamo=False, opset_version=17,
        input_names=["ids", "mask"], output_names=["logits", "vectors"],
        dynamic_axes={"ids": axes, "mask": axes, "logits": {0: "n"}, "vectors": {0: "n"}},
    )  # fmt: skip
