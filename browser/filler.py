"""FormPlan and page to a filled form: real input events, and every value read again before it counts."""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from browser import filler_choice, filler_text
from browser.evidence import first_line
from browser.forms.values import FieldAction, FormPlan, Meaning
from browser.snapshot import locate
from shared.errors import NotFound

_CONTROL_SECONDS = 12.0


@dataclass(frozen=True, slots=True)
class Filled:
    """One control after filling. `holds` is what was read from it, `ok` whether the plan wanted it."""

    action: FieldAction
    ok: bool
    holds: str


async def fill(page: Page, plan: FormPlan) -> tuple[Filled, ...]:
    """Fill the plan's controls in reading order, read all again, and mend what does not hold what it should.

    A control that cannot be filled is reported, not raised. Marketing boxes are never ticked: one that the
    page has ticked beforehand is cleared.
    """
    for action in plan.actions:
        await _bounded(page, action, _apply)
    checked = await check(page, plan)
    wrong = unfilled(checked)
    for one in wrong:
        await _bounded(page, one.action, _insist)
    return await check(page, plan) if wrong else checked


async def check(page: Page, plan: FormPlan) -> tuple[Filled, ...]:
    """Read every control of the plan, all at once."""
    return tuple(await asyncio.gather(*(_bounded(page, action, _look) for action in plan.actions)))


def unfilled(filled: Sequence[Filled]) -> tuple[Filled, ...]:
    """The controls that do not hold what the plan wanted."""
    return tuple(one for one in filled if not one.ok)


async def press(page: Page, plan: FormPlan) -> None:
    """Press the plan's button, or Enter in its last text control. Raises Playwright's Error or NotFound."""
    if plan.submit:
        button = await locate(page, plan.submit)
        await button.scroll_into_view_if_needed()
        await button.click(no_wait_after=True)
        return
    typed = [
        action for action in plan.actions if action.kind == "type" and action.meaning is not Meaning.MESSAGE
    ]
    if not typed:
        raise NotFound("The form has neither a button nor a line to press Enter in.")
    await (await locate(page, typed[-1].control)).press("Enter", no_wait_after=True)


async def _bounded(
    page: Page, action: FieldAction, work: Callable[[Page, ElementHandle, FieldAction], Awaitable[Filled]]
) -> Filled:
    if action.kind == "leave" and action.meaning is not Meaning.MARKETING:
        return Filled(action, True, "")
    try:
        async with asyncio.timeout(_CONTROL_SECONDS):
            return await work(page, await locate(page, action.control), action)
    except (PlaywrightError, NotFound, TimeoutError) as error:
        return Filled(action, action.kind == "leave", f"({first_line(error)})")


async def _apply(page: Page, control: ElementHandle, action: FieldAction) -> Filled:
    """The quick way; whether it worked is seen when all is read again."""
    if action.kind == "type":
        await filler_text.put(page, control, action.value)
    elif action.kind == "select":
        await filler_choice.choose(page, control, action.value)
    else:
        await filler_choice.tick(page, control, action.kind == "check")
    return Filled(action, True, "")


async def _insist(page: Page, control: ElementHandle, action: FieldAction) -> Filled:
    """The slow way, for masks and for pages that write back what they remember."""
    if action.kind == "type":
        await filler_text.put_by_keys(page, control, action.value)
        return Filled(action, True, "")
    return await _apply(page, control, action)


async def _look(_: Page, control: ElementHandle, action: FieldAction) -> Filled:
    if action.kind == "type":
        return Filled(action, *await filler_text.holds(control, action.value))
    if action.kind == "select":
        return Filled(action, *await filler_choice.chosen(control, action.value))
    on = await filler_choice.ticked(control)
    return Filled(action, on == (action.kind == "check"), "on" if on else "off")
