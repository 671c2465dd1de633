"""A network whose upper layers read the means of neighbouring states where a reply is long."""

from functools import cache

import pytest
import torch
import transformers
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import pairs
from classifiers.network import Network, pooled
from tests.unit.classifiers.tiny import network

pytestmark = pytest.mark.slow

LONG = pairs.LONG
LENGTHS = st.one_of(st.integers(1, 6), st.integers(LONG - 2, LONG + 4))


@cache
def paired(layers: int = 4, attention: str = "sdpa") -> Network:
    made = network(num_hidden_layers=layers, attn_implementation=attention, intermediate_size=32)
    pairs.pair(made.encoder)
    return made


def vectors(one: Network, lengths: list[int]) -> torch.Tensor:
    """Of texts of so many tokens, in one batch: texts of equal length are equal."""
    ids, mask = torch.zeros(2, len(lengths), max(lengths), dtype=torch.int64)
    for row, length in enumerate(lengths):
        ids[row, :length] = torch.arange(length) % 97 + 3
        mask[row, :length] = 1
    with torch.inference_mode():
        return one(ids, mask)[1]


@settings(deadline=None)
@given(st.lists(LENGTHS, min_size=2, max_size=5), st.sampled_from(["sdpa", "eager"]))
def test_what_a_text_says_does_not_depend_on_the_texts_beside_it(lengths: list[int], attention: str) -> None:
    one = paired(attention=attention)
    together = vectors(one, lengths)
    alone = torch.cat([vectors(one, [length]) for length in lengths])
    assert torch.allclose(together, alone, atol=1e-5)


@pytest.mark.parametrize(("layers", "whole"), [(1, 1), (2, 1), (5, 3), (6, 3)])
def test_of_a_long_reply_the_upper_half_of_the_layers_reads_half_as_much(layers: int, whole: int) -> None:
    one = paired(layers)
    seen: list[int] = []
    hooks = [
        layer.register_forward_hook(lambda _layer, given, _said: seen.append(given[0].shape[1]))
        for layer in one.layers()[1:]
    ]
    vectors(one, [LONG + 3, LONG + 1])
    for hook in hooks:
        hook.remove()
    assert seen == [LONG + 3] * whole + [LONG // 2 + 2] * (layers - whole)


@settings(deadline=None)
@given(st.lists(st.integers(1, LONG), min_size=1, max_size=3))
def test_a_short_reply_is_read_as_without_pairs(lengths: list[int]) -> None:
    assert torch.allclose(
        vectors(paired(2), lengths), vectors(network(intermediate_size=32), lengths), atol=1e-5
    )


@settings(deadline=None)
@given(st.lists(LENGTHS, min_size=1, max_size=4))
def test_every_token_counts_alike_in_the_mean(lengths: list[int]) -> None:
    """Where no layer changes anything, the mean over pairs is that over tokens."""
    plain, other = network(), network()
    pairs.pair(other.encoder)
    for one in (plain, other):
        for layer in one.layers()[1:]:
            layer.forward = lambda states, *_, **__: states
    assert torch.allclose(vectors(plain, lengths), vectors(other, lengths), atol=1e-5)


def test_an_encoder_is_paired_once_and_its_configuration_says_so() -> None:
    one = paired()
    inner = one.encoder.encoder
    pairs.pair(one.encoder)
    assert one.encoder.encoder is inner
    again = transformers.BertModel(one.encoder.config)
    pairs.as_configured(again)
    again.load_state_dict(one.encoder.state_dict())
    ids = torch.arange(3, LONG + 9)[None]
    with torch.inference_mode():
        mask = torch.ones_like(ids)
        assert torch.equal(pooled(again.eval(), ids, mask), pooled(one.encoder, ids, mask))


def test_an_encoder_that_reads_no_pairs_stays_as_it_is() -> None:
    one = network()
    before = vectors(one, [LONG + 2, 3])
    pairs.as_configured(one.encoder)
    assert torch.equal(vectors(one, [LONG + 2, 3]), before)
