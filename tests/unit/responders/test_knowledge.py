"""Which passages bear on a question."""

from hypothesis import given
from hypothesis import strategies as st

from inbox.responders.knowledge import rank
from inbox.responders.values import Passage

PRICE = Passage(
    "price", "Tarifs", "L'abonnement se règle au mois, par utilisateur, sans frais de mise en service."
)
DATA = Passage("data", "Data protection", "All data is hosted in Paris and encrypted; we follow the GDPR.")
DELAY = Passage("delay", "Lead times", "A new site is ready within a few weeks after the order.")
TEAM = Passage("team", "The company", "We are a family business of carpenters.")
ALL = (TEAM, DELAY, DATA, PRICE)


def best(question: str) -> str:
    return rank(question, ALL, 1)[0].id


def test_a_question_finds_its_passage() -> None:
    assert best("Where do you host our data?") == "data"
    assert best("How long does it take, in weeks?") == "delay"


def test_a_question_finds_its_passage_in_the_other_language() -> None:
    assert best("How much does it cost?") == "price"
    assert best("Quels sont vos délais ?") == "delay"
    assert best("Où sont hébergées les données, êtes-vous conformes au RGPD ?") == "data"


def test_accents_case_and_plurals_do_not_matter() -> None:
    assert best("CARPENTER") == "team"
    assert best("abonnements") == "price"


def test_what_has_nothing_to_do_with_the_question_is_left_out() -> None:
    assert rank("Do you like football?", ALL, 4) == ()
    assert rank("", ALL, 4) == ()
    assert rank("How much?", (), 4) == ()


def test_a_word_that_every_passage_holds_weighs_less_than_a_rare_one() -> None:
    common = [Passage(str(i), "", "our vans and more vans") for i in range(5)]
    rare = Passage("rare", "", "our vans and a crane")
    assert rank("vans crane", (*common, rare), 1) == (rare,)


def test_the_title_counts() -> None:
    titled = Passage("titled", "Cranes", "We have some.")
    told = Passage("told", "Machines", "We have some cranes.")
    assert rank("cranes", (told, titled), 2)[0] == titled


@given(
    st.text(),
    st.lists(st.builds(Passage, id=st.uuids().map(str), title=st.text(), text=st.text()), max_size=8),
)
def test_any_text_is_ranked_without_repeats_and_within_the_limit(
    question: str, passages: list[Passage]
) -> None:
    found = rank(question, passages, 3)
    assert len(found) <= 3
    assert len({p.id for p in found}) == len(found)
    assert set(found) <= set(passages)
