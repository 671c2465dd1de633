"""What to do differently after a form named wrong fields, and which button confirms a letter shown again.
Pure.
"""

import re
from collections.abc import Sequence
from dataclasses import replace

from browser.elements import Ref
from browser.filler_text import phone_digits
from browser.forms.formkind import never_contact
from browser.forms.values import FieldAction, FormPlan, Letter, Meaning
from browser.outcome.values import Invalid
from browser.snapshot import Button, Control, PageSnapshot

_BACK = re.compile(
    r"back|retour|zurück|modif|edit|ändern|corrig|korrig|atr[áà]s|volver|indietro|terug|voltar|cancel|annul|abbrechen|戻",
    re.IGNORECASE,
)
_CONFIRMS = re.compile(
    r"confirm|envoyer|valider|send|submit|senden|absenden|bestätig|enviar|invia|conferma|verzend|verstuur|"
    r"bevestig|送信",
    re.IGNORECASE,
)
_OTHERWISE = re.compile(
    r"subscri|abonn|inscri|newsletter|renvoy|autre|another|again|resend|nouve(?:au|l)|erneut|imprim|print|"
    r"search|recherch|log ?in|connexion|delete|supprim",
    re.IGNORECASE,
)
"""Buttons beside a letter that was taken: they confirm nothing, and may subscribe or send again."""
_PREFIX = re.compile(r"\+(?:33|32|31|49|41|39|44|351|34)\s*(?:\(0\))?")
_TYPED = {"text", "email", "tel", "textarea", "url", "number", "select-one", "date"}


def repaired(
    plan: FormPlan, before: FormPlan, snapshot: PageSnapshot, invalid: Sequence[Invalid]
) -> FormPlan | None:
    """The new plan with the wrong fields changed, or None where it would send the same again."""
    controls = {one.ref: one for one in snapshot.controls}
    wrong = {one.name for one in invalid if one.name}
    actions = tuple(_changed(one, controls.get(one.control), wrong) for one in plan.actions)
    if _said(actions) <= _said(before.actions):
        return None
    return replace(plan, actions=actions)


def confirmation(snapshot: PageSnapshot, letter: Letter, *, same_page: bool = False) -> Ref | None:
    """The button that confirms, on a page that shows the letter again and has nothing left to type; else
    None. On the `same_page` as the form the button has to say so: a word of thanks may show the letter too.
    """
    for form in snapshot.forms:
        controls = snapshot.controls if len(snapshot.forms) == 1 else _of(snapshot, form.ref)
        shows = letter.email in form.text or letter.email in snapshot.text
        holds = any(letter.email and letter.email in one.value for one in controls if one.type == "hidden")
        typable = [one for one in snapshot.controls_of(form.ref) if one.visible and one.type in _TYPED]
        buttons = [one for one in snapshot.buttons_of(form.ref) if _confirms(one)]
        if never_contact(form, buttons):
            continue
        if same_page:
            buttons = [one for one in buttons if _CONFIRMS.search(one.text)]
        if (shows or holds) and not typable and buttons:
            return buttons[-1].ref
    return None


def _of(snapshot: PageSnapshot, form: Ref) -> tuple[Control, ...]:
    return tuple(one for one in snapshot.controls if one.form == form)


def _confirms(button: Button) -> bool:
    usable = button.visible and button.enabled and button.type != "reset"
    return usable and not _BACK.search(button.text) and not _OTHERWISE.search(button.text)


def _changed(action: FieldAction, control: Control | None, wrong: set[str]) -> FieldAction:
    if control is None or action.kind != "type" or not wrong & {control.name, control.id}:
        return action
    if action.meaning is Meaning.PHONE and (match := _PREFIX.match(action.value)):
        national = "0" + re.sub(r"\D", "", action.value[match.end() :])
        return replace(
            action, value=national, why=f"{action.why}; the form refused the international spelling"
        )
    if action.meaning is Meaning.PHONE and action.value != phone_digits(action.value):
        return replace(action, value=phone_digits(action.value), why=f"{action.why}; digits only")
    if not control.required and action.meaning not in (Meaning.EMAIL, Meaning.MESSAGE):
        return replace(action, value="", why=f"{action.why}; refused, and not required")
    return action


def _said(actions: Sequence[FieldAction]) -> set[tuple[str, str, str]]:
    """What a form is told, whatever its controls are called by now."""
    return {(one.meaning, one.kind, one.value) for one in actions if one.kind != "leave"}
