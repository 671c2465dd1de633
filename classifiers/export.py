"""A trained network as one ONNX file of 8-bit weights, and back. Imports torch: training only.

Matrix products are in 8 bits (`quantise`), but for the head, which is small; the word table, half of the
file, keeps one scale a word. The graph's node names keep the modules' paths, which is how `weights` finds the
way back for those who train on from what is shipped.
"""

import copy
import tempfile
from pathlib import Path

import onnx
import torch
from onnx.numpy_helper import to_array
from onnxruntime.quantization import quantize_dynamic
from torch import nn

from classifiers import quantise
from classifiers.network import Encoded, Network, WordTable

POSITIONS = 256
"""Rows of the position table that are kept: the chunks that are read are shorter."""
TABLE = "encoder.embeddings.word_embeddings."


def export(network: Network, path: Path, replies: Encoded) -> None:
    """Write the network; inputs `ids`, `mask` (n, tokens), outputs `logits` (n, 12), `vectors` (n,
    dimensions). By `replies`, ordinary ones, it is seen what range to round.
    """
    slim = _slim(network)
    _trace(slim, path)
    model = onnx.load(path)
    quantise.quantise(model, slim, replies)
    onnx.save(model, path)


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
    stored = {tensor.name: to_array(tensor) for tensor in graph.initializer}
    state = {
        name: torch.from_numpy(value.copy())
        for name, value in stored.items()
        if name.startswith(("encoder.", "head."))
    }
    state[f"{TABLE}weight"] = state.pop(f"{TABLE}whole").float() * state.pop(f"{TABLE}scale")
    products = [node for node in graph.node if node.op_type == quantise.PRODUCT]
    return state | {f"{quantise.path(one)}.weight": quantise.weight(one, stored) for one in products}
