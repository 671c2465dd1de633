"""FormPlan and page to a filled form: real input events, and every value read again before it counts."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import TimeoutError as PlaywrightTimeout

from browser import filler_choice, filler_search, filler_text, overlays
from browser.elements import Question, Ref, ask, ask_many, is_gone, locate
from browser.evidence import first_line
from browser.forms.options import LISTED, spellings
from browser.forms.values import FieldAction, FormPlan, Meaning
from shared.errors import BrowserCrashed, NotFound

_CONTROL_SECONDS = 12.0
_ANSWER_SECONDS = 3.0
_COVERED_SECONDS = 4.0


@dataclass(frozen=True, slots=True)
class Filled:
    """One control after filling. `holds` is what was read from it, `ok` whether the plan wanted it."""

    action: FieldAction
    ok: bool
    holds: str


async def fill(page: Page, plan: FormPlan) -> tuple[Filled, ...]:
    """Fill the plan's controls in reading order, read all again, and mend what does not hold what it should.

    A control that cannot be filled is reported, not raised. Marketing boxes are never ticked: one that the
    page has ticked beforehand is cleared. Raises Playwright's Error when the page is gone, BrowserCrashed
    when it does not answer.
    """
    ready = await _prepare(page, plan)
    for action in plan.actions:
        await _bounded(page, action, _apply, ready.get(action.control))
    checked = await check(page, plan)
    wrong = unfilled(checked)
    for one in wrong:
        await _bounded(page, one.action, _insist)
    return await check(page, plan) if wrong else checked


async def check(page: Page, plan: FormPlan) -> tuple[Filled, ...]:
    """Read every control of the plan, all at once. Raises what `fill` raises."""
    asked = [Question(one.control, _READ[one.kind]) for one in plan.actions if _matters(one)]
    try:
        async with asyncio.timeout(_CONTROL_SECONDS):
            answers = await ask_many(page, asked)
    except TimeoutError:
        raise BrowserCrashed("The page does not answer.") from None
    except (PlaywrightError, NotFound) as error:
        if isinstance(error, PlaywrightError) and is_gone(page, error):
            raise
        return tuple(_unread(one, first_line(error)) for one in plan.actions)
    return tuple(_read(one, answers) for one in plan.actions)


def unfilled(filled: Sequence[Filled]) -> tuple[Filled, ...]:
    """The controls that do not hold what the plan wanted."""
    return tuple(one for one in filled if not one.ok)


async def press(page: Page, plan: FormPlan) -> None:
    """Press the plan's button, or Enter in its last text control. Raises Playwright's Error or NotFound."""
    if plan.submit:
        await _press_button(page, await locate(page, plan.submit))
        return
    typed = [
        action for action in plan.actions if action.kind == "type" and action.meaning is not Meaning.MESSAGE
    ]
    if not typed:
        raise NotFound("The form has neither a button nor a line to press Enter in.")
    await (await locate(page, typed[-1].control)).press("Enter", no_wait_after=True)


async def _press_button(page: Page, button: ElementHandle) -> None:
    """Press it once. Whether something lies over it is tried first, without pressing, and a late cookie wall
    is answered: a press that ran out of time may well have sent the form.
    """
    try:
        await button.click(trial=True, timeout=_COVERED_SECONDS * 1000)
    except PlaywrightTimeout:
        await overlays.dismiss(page)
    await button.click(no_wait_after=True)


_READ = {"type": "about", "search": "chosen", "select": "chosen", "check": "ticked", "leave": "ticked"}
"""What is asked of a control to see whether it holds what the plan wanted."""


def _matters(action: FieldAction) -> bool:
    return action.kind != "leave" or action.meaning is Meaning.MARKETING


def _unread(action: FieldAction, why: str) -> Filled:
    return Filled(action, action.kind == "leave", f"({why})" if _matters(action) else "")


def _read(action: FieldAction, answers: Mapping[Ref, Any]) -> Filled:
    if not _matters(action) or action.control not in answers:
        return _unread(action, "the element is gone")
    answer = answers[action.control]
    if action.kind == "type":
        return Filled(action, *filler_text.holds(answer, action.value))
    if action.kind == "search":
        return Filled(action, *filler_search.holds(answer, spellings(action.meaning, action.value)))
    if action.kind == "select":
        return Filled(action, *filler_choice.is_chosen(answer, (action.value,)))
    return Filled(action, answer == (action.kind == "check"), "on" if answer else "off")


@dataclass(frozen=True, slots=True)
class _Ready:
    """A control that is there, and what it says of itself."""

    control: ElementHandle
    about: Mapping[str, Any]


async def _prepare(page: Page, plan: FormPlan) -> dict[Ref, _Ready]:
    """Every control that is there already; one that comes when another is filled is looked for then."""
    refs = [one.control for one in plan.actions if _matters(one)]
    asked = ask_many(page, [Question(ref, "about") for ref in refs])
    told, *found = await asyncio.gather(asked, *(locate(page, ref) for ref in refs), return_exceptions=True)
    if not isinstance(told, dict):
        return {}
    held = zip(refs, found, strict=True)
    return {
        ref: _Ready(one, told[ref]) for ref, one in held if isinstance(one, ElementHandle) and ref in told
    }


async def _ready(page: Page, ref: Ref) -> _Ready:
    control = await locate(page, ref)
    return _Ready(control, await ask(control, "about"))


async def _bounded(
    page: Page,
    action: FieldAction,
    work: Callable[[Page, _Ready, FieldAction], Awaitable[None]],
    ready: _Ready | None = None,
) -> None:
    """Do it in its time. What went wrong is seen when all is read again, unless the page is hung or gone."""
    if not _matters(action):
        return
    try:
        async with asyncio.timeout(_CONTROL_SECONDS):
            await work(page, ready or await _ready(page, action.control), action)
    except NotFound:
        return
    except (PlaywrightError, TimeoutError) as error:
        await _still_there(page, error)


async def _still_there(page: Page, error: Exception) -> None:
    """Raise what `fill` raises, so that a page that is lost costs the time of one control and not of each."""
    if isinstance(error, PlaywrightError) and is_gone(page, error):
        raise error
    if isinstance(error, TimeoutError) or "Timeout" in str(error):
        try:
            async with asyncio.timeout(_ANSWER_SECONDS):
                await page.evaluate("0")
        except TimeoutError:
            raise BrowserCrashed("The page does not answer.") from None


async def _apply(page: Page, ready: _Ready, action: FieldAction) -> None:
    """The quick way."""
    if action.kind == "type":
        await filler_text.put(page, ready.control, ready.about, action.value)
    elif action.kind == "search":
        names, free = spellings(action.meaning, action.value), action.meaning not in LISTED
        await filler_search.search(page, ready.control, names, free=free)
    elif action.kind == "select":
        await filler_choice.choose(page, ready.control, action.value)
    else:
        await filler_choice.tick(page, ready.control, action.kind == "check")


async def _insist(page: Page, ready: _Ready, action: FieldAction) -> None:
    """The slow way, for masks and for pages that write back what they remember."""
    if action.kind == "type":
        await filler_text.put_by_keys(page, ready.control, action.value)
    else:
        await _apply(page, ready, action)
