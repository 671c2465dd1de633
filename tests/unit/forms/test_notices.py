"""Refusals of unasked offers, in the words of the sites that made them up for this test."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.forms.notices import find_notice, is_no_sales_box, notice_in
from tests.unit.forms.builders import control, page


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("fr", "Démarchage interdit, merci."),
        ("fr", "Toute prospection commerciale est interdite via ce formulaire."),
        ("fr", "Aucune sollicitation commerciale ne sera traitée."),
        ("en", "No unsolicited sales pitches please."),
        ("en", "Please do not use this form for sales messages."),
        ("en", "Unsolicited offers will be deleted."),
        ("de", "Keine Werbeanfragen über dieses Formular."),
        ("de", "Kaltakquise ist hier nicht erwünscht."),
        ("es", "No aceptamos ofertas comerciales ni llamadas."),
        ("it", "Non inviare proposte commerciali."),
        ("nl", "Geen acquisitie naar aanleiding van deze pagina."),
        ("nl", "Acquisitie wordt niet op prijs gesteld."),
        ("pt", "Não enviamos respostas a propostas comerciais."),
        ("ja", "営業のご連絡はお断りしております。"),
    ],
)
def test_a_refusal_is_found_with_its_sentence(language: str, text: str) -> None:
    notice = notice_in(f"Contact us below. We answer soon.\n{text}\nThank you.")
    assert notice is not None
    assert (notice.language, notice.text) == (language, text)


@pytest.mark.parametrize(
    "text",
    [
        "Contact our sales team for an offer.",
        "Notre équipe commerciale vous répond sous 24 h.",
        "Unser Vertrieb freut sich auf Ihre Anfrage.",
        "Recibe nuestras ofertas comerciales.",
        "We do not share your e-mail with anyone.",
        "Ricevi le nostre offerte.",
        "営業時間：9時から18時",
    ],
)
def test_ordinary_selling_is_no_refusal(text: str) -> None:
    assert notice_in(text) is None


def test_a_notice_inside_the_form_counts() -> None:
    snapshot = page(control("No cold calls please. Your message", "textarea"))
    assert find_notice(snapshot) is not None


@pytest.mark.parametrize(
    "text",
    [
        "This is not a sales message",
        "I am not selling anything",
        "Ce message n'est pas un démarchage",
        "Dies ist keine Werbung",
        "Esto no es un mensaje comercial",
        "Geen reclame of acquisitie",
        "Isto não é uma mensagem comercial",
    ],
)
def test_a_box_that_swears_off_selling_is_known(text: str) -> None:
    assert is_no_sales_box(text)
    assert not is_no_sales_box("I agree to the privacy policy")


@given(st.text(max_size=3000))
def test_any_text_is_read_without_failing(text: str) -> None:
    notice = notice_in(text)
    assert notice is None or notice.words in notice.text or len(notice.text) == 300
