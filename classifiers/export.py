"""A trained network as one ONNX file of 8-bit weights, and back. Imports torch: training only.

Matrix products are quantised dynamically (one scale a column, 7 bits, so that processors without VNNI do
not saturate); the word table, half of the file, keeps one scale a word. The graph's node names keep the
modules' paths, which is how `weights` finds the way back for those who train on from what is
shipped.
"""

import copy
import tempfile
from pathlib import Path

import onnx
import torch
from onnx.numpy_helper import to_array
from onnxruntime.quantization import QuantType, quantize_dynamic
from torch import nn

from classifiers.network import Network, WordTable

POSITIONS = 256
"""Rows of the position table that are kept: the chunks that are read are shorter."""
TABLE = "encoder.embeddings.word_embeddings."


def export(network: Network, path: Path) -> None:
    """Write the network; inputs `ids`, `mask` (n, tokens), outputs `logits` (n, 12), `vectors` (n,
    dimensions).
    """
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _trace(_slim(network), full)
        quantize_dynamic(
            full, path, op_types_to_quantize=["MatMul", "Gemm"], per_channel=True, reduce_range=True,
            weight_type=QuantType.QInt8, extra_options={"MatMulConstBOnly": True},
        )  # fmt: skip


def export_plain(network: Network, path: Path) -> None:
    """The same as ONNX Runtime's quantiser makes it without our choices: what a bench compares with."""
    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        _trace(_written_out(network), full)
        quantize_dynamic(full, path)


def _slim(network: Network) -> Network:
    """A copy with an 8-bit word table and few positions."""
    small = _written_out(network)
    embeddings = small.layers()[0]
    positions = embeddings.get_parameter("position_embeddings.weight").detach()[:POSITIONS]
    embeddings.word_embeddings = WordTable(embeddings.get_parameter("word_embeddings.weight").detach())
    embeddings.position_embeddings = nn.Embedding(len(positions), positions.shape[1], _weight=positions)
    return small


def _written_out(network: Network) -> Network:
    """A copy whose attention is plain operations."""
    copied = copy.deepcopy(network).eval().float().cpu()
    copied.encoder.set_attn_implementation("eager")
    copied.encoder.pooler = None  # type: ignore[assignment]
    return copied


def _trace(network: Network, path: Path) -> None:
    ids = torch.arange(2, 20).reshape(2, 9)
    mask = torch.ones_like(ids)
    mask[1, 6:] = 0
    axes = {0: "n", 1: "tokens"}
    torch.onnx.export(
        network, (ids, mask), str(path), dynamo=False, opset_version=17,
        input_names=["ids", "mask"], output_names=["logits", "vectors"],
        dynamic_axes={"ids": axes, "mask": axes, "logits": {0: "n"}, "vectors": {0: "n"}},
    )  # fmt: skip


def weights(path: Path) -> dict[str, torch.Tensor]:
    """The network's state in the file that `export` wrote, 8-bit numbers turned back into floats."""
    graph = onnx.load(path).graph
    stored = {tensor.name: torch.from_numpy(to_array(tensor).copy()) for tensor in graph.initializer}
    state = {
        name: value for name, value in stored.items() if name.startswith("encoder.") or name == "head.bias"
    }
    state[f"{TABLE}weight"] = state.pop(f"{TABLE}whole").float() * state.pop(f"{TABLE}scale")
    for node in graph.node:
        module = node.name.removesuffix("/MatMul_quant").replace("/", ".").removeprefix(".")
        if node.op_type == "MatMulInteger":
            module = "head" if module.startswith("head.") else module
            name = node.input[1].removesuffix("_quantized")
            state[f"{module}.weight"] = (stored[f"{name}_quantized"].float() * stored[f"{name}_scale"]).T
    return state
