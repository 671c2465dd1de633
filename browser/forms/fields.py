"""Controls as a person counts them: radio buttons, and boxes of one name, are one field with options."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from browser.snapshot import Control, Option, Ref


@dataclass(frozen=True, slots=True)
class Field:
    """One question of a form. `members` has one control, or the choices of a group in document order."""

    members: tuple[Control, ...]

    @property
    def control(self) -> Control:
        """The control that stands for the field: the first that a person can reach."""
        return next((one for one in self.members if one.reachable), self.members[0])

    @property
    def is_group(self) -> bool:
        return len(self.members) > 1

    @property
    def required(self) -> bool:
        return any(one.required for one in self.members)

    @property
    def label(self) -> str:
        """What is asked: the legend for a group, else the best label."""
        labels = self.control.labels
        if self.control.type == "radio" or self.is_group:
            return labels.get("legend") or labels.get("preceding") or self.control.label
        return self.control.label

    @property
    def options(self) -> tuple[Option, ...]:
        """The choices, those of a group by their own labels."""
        if self.control.type == "radio" or self.is_group:
            return tuple(Option(one.value, choice_text(one), not one.enabled) for one in self.members)
        return self.control.options


def choice_text(control: Control) -> str:
    """What stands beside a radio button or a box."""
    routes = ("for", "wrap", "aria-labelledby", "aria-label", "following", "cell", "title")
    return next((control.labels[route] for route in routes if route in control.labels), control.value)


def fields_of(controls: Sequence[Control]) -> tuple[Field, ...]:
    """The fields of one form, in the order of their first controls."""
    groups: dict[tuple[str, ...], list[Control]] = {}
    for one in controls:
        groups.setdefault(_key(one), []).append(one)
    return tuple(Field(tuple(members)) for members in groups.values())


def _key(control: Control) -> tuple[str, ...]:
    if control.type in {"radio", "checkbox"} and control.name:
        return control.type, control.name
    return ("alone", control.ref)


def by_form(controls: Sequence[Control]) -> dict[Ref | None, tuple[Control, ...]]:
    """The controls of each form that a person might meet, in document order."""
    seen = sorted((one for one in controls if one.hidden_by != "type"), key=lambda one: one.form or "")
    return {form: tuple(ones) for form, ones in groupby(seen, key=lambda one: one.form)}
