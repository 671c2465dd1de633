import json

import pytest

from classifiers import evaluate
from shared.errors import BadInput

LINES = (
    "label\tintent\tlanguage\ttext",
    "COLD\tOPT_OUT\ten\tPlease remove me from your list.",
    "COLD\tOPT_OUT\tfr\tMerci de me désinscrire de votre liste.",
    "HOT\tREQUEST_PRICE\tfr\tQuel est votre tarif pour dix personnes ?",
    "SPAM\tOOO\ten\tI am out of the office until Monday.",
    "WARM\tREFERRAL\ten\tRemove me from your mailing list at once.",
)


@pytest.fixture
def file(tmp_path):
    path = tmp_path / "replies.tsv"
    path.write_text("\n".join(LINES) + "\n", encoding="utf-8")
    return path


def test_figures_hold_the_promised_keys_as_json(file, shipped):
    figures = evaluate.measure(file, shipped)
    told = json.loads(json.dumps(figures.as_json()))
    wanted = {"macro_f1", "intent_macro_f1", "by_language", "by_label", "ece", "automatic_at_95", "cases"}
    assert wanted <= told.keys()
    assert told["cases"] == 5
    assert set(told["by_language"]) == {"en", "fr"}
    assert told["version"] == shipped.version
    assert "mistakes" not in told


def test_figures_count_what_was_read_rightly(file, shipped):
    figures = evaluate.measure(file, shipped)
    assert figures.by_language["fr"] == 1
    assert figures.by_label == {"HOT": 1, "WARM": 0, "COLD": pytest.approx(0.8), "SPAM": 1}
    assert figures.macro_f1 == pytest.approx(0.7)
    assert figures.opt_outs_missed == 0
    low, high = figures.intervals["macro_f1"]
    assert low < 0.7 < high


def test_mistakes_are_shown_with_what_was_expected(file, shipped):
    [mistake] = evaluate.measure(file, shipped).mistakes
    assert (mistake.expected, mistake.found) == ("WARM/REFERRAL", "COLD/OPT_OUT")
    assert mistake.text.startswith("Remove me")


def test_a_bad_file_is_refused_by_line(tmp_path, shipped):
    path = tmp_path / "bad.tsv"
    path.write_text(LINES[0] + "\nCOLD\tNOPE\ten\tx\n", encoding="utf-8")
    with pytest.raises(BadInput, match="line 2: unknown intent 'NOPE'"):
        evaluate.measure(path, shipped)
