from collections import Counter

from classifiers import vocabulary
from classifiers.labels import LANGUAGES


def test_words_are_bare_and_in_lower_case():
    assert vocabulary.words("L'Été, où? Straße 12") == ["l", "ete", "ou", "strasse"]


def test_alignment_finds_which_word_translates_which():
    pairs = [
        (["the", "house"], ["la", "maison"]),
        (["the", "car"], ["la", "voiture"]),
        (["house", "small"], ["petite", "maison"]),
    ]
    table = vocabulary.align(pairs, rounds=10)
    assert max(table["maison"], key=table["maison"].get) == "house"
    assert max(table["la"], key=table["la"].get) == "the"


def test_new_words_take_the_room_of_other_scripts_and_rare_names():
    base = ["[PAD]", "[unused0]", "the", "##ing", "日", "€", "trudeau", "devis"]
    kept, added = vocabulary.chosen_vocabulary(
        base, Counter(["the"]), Counter({"merci": 5, "devis": 9}), size=6
    )
    assert kept == ["[PAD]", "the", "##ing", "€", "devis"]
    assert added == ["merci"]


def test_what_english_texts_use_is_kept():
    base = ["[PAD]", "trudeau", "winnipeg"]
    kept, _ = vocabulary.chosen_vocabulary(base, Counter(["winnipeg"]), Counter(["merci"]), size=3)
    assert kept == ["[PAD]", "winnipeg"]


def test_frequent_words_are_counted_over_all_texts():
    assert vocabulary.frequent(["le prix", "Le devis"], least=2) == Counter({"le": 2})


def test_the_glossary_has_a_word_for_every_concept_in_every_language():
    assert set(vocabulary.GLOSSARY_LANGUAGES) == set(LANGUAGES)
    for entry in vocabulary.glossary():
        assert all(entry[code] for code in LANGUAGES), entry
