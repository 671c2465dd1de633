import subprocess
import sys
import threading
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from classifiers.doubt import EMPTY, REASONS, TOO_LONG, UNKNOWN_LANGUAGE
from classifiers.labels import INTENTS, LABEL_OF, LABELS
from classifiers.model import Classifier
from classifiers.reader import CHUNK, STRIDE, Chunk, Reader, _batches
from classifiers.text import LONGEST


def one(classifier, text):
    [prediction] = classifier.predict([text])
    return prediction


@pytest.mark.parametrize(
    ("text", "label", "intent"),
    [
        ("Yes please, could we have a call on Tuesday at 10?", "HOT", "INTERESTED_NOW"),
        ("Bonjour, quel est votre tarif pour 20 personnes ?", "HOT", "REQUEST_PRICE"),
        ("Merci de me retirer de votre liste et de ne plus m'écrire.", "COLD", "OPT_OUT"),
        ("We are not interested, thank you.", "COLD", "POLITE_DECLINE"),
        ("I am out of the office until 4 May with no access to email.", "SPAM", "OOO"),
        ("Undelivered mail returned to sender: user unknown", "SPAM", "BOUNCE"),
        ("Ce n'est pas moi, voyez avec ma collègue Sophie qui gère ces sujets.", "WARM", "REFERRAL"),
    ],
)
def test_plain_replies_are_read_rightly(shipped, text, label, intent):
    prediction = one(shipped, text)
    assert (prediction.label, prediction.intent) == (label, intent)
    assert prediction.version == shipped.version


def test_probabilities_sum_to_one_and_a_label_holds_its_intents(shipped):
    prediction = one(shipped, "Too dear, but when could you start?")
    assert sum(prediction.intent_probabilities.values()) == pytest.approx(1)
    for label in LABELS:
        share = sum(prediction.intent_probabilities[i] for i in INTENTS if LABEL_OF[i] is label)
        assert prediction.label_probabilities[label] == pytest.approx(share)
    assert prediction.confidence == max(prediction.label_probabilities.values())
    assert LABEL_OF[prediction.intent] is prediction.label


def test_predictions_keep_the_order_and_do_not_depend_on_the_company(shipped):
    texts = ["Stop writing to me.", "How much is it?", "word " * 500, "Je suis absent jusqu'à lundi."]
    together = shipped.predict(texts)
    for text, prediction in zip(texts, together, strict=True):
        alone = one(shipped, text)
        assert prediction.intent is alone.intent
        assert prediction.confidence == pytest.approx(
            alone.confidence, abs=0.1
        )  # 8-bit scales see the padding


def test_nothing_is_predicted_for_nothing(shipped):
    assert shipped.predict([]) == []


@pytest.mark.parametrize("text", ["", "   \n", "👍", "?", "\x00\x01\x02", "123 456", "a"])
def test_what_says_nothing_is_doubtful_and_nothing_is_likely(shipped, text):
    prediction = one(shipped, text)
    assert prediction.doubts == (EMPTY,)
    assert not prediction.automatic
    assert prediction.confidence < 0.5


def test_two_megabytes_are_answered_soon_and_with_a_doubt(shipped):
    start = time.monotonic()
    prediction = one(shipped, "I would like to know more about this. " * 55_000)
    assert TOO_LONG in prediction.doubts
    assert time.monotonic() - start < 20


def test_a_word_without_end_is_answered(shipped):
    assert not one(shipped, "x" * 2_000_000).automatic


@pytest.mark.parametrize(
    "text",
    [
        "Dziękujemy za wiadomość, ale nasza firma nie jest zainteresowana tą ofertą.",
        "Благодарим за письмо, но нам это сейчас не нужно.",
        "Bu teklif için teşekkür ederiz ancak şirketimiz şu anda ilgilenmiyor.",
        "ご連絡ありがとうございますが、今回は見送らせていただきます。よろしくお願いします。",
    ],
)
def test_a_reply_in_an_unknown_language_is_doubtful(shipped, text):
    assert UNKNOWN_LANGUAGE in one(shipped, text).doubts


@pytest.mark.parametrize(
    ("text", "language"),
    [
        ("Vielen Dank, aber wir haben zurzeit keinen Bedarf.", "de"),
        ("Muchas gracias, pero ahora mismo no nos interesa.", "es"),
        ("Vi ringraziamo ma al momento non siamo interessati.", "it"),
        ("Bedankt, maar wij hebben op dit moment geen interesse.", "nl"),
        ("Obrigado, mas neste momento não estamos interessados.", "pt"),
        ("Merci mais nous ne sommes pas intéressés pour le moment.", "fr"),
        ("Thank you but we are not interested at the moment.", "en"),
    ],
)
def test_the_language_is_told_and_known(shipped, text, language):
    prediction = one(shipped, text)
    assert prediction.language == language
    assert UNKNOWN_LANGUAGE not in prediction.doubts
    assert prediction.label == "COLD"


def test_the_end_of_a_long_letter_is_read(shipped):
    filler = "We moved the chairs to the other room and counted the boxes again. " * 60
    assert len(filler) < LONGEST
    wish = "Please remove me from your mailing list and never write to me again. " * 6
    plain, ending = shipped.predict([filler, filler + wish])
    assert ending.intent_probabilities["OPT_OUT"] > plain.intent_probabilities["OPT_OUT"] + 0.02


def test_chunks_hold_every_token_and_overlap(shipped):
    reader = shipped._parts().reader
    words = " ".join(f"word{i}" for i in range(400))
    chunks = reader._chunks(0, words)
    whole = reader._tokenizer.encode(words).ids[1:-1]
    assert all(len(chunk.ids) <= CHUNK for chunk in chunks)
    assert [token for i, chunk in enumerate(chunks) for token in _new(chunk, i == len(chunks) - 1)] == whole


def _new(chunk: Chunk, last: bool) -> tuple[int, ...]:
    return chunk.ids[1:-1] if last else chunk.ids[1 : 1 + STRIDE]


def test_batches_are_bounded_in_tokens_and_lose_nothing():
    chunks = [Chunk(i, tuple(range(size))) for i, size in enumerate([3, 5, 90, 100, 180, 192] * 20)]
    chunks.sort(key=lambda chunk: len(chunk.ids))
    batches = _batches(chunks)
    assert [chunk for batch in batches for chunk in batch] == chunks
    assert all(len(batch) * len(batch[-1].ids) <= 2048 for batch in batches)


@settings(deadline=None, max_examples=40)
@given(st.text(max_size=400))
def test_any_text_is_answered(text):
    prediction = one(LOADED, text)
    assert 0 < prediction.confidence <= 1
    assert set(prediction.doubts) <= set(REASONS)


LOADED = Classifier.load()


def test_the_weights_are_read_once_also_by_many_threads(monkeypatch):
    made = []
    monkeypatch.setattr("classifiers.model.Reader", lambda folder: made.append(folder) or Reader(folder))
    classifier = Classifier.load()
    assert made == []
    found = []
    threads = [threading.Thread(target=lambda: found.append(one(classifier, "How much?"))) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(made) == 1
    assert len({prediction.intent for prediction in found}) == 1
    assert len(found) == 6


def test_a_process_that_serves_imports_neither_torch_nor_transformers():
    program = (
        "import sys\n"
        "import classifiers.evaluate, classifiers.explain, classifiers.judging\n"
        "from classifiers.model import Classifier\n"
        "Classifier.load().predict(['hello there'])\n"
        "sys.exit(', '.join({'torch', 'transformers', 'sklearn', 'scipy', 'onnx'} & set(sys.modules)) or 0)\n"
    )
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
