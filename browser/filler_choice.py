"""Choosing in one control: native selects, the widgets that stand in for them, radio buttons and boxes to
tick.
"""

from collections.abc import Sequence

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from browser.elements import ask, point


async def choose(page: Page, control: ElementHandle, wanted: str) -> None:
    """Choose the option with this value or text. Raises Playwright's Error where there is none."""
    kind = await ask(control, "kind")
    if kind == "listbox":
        await _in_list(page, control, wanted)
        return
    option = await ask(control, "option", wanted)
    if option is None:
        raise PlaywrightError(f"there is no option {wanted!r}")
    if kind == "hidden-select":
        await _through_widget(page, control, option["text"])
        if is_chosen(await ask(control, "chosen"), (option["value"], option["text"]))[0]:
            return
    await control.select_option(value=option["value"], force=kind == "hidden-select")


def is_chosen(held: Sequence[str], names: Sequence[str]) -> tuple[bool, str]:
    """Whether one of these values or texts is among what a control says is chosen, and what is."""
    return any(name in held for name in names), next((one for one in reversed(held) if one), "")


async def tick(page: Page, control: ElementHandle, on: bool) -> None:
    """Tick a box or choose a radio button as a person would: on itself, else on its label, else by key."""
    for way in (_itself, _its_label, _by_key):
        if await ticked(control) == on:
            return
        await way(page, control)


async def ticked(control: ElementHandle) -> bool:
    return bool(await ask(control, "ticked"))


async def _through_widget(page: Page, control: ElementHandle, text: str) -> None:
    widget = await point(control, "widget")
    if widget:
        await _in_list(page, widget, text)


async def _in_list(page: Page, opener: ElementHandle, text: str) -> None:
    """Open a list and press the option with this text; does nothing when the list does not have it."""
    option = await point(opener, "listed", text)
    if option is None:
        await opener.click()
        for _ in range(10):
            option = await point(opener, "listed", text)
            if option:
                break
            await page.wait_for_timeout(50)
    if option:
        await option.click()
    else:
        await page.keyboard.press("Escape")


async def _itself(_: Page, control: ElementHandle) -> None:
    if await ask(control, "seen"):
        await control.click(timeout=2000)


async def _its_label(_: Page, control: ElementHandle) -> None:
    label = await point(control, "label")
    if label:
        await label.click(position={"x": 3, "y": 3}, timeout=2000)


async def _by_key(page: Page, control: ElementHandle) -> None:
    await control.focus()
    await page.keyboard.press("Space")
