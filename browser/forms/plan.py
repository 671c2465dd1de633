"""From a snapshot and a letter to what will be done: which form, what goes in it, and what is asked first."""

import re
from dataclasses import replace

from browser.elements import Ref
from browser.forms.boxes import is_marketing, refusal
from browser.forms.captcha_signs import product
from browser.forms.fields import choice_text
from browser.forms.firststep import first_step
from browser.forms.notices import is_no_sales_box
from browser.forms.options import LISTED, choices, choose, is_dial_codes
from browser.forms.reading import FieldReading, FormReading, read_page
from browser.forms.submit import goes_on, submit_of
from browser.forms.values import FieldAction, FormPlan, Letter, Meaning, Question
from browser.snapshot import Option, PageSnapshot

_ENOUGH = 0.5
"""Below this probability an optional field is left alone; a required one is asked about."""


def plan_form(snapshot: PageSnapshot, letter: Letter) -> FormPlan | None:
    """What to do on this page; None where `decide` gives a reason not to."""
    return decide(snapshot, letter)[0]


def decide(snapshot: PageSnapshot, letter: Letter) -> tuple[FormPlan | None, str]:
    """The plan and why that form, or None and why there is no plan, said to a person."""
    readings = read_page(snapshot)
    chosen, why = choose_form(readings)
    if chosen is None and (begins := first_step(snapshot, readings)):
        chosen, why = begins, "begins a contact form that comes in steps"
    if chosen is None:
        return None, why
    boxes = [one for one in chosen.fields if is_no_sales_box(choice_text(one.field.control))]
    if any(one.field.required for one in boxes):
        return None, f"forbidden: “{choice_text(boxes[0].field.control)}”"
    return plan_reading(snapshot, chosen, letter, why), why


def choose_form(readings: tuple[FormReading, ...]) -> tuple[FormReading | None, str]:
    """The contact form of a page and why, or None and why none of its forms is one."""
    if not readings:
        return None, "no form on this page"
    contact = [one for one in readings if one.kind == "contact"]
    if not contact:
        return None, "no contact form among: " + ", ".join(sorted({one.kind for one in readings}))
    shown = [one for one in contact if one.form.visible and _writable(one)]
    if not shown:
        return None, "the contact form is not shown"
    best = max(
        shown, key=lambda one: (bool(one.of(Meaning.MESSAGE)), bool(one.of(Meaning.EMAIL)), one.contact)
    )
    return best, f"reads as a contact form ({best.contact:.2f}: {best.why})"


def _writable(reading: FormReading) -> bool:
    return any(one.field.control.reachable for one in reading.fields if one.meaning is not Meaning.HONEYPOT)


def plan_reading(snapshot: PageSnapshot, chosen: FormReading, letter: Letter, why: str) -> FormPlan:
    """What to do with a form that was chosen because of `why`."""
    once = _first_of_each(chosen)
    actions: list[FieldAction] = []
    questions: list[Question] = []
    for reading in chosen.fields:
        action = _told(reading, letter) or _declined(reading) or _act(reading, letter, once)
        actions += [action, *_cleared(reading, action)]
        if action.kind == "leave" and _must(reading) and reading.meaning is not Meaning.CAPTCHA:
            questions.append(_question(reading))
    controls = [one for one in snapshot.controls if one.form == chosen.form.ref]
    submit = submit_of(snapshot.buttons_of(chosen.form.ref), chosen)
    return FormPlan(
        form=chosen.form,
        actions=tuple(actions),
        questions=tuple(questions),
        honeypots=_untouchable(chosen),
        submit=submit.ref if submit else None,
        next_step=goes_on(submit),
        captcha=product(snapshot.signs, chosen.form.ref, controls),
        why=why,
        confidence=chosen.contact,
    )


def _untouchable(chosen: FormReading) -> tuple[Ref, ...]:
    return tuple(
        control.ref
        for one in chosen.fields
        for control in one.field.members
        if one.meaning is Meaning.HONEYPOT or not control.reachable
    )


def _must(reading: FieldReading) -> bool:
    control = reading.field.control
    filled = control.value and control.tag == "input" and control.type not in {"checkbox", "radio"}
    chosen = any(one.checked for one in reading.field.members)
    return (
        reading.field.required
        and control.reachable
        and control.enabled
        and not filled
        and not chosen
        and reading.meaning not in {Meaning.HONEYPOT, Meaning.MARKETING}
    ) or (reading.meaning is Meaning.MARKETING and reading.field.required and not reading.field.is_group)


def _question(reading: FieldReading) -> Question:
    control = reading.field.control
    options = reading.field.options or tuple(Option(one, one) for one in control.suggestions)
    return Question(
        control.ref, reading.field.label or control.name, tuple(one.text for one in choices(options))
    )


def _first_of_each(chosen: FormReading) -> frozenset[Ref]:
    """One control for each meaning: the one nearest the message, for a form may span the whole page."""
    message = next((place for place, one in enumerate(chosen.fields) if one.meaning is Meaning.MESSAGE), 0)
    best: dict[Meaning, tuple[tuple[bool, int], Ref]] = {}
    for place, one in enumerate(chosen.fields):
        if not one.field.control.reachable:
            continue
        far = (not one.field.required, abs(message - place))
        if one.meaning not in best or far < best[one.meaning][0]:
            best[one.meaning] = far, one.field.control.ref
    return frozenset(ref for _, ref in best.values())


