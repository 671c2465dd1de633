import numpy as np
import pytest

from classifiers.corpus.rows import Row
from classifiers.doubt import Calibration, LanguageGuess
from classifiers.labels import INTENTS, LABEL_OF, Intent
from classifiers.metrics import calibration_error
from classifiers.model import MEMBER, Scores, probabilities

pytest.importorskip("scipy")
from classifiers import calibrate


def drawn(cases: int, sharpness: float) -> tuple[Scores, np.ndarray]:
    """Scores whose softmax is the truth's distribution after dividing by `sharpness`."""
    chance = np.random.default_rng(3)
    logits = chance.normal(size=(cases, len(INTENTS))) * 2
    shares = np.exp(logits) / np.exp(logits).sum(axis=1, keepdims=True)
    truth = np.array([chance.choice(len(INTENTS), p=share) for share in shares])
    noise = chance.normal(size=logits.shape)
    return Scores(
        (logits * sharpness).astype(np.float32), noise.astype(np.float32), np.ones(cases, np.float32)
    ), truth


def test_overconfidence_is_taken_back():
    scores, truth = drawn(1500, sharpness=4)
    reader, ngrams = calibrate.blend(scores, truth.tolist())
    assert reader == pytest.approx(0.25, rel=0.15)
    assert ngrams < 0.1
    shares = probabilities(scores, Calibration(reader, ngrams, 1, 0.95, 0, 0, 1, {})) @ MEMBER
    right = shares.argmax(axis=1) == MEMBER[truth].argmax(axis=1)
    assert calibration_error(shares.max(axis=1), right) < 0.05


def test_the_threshold_keeps_its_promise_on_other_cases_too():
    chance = np.random.default_rng(4)
    confidence = chance.uniform(0.3, 1, 4000)
    right = chance.uniform(size=4000) < confidence
    limit = calibrate.threshold(confidence[:2000], right[:2000])
    assert 0.3 < limit < 1
    assert right[2000:][confidence[2000:] >= limit].mean() > 0.93


def test_without_enough_right_cases_nothing_is_automatic():
    assert calibrate.threshold(np.linspace(0.5, 1, 200), np.arange(200) % 2 == 0) == calibrate.NEVER
    assert calibrate.threshold(np.ones(10), np.ones(10, bool)) == calibrate.NEVER


def test_a_missed_opt_out_lowers_what_is_suspected_but_not_without_end():
    asked = np.ones(4, bool)
    seen = np.zeros((4, len(INTENTS)))
    seen[:, INTENTS.index(Intent.OPT_OUT)] = 1
    assert calibrate.overlooked(seen, asked) == calibrate.FEW
    missed = seen.copy()
    missed[0] = 0
    missed[0, [INTENTS.index(Intent.OPT_OUT), INTENTS.index(Intent.REQUEST_INFO)]] = 0.1, 0.9
    assert calibrate.overlooked(missed, asked) == pytest.approx(0.1)
    missed[0, INTENTS.index(Intent.OPT_OUT)] = 0.001
    assert calibrate.overlooked(missed, asked) == calibrate.LEAST


def replies(count: int) -> list[Row]:
    said = {"en": "Please call me about the offer", "fr": "Merci de me rappeler pour le devis"}
    return [
        Row(LABEL_OF[INTENTS[i % 12]], INTENTS[i % 12], code, "a", f"{text} {i}")
        for i in range(count)
        for code, text in said.items()
    ]


def test_common_words_tell_languages_apart():
    guess = LanguageGuess(calibrate.common_words(replies(3)))
    assert guess("Could you call me?")[0] == "en"
    assert guess("Pouvez-vous me rappeler ?")[0] == "fr"
    assert guess("zzz qqq")[1] == 0


def test_everything_is_fitted_at_once_and_can_be_stored(tmp_path):
    rows = replies(60)
    chance = np.random.default_rng(5)
    logits = chance.normal(size=(len(rows), 12)).astype(np.float32)
    logits[np.arange(len(rows)), [INTENTS.index(row.intent) for row in rows]] += 8
    scores = Scores(logits, logits, chance.uniform(0.5, 1, len(rows)).astype(np.float32))
    fitted = calibrate.calibrate(scores, rows, calibrate.common_words(rows))
    assert fitted.threshold <= 1
    assert 0.5 <= fitted.far < 0.6
    assert 0 < fitted.known <= 1
    fitted.save(tmp_path / "doubt.json")
    assert Calibration.load(tmp_path / "doubt.json") == fitted
