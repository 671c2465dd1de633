import itertools

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import ngrams, vocabulary
from classifiers.ngrams import BUCKETS, FACTOR, GRAM_BITS, LENGTHS, NgramModel, grams

CONCEPTS = vocabulary.concepts()
WHOLE = sum(length**2 for length in LENGTHS) ** 0.5


def features(text):
    return ngrams.features(text, CONCEPTS)


@settings(deadline=None)
@given(st.text(max_size=200))
def test_features_are_distinct_sorted_and_no_longer_than_their_blocks(text):
    buckets, values = features(text)
    assert (np.diff(buckets) > 0).all()
    assert ((buckets >= 0) & (buckets < BUCKETS)).all()
    assert np.linalg.norm(values) < WHOLE + 1e-4
    alone = grams(text)[1]
    assert not len(alone) or abs(np.linalg.norm(alone) - 1) < 1e-4


def one_gram(codes, salt):
    """The bucket of one n-gram, a code at a time: what a stored model was fitted with."""
    value = salt
    for code in codes:
        value = (value ^ code) * int(FACTOR) % 2**64
        value ^= value >> 29
    return (value * int(FACTOR) % 2**64) >> (64 - GRAM_BITS)


@settings(deadline=None)
@given(st.text(alphabet="abcdefgh ?", max_size=80))
def test_a_stored_model_finds_the_same_buckets_again(text):
    words = text.split()
    padded = " ".join(["", *words, ""])
    runs = [padded[i : i + n] for n in (2, 3, 4, 5) for i in range(len(padded) - n + 1)]
    expected = {one_gram(map(ord, run), len(run)) for run in runs if " " not in run[1:-1]}
    codes = ngrams._codes(words).tolist()
    expected |= {one_gram([code], 101) for code in codes}
    expected |= {one_gram(pair, 102) for pair in itertools.pairwise(codes)}
    assert set(grams(" ".join(words))[0].tolist()) == expected


def test_accents_and_capitals_make_no_difference():
    assert features("Désolé")[0].tolist() == features("DESOLE")[0].tolist()


def test_word_order_makes_a_difference():
    assert features("not bad")[0].tolist() != features("bad not")[0].tolist()


def test_a_text_without_letters_has_no_features_but_an_answer():
    table, ones = np.zeros((BUCKETS, 2), np.int8), np.ones(2, np.float32)
    bias = np.array([1, 2], np.float32)
    model = NgramModel(table, ones, -ones, np.ones((2, 2), np.float32), bias, CONCEPTS)
    assert len(grams("")[0]) == 0
    assert model.logits([""]).tolist() == [[1, 2]]


def test_a_concept_is_the_same_in_every_language():
    def concepts(text):
        buckets, _ = features(text)
        return {b for b in buckets.tolist() if 1 << GRAM_BITS <= b < (1 << GRAM_BITS) + (1 << 15)}

    assert concepts("Preis?") == concepts("precio?") == concepts("prix ?") != set()
    assert concepts("not price") == concepts("nicht preis")
    assert concepts("xylophone") == set()


def test_a_question_has_another_shape_than_a_statement():
    assert set(features("You start on Monday?")[0]) != set(features("You start on Monday")[0])
