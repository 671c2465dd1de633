"""The products of a traced network in 8 bits, by ranges that were found beforehand.

What enters a product is rounded by one scale and zero point, chosen once on ordinary replies. ONNX Runtime's
dynamic quantiser takes them from each batch anew: a reply's answer then depends on the replies that it is
read with, and finding the range takes longer than rounding. Weights have one scale a column and 7 bits, so
that processors without VNNI do not saturate. Imports torch: training only.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import numpy as np
import onnx
import torch
from numpy.typing import NDArray
from onnx import NodeProto
from onnx.helper import make_node, make_opsetid
from onnx.numpy_helper import from_array, to_array
from torch import nn

from classifiers.network import Encoded, Network

DOMAIN, PRODUCT = "com.microsoft", "MatMulIntegerToFloat"
"""ONNX Runtime's own: 8-bit numbers, their scales and a bias to floats, in one step."""
MOST = 64
"""The largest weight, in 7 bits with a sign."""
KEPT = 8
"""Of so many places of a reply one is looked at: neighbours say the same."""
NARROWEST = 0.3
"""Of the whole range the least that may be kept; what lies beyond it is cut off."""

Floats = NDArray[np.float32]
Stored = dict[str, NDArray[Any]]
"""A graph's constants by name."""


def quantise(model: onnx.ModelProto, network: Network, replies: Encoded) -> None:
    """Put every product of the model with a weight into 8 bits. `network` is what it was traced from."""
    with _watched(network) as seen:
        for ids, mask in replies:
            network(ids, mask)
    graph = _Graph(model.graph)
    for products in graph.products():
        graph.replace(products, np.concatenate(seen[path(products[0])]))
    graph.prune()
    model.opset_import.append(make_opsetid(DOMAIN, 1))


def path(product: NodeProto) -> str:
    """The module that a product was traced from."""
    return product.name.removesuffix("/MatMul").replace("/", ".").removeprefix(".")


def weight(product: NodeProto, stored: Stored) -> torch.Tensor:
    """The weight of a product that `quantise` made, in floats (outputs, inputs)."""
    whole, steps = stored[product.input[1]], stored[product.input[3]]
    return torch.from_numpy((whole.astype(np.float32) * steps).T.copy())


@contextmanager
def _watched(network: Network) -> Iterator[dict[str, list[Floats]]]:
    """What enters each linear module meanwhile, some rows (n, inputs) a call, by the module's path."""
    seen: dict[str, list[Floats]] = {}

    def see(name: str, entering: torch.Tensor) -> None:
        seen.setdefault(name, []).append(entering.flatten(0, -2)[::KEPT].numpy())

    hooks = [
        module.register_forward_pre_hook(lambda _, given, name=name: see(name, given[0]))
        for name, module in network.named_modules()
        if isinstance(module, nn.Linear)
    ]
    with torch.inference_mode():
        yield seen
    for hook in hooks:
        hook.remove()


def _range(seen: Floats, importance: Floats) -> tuple[float, int]:
    """Scale and zero point under which the squared error is least of what the weights make of the values (n,
    inputs); `importance` is the mean square of an input's weights.
    """
    low, high = min(float(seen.min()), 0.0), max(float(seen.max()), 0.0)
    errors = {}
    for share in np.linspace(NARROWEST, 1.0, 15).tolist():
        scale = share * (high - low) / 255
        zero = round(-share * low / scale)
        rounded = np.clip(np.round(seen / scale) + zero, 0, 255)
        errors[scale, zero] = float((np.square((rounded - zero) * scale - seen) * importance).mean())
    return min(errors, key=errors.__getitem__)


class _Graph:
    """A graph whose products are replaced."""

    def __init__(self, graph: onnx.GraphProto) -> None:
        self._graph = graph
        self._stored: Stored = {tensor.name: to_array(tensor) for tensor in graph.initializer}

    def products(self) -> list[list[NodeProto]]:
        """The products with a weight, those together that share what enters them."""
        found: dict[str, list[NodeProto]] = {}
        for node in self._graph.node:
            if node.op_type == "MatMul" and node.input[1] in self._stored:
                found.setdefault(node.input[0], []).append(node)
        return list(found.values())

    def replace(self, products: Sequence[NodeProto], seen: Floats) -> None:
        """Round once what enters, and multiply it in 8 bits."""
        entering = products[0].input[0]
        weights = np.concatenate([self._stored[product.input[1]] for product in products], axis=1)
        scale, zero = _range(seen, np.square(weights).mean(axis=1))
        step = self._store(f"{entering}_step", np.array(scale, np.float32))
        middle = self._store(f"{entering}_zero", np.array(zero, np.uint8))
        rounding = make_node("QuantizeLinear", [entering, step, middle], [f"{entering}_rounded"])
        self._graph.node.insert(list(self._graph.node).index(products[0]), rounding)
        for product in products:
            self._multiply(product, rounding)

    def _multiply(self, product: NodeProto, rounding: NodeProto) -> None:
        full = self._stored[product.input[1]]
        steps = np.maximum(np.abs(full).max(axis=0), 1e-8) / MOST
        whole = self._store(f"{product.input[1]}_whole", np.round(full / steps).astype(np.int8))
        given = [rounding.output[0], whole, rounding.input[1], self._store(f"{whole}_steps", steps)]
        bias, output = self._biased(product)
        made = make_node(
            PRODUCT, [*given, rounding.input[2], "", bias], [output], product.name, domain=DOMAIN
        )
        at = list(self._graph.node).index(product)
        self._graph.node.remove(product)
        self._graph.node.insert(at, made)

    def _biased(self, product: NodeProto) -> tuple[str, str]:
        """The bias that is added to a product, taken out of the graph, and where the sum is wanted."""
        added = next(node for node in self._graph.node if product.output[0] in node.input)
        bias = next((name for name in added.input if name in self._stored), "")
        if added.op_type != "Add" or not bias:
            return "", product.output[0]
        self._graph.node.remove(added)
        return bias, added.output[0]

    def _store(self, name: str, value: NDArray[Any]) -> str:
        self._graph.initializer.append(from_array(value, name))
        return name

    def prune(self) -> None:
        """Drop the constants that nothing reads any more."""
        read = {name for node in self._graph.node for name in node.input}
        for tensor in [tensor for tensor in self._graph.initializer if tensor.name not in read]:
            self._graph.initializer.remove(tensor)
