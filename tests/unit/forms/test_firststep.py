"""The first page of a form in steps is begun only where it plainly leads to a message."""

from dataclasses import replace

import pytest

from browser.forms.plan import decide
from browser.forms.values import Letter
from browser.snapshot import Button, Control, Form, PageSnapshot

LETTER = Letter("Hello there.", "A word", "camille+abc@soleil.example", "Camille", "Perrin")


def control(number: int, kind: str, name: str, label: str, **more: object) -> Control:
    labels = {"for": label} if label else {}
    hidden = "type" if kind == "hidden" else ""
    made = Control(f"0:{number}", 0, "0:0", "input", kind, name=name, labels=labels, hidden_by=hidden)
    return replace(made, required=True, **more)  # type: ignore[arg-type]


STEP = PageSnapshot(
    url="https://hotel.example/demande",
    title="Demande d'information",
    language="fr",
    text="Étape 1 sur 3 Prénom Nom Adresse e-mail Suivant",
    frames=("https://hotel.example/demande",),
    forms=(Form("0:0", 0, "form", action="/demande", method="post", text="Prénom Nom Adresse e-mail"),),
    controls=(
        control(1, "text", "prenom", "Prénom"),
        control(2, "text", "nom", "Nom"),
        control(3, "email", "email", "Adresse e-mail"),
    ),
    buttons=(Button("0:9", 0, "0:0", "submit", "Suivant"),),
)


def test_a_counted_first_step_of_a_request_is_begun() -> None:
    plan, why = decide(STEP, LETTER)
    assert plan is not None
    assert plan.next_step
    assert {action.value for action in plan.actions} == {"Camille", "Perrin", LETTER.email}
    assert "steps" in why


@pytest.mark.parametrize(
    "page",
    [
        replace(STEP, text="Prénom Nom Adresse e-mail Suivant"),
        replace(STEP, buttons=(Button("0:9", 0, "0:0", "submit", "S'abonner"),)),
        replace(STEP, title="Créer un compte", url="https://hotel.example/compte"),
        replace(STEP, controls=(*STEP.controls, control(4, "password", "secret", "Mot de passe"))),
    ],
    ids=["no count of steps", "a button that sends", "nothing speaks of a message", "a password"],
)
def test_what_only_looks_like_it_is_left_alone(page: PageSnapshot) -> None:
    assert decide(page, LETTER)[0] is None
