"""Which button confirms a letter that a page shows again, and what is no further step of it."""

from dataclasses import replace

import pytest

from browser.forms.plan import plan_form
from browser.repair import confirmation
from browser.snapshot import PageSnapshot
from browser.steps import plan_next
from tests.unit.forms.builders import LETTER, control, page


def shown_again(button: str) -> PageSnapshot:
    kept = replace(control("", "hidden", name="email"), value=LETTER.email, hidden_by="type")
    return page(kept, button=button, text=f"We shall write to {LETTER.email}")


@pytest.mark.parametrize("button", ["Envoyer", "Confirm", "Absenden", "送信する", "Valider ma demande"])
def test_a_button_that_sends_confirms(button: str) -> None:
    assert confirmation(shown_again(button), LETTER) == "0:send"


@pytest.mark.parametrize(
    "button",
    [
        "S'abonner à la newsletter",
        "Subscribe",
        "Renvoyer",
        "Send another message",
        "Print",
        "Modifier",
        "Confirmer et commander",
    ],
)
def test_a_button_that_subscribes_or_sends_again_confirms_nothing(button: str) -> None:
    assert confirmation(shown_again(button), LETTER) is None
    assert confirmation(shown_again(button), LETTER, same_page=True) is None


@pytest.mark.parametrize(
    ("button", "goes_on"),
    [("Envoyer", True), ("Commander avec obligation de paiement", False), ("Buy", False)],
)
def test_a_step_never_leads_into_an_order(button: str, goes_on: bool) -> None:
    begun = page(control("E-mail", "email"), control("Message", "textarea"), button="Continuer")
    before = plan_form(begun, LETTER)
    assert before is not None
    after = page(control("Adresse"), control("Ville"), control("E-mail", "email"), button=button)
    assert (plan_next(after, before, LETTER) is not None) is goes_on
