"""A network with fewer neurons that computes nearly the same."""

import pytest
import torch

from classifiers import narrow
from classifiers.network import Network
from tests.unit.classifiers.tiny import network

pytestmark = pytest.mark.slow


def replies(seed: int) -> list[tuple[torch.Tensor, torch.Tensor]]:
    chance = torch.Generator().manual_seed(seed)
    mask = torch.ones(16, 12, dtype=torch.int64)
    mask[::2, 8:] = 0
    return [(torch.randint(5, 200, (16, 12), generator=chance), mask) for _ in range(6)]


def vectors(one: Network) -> torch.Tensor:
    with torch.inference_mode():
        return torch.cat([one(ids, mask)[1] for ids, mask in replies(2)])


def test_every_layer_is_as_wide_as_is_served_and_says_nearly_the_same():
    wide = network(intermediate_size=64)
    before = vectors(wide)
    narrow.narrow(wide, replies(1))
    assert wide.encoder.config.intermediate_size == 32
    for layer in wide.layers()[1:]:
        assert layer.get_submodule("intermediate.dense").get_parameter("weight").shape == (32, 16)
        assert layer.get_submodule("output.dense").get_parameter("weight").shape == (16, 32)
    assert float((before * vectors(wide)).sum(-1).min()) > 0.99


def test_neurons_that_say_what_others_say_are_the_ones_that_go():
    wide = network(intermediate_size=64)
    with torch.no_grad():
        for layer in wide.layers()[1:]:
            into = layer.get_submodule("intermediate.dense")
            for part in (into.get_parameter("weight"), into.get_parameter("bias")):
                part[32:] = part[:32]
    before = vectors(wide)
    narrow.narrow(wide, replies(1))
    assert float((before - vectors(wide)).abs().max()) < 0.02


def test_a_network_that_is_narrow_enough_stays_as_it_is():
    slim = network(intermediate_size=32)
    before = vectors(slim)
    narrow.narrow(slim, replies(1))
    assert torch.equal(before, vectors(slim))


def test_the_narrowed_network_can_be_trained():
    wide = network(intermediate_size=64)
    narrow.narrow(wide, replies(1))
    ids, mask = replies(1)[0]
    wide(ids, mask)[0].sum().backward()
    assert all(p.grad is not None for p in wide.layers()[1].get_submodule("output.dense").parameters())
