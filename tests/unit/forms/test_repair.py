"""Which button confirms a letter that a page shows again."""

from dataclasses import replace

import pytest

from browser.repair import confirmation
from browser.snapshot import PageSnapshot
from tests.unit.forms.builders import LETTER, control, page


def shown_again(button: str) -> PageSnapshot:
    kept = replace(control("", "hidden", name="email"), value=LETTER.email, hidden_by="type")
    return page(kept, button=button, text=f"We shall write to {LETTER.email}")


@pytest.mark.parametrize("button", ["Envoyer", "Confirm", "Absenden", "送信する", "Valider ma demande"])
def test_a_button_that_sends_confirms(button: str) -> None:
    assert confirmation(shown_again(button), LETTER) == "0:send"


@pytest.mark.parametrize(
    "button",
    ["S'abonner à la newsletter", "Subscribe", "Renvoyer", "Send another message", "Print", "Modifier"],
)
def test_a_button_that_subscribes_or_sends_again_confirms_nothing(button: str) -> None:
    assert confirmation(shown_again(button), LETTER) is None
    assert confirmation(shown_again(button), LETTER, same_page=True) is None
