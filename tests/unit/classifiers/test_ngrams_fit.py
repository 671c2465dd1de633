"""The network over n-grams learns from few replies, the same each time, and forgets nothing in its file."""

import numpy as np
import pytest

from classifiers import ngrams_fit, vocabulary
from classifiers.labels import INTENTS, Intent
from classifiers.ngrams import NgramModel, features
from classifiers.train import Recipe

CONCEPTS = vocabulary.concepts()
SAID = {
    Intent.REQUEST_PRICE: ("combien cela coûte", "quel est le prix"),
    Intent.OPT_OUT: ("stop writing", "remove me from the list"),
    Intent.OOO: ("absent", "out of office"),
}
TEXTS = [text for texts in SAID.values() for text in texts] * 40
TRUTH = [intent for intent, texts in SAID.items() for _ in texts] * 40
RECIPE = Recipe("shipped")


@pytest.fixture(scope="module")
def fitted() -> NgramModel:
    return ngrams_fit.fit(TEXTS, TRUTH, CONCEPTS, RECIPE)


def chosen(model: NgramModel, *texts: str) -> list[str]:
    return [INTENTS[at] for at in model.logits(texts).argmax(axis=1)]


def test_a_fitted_model_tells_its_intents_apart_also_after_saving(fitted, tmp_path):
    fitted.save(tmp_path / "n.npz")
    again = NgramModel.load(tmp_path / "n.npz")
    said = ("le prix ?", "remove me", "absent !")
    assert chosen(again, *said) == [Intent.REQUEST_PRICE, Intent.OPT_OUT, Intent.OOO]
    assert np.array_equal(again.logits(said), fitted.logits(said))
    assert again.concepts == fitted.concepts


def test_an_intent_without_examples_is_never_chosen(fitted):
    others = {*INTENTS} - {*SAID}
    logits = fitted.logits(["anything", "absent", "le prix", ""])
    assert all((logits[:, INTENTS.index(one)] < logits.max(axis=1)).all() for one in others)
    assert {*chosen(fitted, "anything", "absent", "le prix", "")} <= {*SAID}


def test_the_same_replies_and_seed_give_the_same_model(fitted):
    again = ngrams_fit.fit(TEXTS, TRUTH, CONCEPTS, RECIPE)
    assert np.array_equal(again.table, fitted.table)
    assert np.array_equal(again.weights, fitted.weights)


def test_what_few_replies_share_says_nothing():
    rare = ["xylophone", *TEXTS]
    model = ngrams_fit.fit(rare, [Intent.JUNK, *TRUTH], CONCEPTS, RECIPE)
    alone = set(features("xylophone", CONCEPTS)[0].tolist())
    shared = {bucket for text in TEXTS for bucket in features(text, CONCEPTS)[0].tolist()}
    assert not model.table[sorted(alone - shared)].any()
    assert model.table[sorted(shared)].any(axis=1).all()
