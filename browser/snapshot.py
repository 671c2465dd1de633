"""A live page as values: every frame and open shadow root, every control as a person would perceive it."""

from collections.abc import Mapping
from dataclasses import dataclass, field

Ref = str
"""Names one element of one snapshot, "frame:index"; the filler finds the element again by it."""


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select, radio group, or listbox."""

    value: str
    text: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that can be typed in, ticked or chosen.

    `labels` maps the route by which a text was found ("for", "wrap", "aria-label", "aria-labelledby",
    "placeholder", "title", "legend", "preceding", "cell") to that text, best route first.
    `hidden_by` names the computed style that hides it from a person ("display", "visibility", "opacity",
    "size", "clip", "offscreen", "ancestor", "aria-hidden", "type"), empty when a person sees it.
    `box` is x, y, width, height in CSS pixels of the top page.
    """

    ref: Ref
    frame: int
    form: Ref | None
    tag: str
    type: str
    name: str = ""
    id: str = ""
    css_class: str = ""
    autocomplete: str = ""
    labels: Mapping[str, str] = field(default_factory=dict)
    required: bool = False
    pattern: str = ""
    maxlength: int | None = None
    value: str = ""
    checked: bool = False
    enabled: bool = True
    options: tuple[Option, ...] = ()
    hidden_by: str = ""
    clickable_label: bool = False
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def visible(self) -> bool:
        return not self.hidden_by

    @property
    def label(self) -> str:
        """The text of the best route, or an empty string."""
        return next(iter(self.labels.values()), "")


@dataclass(frozen=True, slots=True)
class Button:
    """Something that submits or goes one step further."""

    ref: Ref
    frame: int
    form: Ref | None
    type: str
    text: str
    name: str = ""
    enabled: bool = True
    visible: bool = True
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Form:
    """A `<form>`, or controls that stand together without one (`tag` is then the container's)."""

    ref: Ref
    frame: int
    tag: str
    action: str = ""
    method: str = "get"
    id: str = ""
    css_class: str = ""
    role: str = ""
    heading: str = ""
    text: str = ""
    visible: bool = True


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """One page at one moment. `frames` holds each frame's URL, the main frame first."""

    url: str
    title: str
    language: str
    text: str
    frames: tuple[str, ...]
    forms: tuple[Form, ...]
    controls: tuple[Control, ...]
    buttons: tuple[Button, ...]