def _told(reading: FieldReading, letter: Letter) -> FieldAction | None:
    """What a person said goes in this control, where one was asked."""
    field, control = reading.field, reading.field.control
    label = field.label or control.name
    answer = letter.answers.get(label, "").strip()
    if not answer or not _must(reading) or reading.meaning in {Meaning.CAPTCHA, Meaning.MARKETING}:
        return None
    told = FieldAction(control.ref, reading.meaning, "type", answer, "a person answered", 1.0, label)
    if field.options:
        option = next((one for one in choices(field.options) if one.text == answer), None)
        return _pick(reading, option, told) if option else None
    if control.type == "checkbox":
        return replace(told, kind="check", value="on")
    return replace(told, value=fitted(answer, control.maxlength))


def _leave(reading: FieldReading) -> FieldAction:
    field, control = reading.field, reading.field.control
    label = field.label or control.name
    return FieldAction(control.ref, reading.meaning, "leave", "", reading.why, reading.confidence, label)


def _declined(reading: FieldReading) -> FieldAction | None:
    """The "no" to a question about news or offers, where it has one."""
    if reading.meaning is not Meaning.MARKETING or not reading.field.control.enabled:
        return None
    no = refusal(reading.field.options) if reading.field.control.reachable else None
    return _pick(reading, no, replace(_leave(reading), why="declines news or offers")) if no else None


def _act(reading: FieldReading, letter: Letter, once: frozenset[Ref]) -> FieldAction:
    field, control, leave = reading.field, reading.field.control, _leave(reading)
    if reading.meaning is Meaning.HONEYPOT or not control.reachable:
        return replace(
            leave, why=f"not for a person: {reading.why if control.reachable else control.hidden_by}"
        )
    if not control.enabled or reading.meaning in {Meaning.CAPTCHA, Meaning.MARKETING, Meaning.FILE}:
        return leave
    if control.type == "checkbox" and not field.is_group:
        return _tick(reading, leave)
    if field.options:
        return _take(reading, letter, leave)
    if control.chooser == "list":
        return replace(leave, why=f"its options are not known: {reading.why}")
    if reading.confidence < _ENOUGH:
        return replace(leave, why=f"unsure: {reading.why}")
    if control.ref not in once and not field.required:
        return replace(leave, why="asked a second time and not required")
    return _write(reading, letter, leave)


def _write(reading: FieldReading, letter: Letter, leave: FieldAction) -> FieldAction:
    """Type what the sender says; where a list of names proposes itself, in that list's words."""
    control = reading.field.control
    if control.suggestions and reading.meaning in LISTED:
        proposed = tuple(Option(one, one) for one in control.suggestions)
        found = choose(proposed, reading.meaning, letter)
        return replace(leave, kind="type", value=found[0].text, why=found[1]) if found else leave
    text = text_for(reading.meaning, letter)
    if not text:
        return leave
    kind = "search" if control.chooser == "search" else "type"
    return replace(leave, kind=kind, value=fitted(text, control.maxlength))


def _tick(reading: FieldReading, leave: FieldAction) -> FieldAction:
    """Consent is ticked, nothing else is: another box says something that only a person may say."""
    if reading.meaning is Meaning.CONSENT and not is_no_sales_box(choice_text(reading.field.control)):
        return replace(leave, kind="check", value="on")
    return leave


def _take(reading: FieldReading, letter: Letter, leave: FieldAction) -> FieldAction:
    """An option, where one is wanted; one that is not required only if it is plainly the sender's."""
    field = reading.field
    plain = reading.meaning in {Meaning.COUNTRY, Meaning.SALUTATION} or is_dial_codes(field.options)
    found = choose(field.options, reading.meaning, letter) if field.required or plain else None
    if found is None:
        return leave
    option, why = found
    return _pick(reading, option, replace(leave, why=f"{why}: “{option.text}”"))


def _cleared(reading: FieldReading, action: FieldAction) -> list[FieldAction]:
    """What clears the choices of a group of boxes that the page has ticked beforehand, and that want news."""
    ticked = [
        one for one in reading.field.members if one.checked and one.type == "checkbox" and one.reachable
    ]
    wants = reading.meaning is Meaning.MARKETING
    return [
        replace(action, control=one.ref, meaning=Meaning.MARKETING, kind="leave", label=choice_text(one))
        for one in ticked
        if reading.field.is_group and one.ref != action.control and (wants or is_marketing(choice_text(one)))
    ]


def _pick(reading: FieldReading, option: Option, action: FieldAction) -> FieldAction:
    """The action that takes an option, of a select or of a group of radios or checkboxes."""
    field = reading.field
    if not field.is_group and field.control.type != "radio":
        value = option.value if field.control.tag == "select" else option.text
        return replace(action, kind="select", value=value)
    member = next(
        one for one in field.members if choice_text(one) == option.text and one.value == option.value
    )
    return replace(action, control=member.ref, kind="check", value=option.value)


def text_for(meaning: Meaning, letter: Letter) -> str:
    """What the sender answers to a meaning, or an empty string where that is not known."""
    answers = {
        Meaning.FULL_NAME: f"{letter.first_name} {letter.last_name}".strip(),
        Meaning.CONFIRM_EMAIL: letter.email,
        Meaning.STREET: letter.street,
    }
    return answers[meaning] if meaning in answers else str(getattr(letter, meaning.value, ""))


def fitted(text: str, maxlength: int | None) -> str:
    """A text no longer than a control takes, cut after a sentence, else after a word."""
    if maxlength is None or len(text) <= maxlength:
        return text
    head = text[:maxlength]
    ends = [match.end() for match in re.finditer(r"[.!?…](?=\s|$)", head)]
    if ends and ends[-1] >= maxlength // 3:
        return head[: ends[-1]]
    words = re.match(r"(.*\S)\s+\S*$", head, re.DOTALL)
    return words[1] if words else head
