import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers import ngrams
from classifiers.ngrams import BUCKETS, NgramModel, features


@settings(deadline=None)
@given(st.text(max_size=200))
def test_features_are_distinct_sorted_and_of_unit_length(text):
    buckets, values = features(text)
    assert (np.diff(buckets) > 0).all()
    assert ((buckets >= 0) & (buckets < BUCKETS)).all()
    if len(values):
        assert abs(np.linalg.norm(values) - 1) < 1e-4


def test_accents_and_capitals_make_no_difference():
    assert features("Désolé")[0].tolist() == features("DESOLE")[0].tolist()


def test_word_order_makes_a_difference():
    assert features("not bad")[0].tolist() != features("bad not")[0].tolist()


def test_a_text_without_letters_has_no_features_but_an_answer():
    model = NgramModel(np.ones((BUCKETS, 2), np.int8), np.ones(2, np.float32), np.array([1, 2], np.float32))
    assert len(features("")[0]) == 0
    assert model.logits([""]).tolist() == [[1, 2]]


TEXTS = [
    "combien cela coûte",
    "quel est le prix",
    "stop writing",
    "remove me from the list",
    "absent",
    "out of office",
]


def test_a_fitted_model_tells_its_classes_apart_also_after_saving(tmp_path):
    model = ngrams.fit(TEXTS * 3, [0, 0, 1, 1, 2, 2] * 3, count=3)
    model.save(tmp_path / "n.npz")
    again = NgramModel.load(tmp_path / "n.npz")
    assert again.logits(["le prix ?", "remove me", "absent !"]).argmax(axis=1).tolist() == [0, 1, 2]
    assert np.array_equal(again.weights, model.weights)


def test_a_class_without_examples_is_never_chosen():
    model = ngrams.fit(TEXTS * 3, [0, 0, 1, 1, 3, 3] * 3, count=4)
    assert (model.logits(["anything", "absent", "le prix"]).argmax(axis=1) != 2).all()
