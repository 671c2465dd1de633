from classifiers.explain import explain


def test_the_word_that_decides_is_the_heaviest(shipped):
    text = "Merci, mais désinscrivez-moi de votre liste."
    words = [weight.word for weight in explain(shipped, text)]
    assert "désinscrivez-moi" in words[:2]


def test_every_word_stands_where_it_is_said_to(shipped):
    text = "Thanks. How much would it be for 12 people, fitting included?"
    weights = explain(shipped, text)
    assert weights
    assert all(text[weight.start : weight.end] == weight.word for weight in weights)
    assert [weight.weight for weight in weights] == sorted((w.weight for w in weights), reverse=True)


def test_another_label_can_be_asked_for(shipped):
    text = "It is too expensive, but could we meet on Monday?"
    assert explain(shipped, text, label="HOT") != explain(shipped, text, label="COLD")


def test_a_text_without_words_has_no_reasons(shipped):
    assert explain(shipped, "") == []
    assert explain(shipped, " ... ") == []


def test_in_a_long_letter_the_deciding_sentence_is_found(shipped):
    filler = "The meeting room has been painted blue and the chairs are back. " * 12
    text = f"{filler}Remove me from your list and never write again. {filler}"
    words = {weight.word for weight in explain(shipped, text, label="COLD")}
    assert words & {"Remove", "never", "list", "write", "again"}
