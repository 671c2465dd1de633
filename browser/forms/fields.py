"""Controls as a person counts them: radio buttons, and boxes of one name, are one field with options."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from browser.snapshot import Control, Option

LONGEST_OPTION = 60


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
    """Boxes are one group too when builders number them (`input_6.1`, `input_6.2`) under one question.

    A box with a sentence beside it is a statement of its own and no option.
    """
    if control.type == "radio" and control.name:
        return "radio", control.name
    asked = control.labels.get("legend", "")
    short = len(choice_text(control)) <= LONGEST_OPTION
    if control.type == "checkbox" and short and (control.name.endswith("[]") or asked):
        root = re.sub(r"(\[\w*\]|[._-]?\d+)$", "", control.name)
        return "checkbox", root, asked, "" if root else control.ref
    return "alone", control.ref
