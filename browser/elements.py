"""The elements of a live page by the names that its snapshots gave them, and questions put to them.

A question for many controls is one script a frame: on a busy machine it is the round trips that take time.
"""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from weakref import WeakKeyDictionary

from playwright.async_api import ElementHandle, Frame, Page
from playwright.async_api import Error as PlaywrightError

from shared.errors import NotFound

Ref = str
"""Names one element of one page, "frame:index"; every snapshot of the page gives it the same name."""

INDICES = 1_000_000
"""Indices set aside for one document; far more than a snapshot's limits let through in all its captures."""

_FIND = (Path(__file__).parent / "elements.js").read_text(encoding="utf-8")
_ASK = (Path(__file__).parent / "filler.js").read_text(encoding="utf-8")
_ASK_MANY = f"""(asked) => {{
  const find = {_FIND};
  const ask = {_ASK};
  return asked.map(([index, what, arg]) => {{
    const el = find(index);
    return el ? [ask(el, [what, arg])] : null;
  }});
}}"""


@dataclass(frozen=True, slots=True)
class Question:
    """One question to one control; `filler.js` holds them by name."""

    ref: Ref
    what: str
    arg: str = ""


class Known:
    """What was given out for one page: a number for each frame, and indices that no document uses twice."""

    def __init__(self) -> None:
        self.frames: list[Frame] = []
        self._next = 0

    def number(self, frame: Frame) -> int:
        if frame not in self.frames:
            self.frames.append(frame)
        return self.frames.index(frame)

    def reserve(self, frames: int) -> int:
        """The serial of the first of `frames` documents."""
        first = self._next
        self._next += frames
        return first


_REGISTRY: WeakKeyDictionary[Page, Known] = WeakKeyDictionary()


def known(page: Page) -> Known:
    """What the snapshots of this page have given out so far."""
    if page not in _REGISTRY:
        _REGISTRY[page] = Known()
        page.on("close", _forget)
    return _REGISTRY[page]


def _forget(page: Page) -> None:
    """Let go of a page that closed: its own frames would keep it for ever."""
    _REGISTRY.pop(page, None)


def frame_of(page: Page, ref: Ref) -> Frame:
    """The frame that holds the element. Raises NotFound when no snapshot of this page named it."""
    number = int(ref.partition(":")[0])
    frames = known(page).frames
    if number >= len(frames):
        raise NotFound(f"No snapshot of this page holds {ref}.")
    return frames[number]


def is_gone(page: Page, error: PlaywrightError) -> bool:
    """True if the whole page went away under a question, not only what was asked about."""
    said = error.message.lower()
    return page.is_closed() or "crashed" in said or "browser has been closed" in said


async def locate(page: Page, ref: Ref) -> ElementHandle:
    """The element that `ref` names in any snapshot of this page. Raises NotFound when it is gone.

    An element that a framework has rebuilt is found again by its tag, type, name and id, if these are unique.
    """
    frame = frame_of(page, ref)
    try:
        handle = await frame.evaluate_handle(_FIND, _index(ref))
    except PlaywrightError as error:
        raise NotFound(f"The frame of {ref} is gone.") from error
    element = handle.as_element()
    if element is None:
        raise NotFound(f"The element {ref} is gone.")
    return element


async def ask_many(page: Page, questions: Sequence[Question]) -> dict[Ref, Any]:
    """The answers by control, without those that are gone; one script a frame. Raises Playwright's Error."""
    frames: dict[Frame, list[Question]] = {}
    for one in questions:
        frames.setdefault(frame_of(page, one.ref), []).append(one)
    parts = await asyncio.gather(*(_ask_frame(frame, asked) for frame, asked in frames.items()))
    return {ref: answer for part in parts for ref, answer in part}


async def ask(control: ElementHandle, what: str, arg: str = "") -> Any:  # noqa: ANN401 - JSON from the page
    """One answer as a value. Raises Playwright's Error."""
    return await control.evaluate(_ASK, [what, arg])


async def point(control: ElementHandle, what: str, arg: str = "") -> ElementHandle | None:
    """One answer as an element, None where there is none. Raises Playwright's Error."""
    return (await control.evaluate_handle(_ASK, [what, arg])).as_element()


async def _ask_frame(frame: Frame, asked: Sequence[Question]) -> list[tuple[Ref, Any]]:
    raw = await frame.evaluate(_ASK_MANY, [[_index(one.ref), one.what, one.arg] for one in asked])
    return [(one.ref, held[0]) for one, held in zip(asked, raw, strict=True) if held]


def _index(ref: Ref) -> int:
    return int(ref.partition(":")[2])
