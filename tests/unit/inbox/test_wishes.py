"""How many of people's own ways of asking to be left alone are heard, and what is not one of them."""

import pytest

from inbox import optout
from inbox.parsing import Mail
from tests.unit.inbox.wishes import WISHES, lines

NO_WISH = [
    "Laissez-nous un mois, le patron hésite.",
    "Quítame la cuota de alta y trato hecho.",
    "Inutile de relancer, votre offre ne répond pas à nos attentes.",
    "Preis pro Monat reicht mir, danke.",
    "How much is a workshop on harassment for four classes?",
    "We deleted it by mistake, could you send the quote again?",
    "Please stop by on Monday.",
    "Evitons de perdre du temps, appelez-moi demain.",
    "We will remove the old panels ourselves.",
    "Nadie sabe cómo quitarlo, ¿puede ayudarnos?",
]


@pytest.mark.parametrize("language", WISHES)
def test_nearly_every_wish_is_heard(language: str) -> None:
    missed = [text for text in lines(language) if optout.detect(Mail(), text) is None]
    assert len(missed) <= len(lines(language)) // 20, missed


@pytest.mark.parametrize("text", NO_WISH)
def test_the_same_words_in_business_are_none(text: str) -> None:
    assert optout.detect(Mail(), text) is None
