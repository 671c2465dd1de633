"""The further steps of a form that does not show itself at once. Pure."""

from dataclasses import replace

from browser.elements import Ref
from browser.forms.formkind import never_contact
from browser.forms.plan import plan_reading
from browser.forms.reading import FormReading, read_page
from browser.forms.values import FormPlan, Letter
from browser.repair import confirmation
from browser.snapshot import PageSnapshot

_OTHERS = {"newsletter", "search", "login", "registration"}


def plan_next(snapshot: PageSnapshot, before: FormPlan, letter: Letter) -> FormPlan | None:
    """The plan for what the page shows after a step of `before`, None where it shows nothing new to fill or
    press.

    It is the same form where that is still there, else the form of the new page with the most to fill: a step
    alone seldom reads as a contact form. What orders or registers is no step of one.
    """
    if (confirms := confirmation(snapshot, letter)) and confirms != before.submit:
        return _to_confirm(snapshot, before, confirms)
    readings = [one for one in read_page(snapshot) if one.form.visible]
    same = [one for one in readings if one.form.ref == before.form.ref]
    others = [one for one in readings if one.kind not in _OTHERS]
    chosen = max(same or others, key=_weight, default=None)
    if chosen is None or never_contact(chosen.form, snapshot.buttons_of(chosen.form.ref)):
        return None
    plan = plan_reading(snapshot, chosen, letter, f"the next step; {before.why}")
    return None if plan.actions == before.actions and plan.submit == before.submit else plan


def _to_confirm(snapshot: PageSnapshot, before: FormPlan, button: Ref) -> FormPlan:
    """Nothing is left to fill: the page shows the letter again and asks to confirm it."""
    form = next(one.form for one in snapshot.buttons if one.ref == button)
    shown = next((one for one in snapshot.forms if one.ref == form), before.form)
    why = f"the letter is to be confirmed; {before.why}"
    return replace(
        before, form=shown, actions=(), questions=(), honeypots=(), submit=button, next_step=False, why=why
    )


def _weight(reading: FormReading) -> int:
    return sum(one.field.control.reachable for one in reading.fields)
