"""A live page as values: every frame and open shadow root, every control as a person would perceive it.

Playwright cannot see a closed shadow root, and neither can this. A frame that does not answer in time
contributes nothing; only a main frame that does not answer is an error.
"""

import asyncio
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Frame, Page

from browser import elements
from browser.elements import Ref
from shared.errors import BrowserCrashed

_FOLDER = Path(__file__).parent
_PARTS = {"CHOOSERS(": "choosers.js", "HIDING(": "hiding.js"}


def _whole(script: str) -> str:
    """A script with its parts in place of their names."""
    for call, name in _PARTS.items():
        script = script.replace(call, f"({(_FOLDER / name).read_text(encoding='utf-8')})(")
    return script


SCRIPT = _whole((_FOLDER / "snapshot.js").read_text(encoding="utf-8"))
LIMITS = {
    "milliseconds": 4000,
    "elements": 150_000,
    "controls": 2000,
    "forms": 200,
    "options": 300,
    "text": 30_000,
}
FRAME_SECONDS = 10.0
FRAMES = 40


@dataclass(frozen=True, slots=True)
class Option:
    """One choice of a select or listbox; each radio button is a control of its own."""

    value: str
    text: str
    disabled: bool = False


@dataclass(frozen=True, slots=True)
class Control:
    """One thing that can be typed in, ticked or chosen.

    `labels` maps the route by which a text was found ("for", "wrap", "aria-label", "aria-labelledby",
    "placeholder", "title", "legend", "preceding", "following", "cell") to that text, best route first.
    `hidden_by` names what hides it from a person ("display", "visibility", "opacity", "size", "clip",
    "offscreen", "inert", "ancestor", "aria-hidden", "type", and "form" where the whole form is hidden), empty
    when a person sees it. A hidden control that a person reaches all the same has `clickable_label` (a seen
    label ticks it) or `widget` (the visible custom widget that stands for a select).
    `chooser` is "list" for what opens a list of options when it is pressed, "search" where typing filters it,
    else empty; `suggestions` are what a datalist proposes.
    `around` holds the classes and ids of the closest ancestors within the form.
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
    widget: Ref | None = None
    around: str = ""
    inputmode: str = ""
    readonly: bool = False
    multiple: bool = False
    unfocusable: bool = False
    chooser: str = ""
    suggestions: tuple[str, ...] = ()
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)

    @property
    def visible(self) -> bool:
        return not self.hidden_by

    @property
    def reachable(self) -> bool:
        """A person can use it: it is seen, or something seen stands for it."""
        return self.visible or self.clickable_label or self.widget is not None

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
    css_class: str = ""
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
    box: tuple[float, float, float, float] = (0.0, 0.0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Sign:
    """A script, frame or element that mentions a CAPTCHA, and the form that it stands in, if any."""

    form: Ref | None
    text: str


@dataclass(frozen=True, slots=True)
class PageSnapshot:
    """One page at one moment.

    `frames` holds each frame's URL, the main frame first; a frame that went away leaves an empty string.
    `truncated` tells that the page was larger than what is looked at. `robots` has the main frame's metas for
    robots, as "name: content".
    """

    url: str
    title: str
    language: str
    text: str
    frames: tuple[str, ...]
    forms: tuple[Form, ...]
    controls: tuple[Control, ...]
    buttons: tuple[Button, ...]
    signs: tuple[Sign, ...] = ()
    truncated: bool = False
    robots: tuple[str, ...] = ()

    def controls_of(self, form: Ref) -> tuple[Control, ...]:
        """The controls of one form, in document order, those of type hidden left out."""
        return tuple(one for one in self.controls if one.form == form and one.hidden_by != "type")

    def buttons_of(self, form: Ref) -> tuple[Button, ...]:
        """The buttons of one form, in document order."""
        return tuple(one for one in self.buttons if one.form == form)


async def capture(page: Page) -> PageSnapshot:
    """The page as it is now, left as it is. Raises BrowserCrashed when the main frame does not answer."""
    known = elements.known(page)
    frames = [known.number(frame) for frame in page.frames[:FRAMES]]
    first = known.reserve(len(frames))
    raws = await asyncio.gather(*(_look(known.frames[n], first + k) for k, n in enumerate(frames)))
    if raws[0] is None:
        raise BrowserCrashed("The page does not answer.")
    looked = {n: raw for n, raw in zip(frames, raws, strict=True) if raw is not None}
    places = {n: await _place(known.frames[n], raw) for n, raw in looked.items()}
    urls = tuple("" if frame.is_detached() else frame.url for frame in known.frames)
    return _assemble(looked, places, urls)


async def _look(frame: Frame, serial: int) -> dict[str, Any] | None:
    limits = {**LIMITS, "first": serial * elements.INDICES}
    try:
        async with asyncio.timeout(FRAME_SECONDS):
            raw: dict[str, Any] = await frame.evaluate(SCRIPT, limits)
            return raw
    except (PlaywrightError, TimeoutError):
        return None


_PLACE = _whole("""(el) => {
  const box = el.getBoundingClientRect();
  const top = el.ownerDocument.defaultView;
  let seen = box.width > 2 && box.height > 2 && getComputedStyle(el).visibility === 'visible'
    && box.right + top.scrollX > 0 && box.bottom + top.scrollY > 0;
  const { clipped, opacityOf } = HIDING();
  for (let at = el; at && seen; at = at.parentElement || at.getRootNode().host) {
    const style = getComputedStyle(at);
    const edge = at.getBoundingClientRect();
    const shut = at !== el && style.overflow !== 'visible' && (edge.width <= 2 || edge.height <= 2);
    seen = opacityOf(style) >= 0.05 && !clipped(style, at) && !at.inert && !shut;
  }
  return { x: box.left + top.scrollX, y: box.top + top.scrollY, seen };
}""")
_Place = tuple[float, float, bool]


async def _place(frame: Frame, raw: Mapping[str, Any]) -> _Place:
    """Where a frame lies in the top page, and whether it is seen; asked only of frames that hold controls."""
    x, y, seen = 0.0, 0.0, True
    while frame.parent_frame is not None and raw["controls"]:
        try:
            place = await (await frame.frame_element()).evaluate(_PLACE)
        except PlaywrightError:
            return x, y, False
        x, y, seen = x + place["x"], y + place["y"], seen and place["seen"]
        frame = frame.parent_frame
    return x, y, seen


def _assemble(
    looked: Mapping[int, dict[str, Any]], places: Mapping[int, _Place], urls: tuple[str, ...]
) -> PageSnapshot:
    main = looked[0]
    return PageSnapshot(
        url=main["url"],
        title=main["title"],
        language=main["language"],
        text="\n".join(raw["text"] for raw in looked.values())[: 2 * LIMITS["text"]],
        frames=urls,
        forms=tuple(_form(n, one, places[n]) for n, raw in looked.items() for one in raw["forms"]),
        controls=tuple(_control(n, one, places[n]) for n, raw in looked.items() for one in raw["controls"]),
        buttons=tuple(_button(n, one, places[n]) for n, raw in looked.items() for one in raw["buttons"]),
        signs=tuple(
            Sign(_ref(n, one["form"]), one["text"]) for n, raw in looked.items() for one in raw["signs"]
        ),
        robots=tuple(main["robots"]),
        truncated=any(raw["truncated"] for raw in looked.values()),
    )


def _ref(frame: int, index: int | None) -> Ref | None:
    return None if index is None else f"{frame}:{index}"


def _box(raw: list[float], place: _Place) -> tuple[float, float, float, float]:
    return raw[0] + place[0], raw[1] + place[1], raw[2], raw[3]


def _form(frame: int, raw: dict[str, Any], place: _Place) -> Form:
    return Form(
        ref=f"{frame}:{raw['index']}",
        frame=frame,
        tag=raw["tag"],
        action=raw["action"],
        method=raw["method"],
        id=raw["id"],
        css_class=raw["classes"],
        role=raw["role"],
        heading=raw["heading"],
        text=raw["text"],
        visible=raw["visible"] and place[2],
        box=_box(raw["box"], place),
    )


def _button(frame: int, raw: dict[str, Any], place: _Place) -> Button:
    return Button(
        ref=f"{frame}:{raw['index']}",
        frame=frame,
        form=_ref(frame, raw["form"]),
        type=raw["type"],
        text=raw["text"],
        name=raw["name"],
        css_class=raw["classes"],
        enabled=raw["enabled"],
        visible=raw["visible"] and place[2],
        box=_box(raw["box"], place),
    )


def _control(frame: int, raw: dict[str, Any], place: _Place) -> Control:
    plain = Control(
        ref=f"{frame}:{raw['index']}",
        frame=frame,
        form=_ref(frame, raw["form"]),
        tag=raw["tag"],
        type=raw["type"],
        name=raw["name"],
        id=raw["id"],
        value=raw["value"],
        hidden_by=raw["hidden"] or ("" if place[2] else "form"),
    )
    return plain if raw["type"] == "hidden" else _described(plain, raw, place)


def _described(plain: Control, raw: dict[str, Any], place: _Place) -> Control:
    return replace(
        plain,
        css_class=raw["classes"],
        autocomplete=raw["autocomplete"],
        inputmode=raw["inputmode"],
        labels=raw["labels"],
        required=raw["required"] or _says_required(raw["labels"], raw["classes"]),
        pattern=raw["pattern"],
        maxlength=raw["maxlength"],
        checked=raw["checked"],
        enabled=raw["enabled"],
        readonly=raw["readonly"],
        multiple=raw["multiple"],
        unfocusable=raw["unfocusable"],
        chooser=raw["chooser"],
        suggestions=tuple(raw["suggestions"]),
        options=tuple(Option(*one) for one in raw["options"]),
        clickable_label=raw["clickable"],
        widget=_ref(plain.frame, raw["widget"]),
        around=raw["around"],
        box=_box(raw["box"], place),
    )


_STAR = re.compile(
    r"^\s?[*＊]|[*＊]\s?:?$|\*\s?[):]?\s?$|"
    r"\b(required|obligatoire|requis|pflichtfeld|erforderlich|obligatorio|obbligatorio|verplicht|obrigat[oó]rio)\b|"
    r"必須",
    re.IGNORECASE,
)
_MAY = re.compile(
    r"optional|facultati|optionnel|opcional|facoltativ|freiwillig|optioneel|"
    r"not required|not obligatory|非必須|任意",
    re.IGNORECASE,
)
_REQUIRED_CLASS = re.compile(r"(^|[\s_-])(required|wpcf7-validates-as-required|mandatory)($|\s)")
_STARRED_ROUTES = ("for", "wrap", "aria-labelledby", "aria-label", "placeholder", "cell", "preceding")


def _says_required(labels: Mapping[str, str], classes: str) -> bool:
    """A star or a word in a label, or the class that form builders put on what they will not do without."""
    texts = [labels[route] for route in _STARRED_ROUTES if route in labels]
    if any(_MAY.search(text) for text in texts):
        return False
    short = [text for text in texts if len(text) <= 120]
    return any(_STAR.search(text) for text in short) or bool(_REQUIRED_CLASS.search(classes))
