"""The further steps of a form that does not show itself at once. Pure."""

from browser.forms.plan import plan_reading
from browser.forms.reading import FormReading, read_page
from browser.forms.values import FormPlan, Letter
from browser.snapshot import PageSnapshot

_OTHERS = {"newsletter", "search", "login", "registration"}


def plan_next(snapshot: PageSnapshot, before: FormPlan, letter: Letter) -> FormPlan | None:
    """The plan for what the page shows after a step of `before`, None where it shows nothing new to fill or
    press.

    It is the same form where that is still there, else the form of the new page with the most to fill: a step
    alone seldom reads as a contact form.
    """
    readings = [one for one in read_page(snapshot) if one.form.visible]
    same = [one for one in readings if one.form.ref == before.form.ref]
    others = [one for one in readings if one.kind not in _OTHERS]
    chosen = max(same or others, key=_weight, default=None)
    if chosen is None:
        return None
    plan = plan_reading(snapshot, chosen, letter, f"the next step; {before.why}")
    return None if plan.actions == before.actions and plan.submit == before.submit else plan


def _weight(reading: FormReading) -> int:
    return sum(one.field.control.reachable for one in reading.fields)
