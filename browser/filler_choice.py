"""Choosing in one control: native selects, the widgets that stand in for them, lists that a page opens
elsewhere, radio buttons and boxes to tick.
"""

from collections.abc import Sequence

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from browser.elements import ask, point
from browser.filler_text import focus

_LOOKS = 30
_PAUSE = 50.0
"""Milliseconds between looks for what a press opens; lists fade in, and some are fetched first."""
_KEY_AFTER = 6
"""Looks after which a list that a press did not open is asked for by key."""
_PRESS = 2000
_OPEN = 6000
"""Milliseconds that a box or its label, and what opens a list, may take to be pressed."""


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


async def opened(page: Page, opener: ElementHandle) -> list[str]:
    """Open a list and say what it offers; empty where none opens. Raises Playwright's Error."""
    await ask(opener, "mark")
    await press(opener)
    found: list[str] = []
    for look in range(_LOOKS):
        before, found = found, await ask(opener, "texts")
        if found and found == before:
            break
        if look == _KEY_AFTER and not found:
            await page.keyboard.press("ArrowDown")
        await page.wait_for_timeout(_PAUSE)
    return found


async def closed(page: Page, opener: ElementHandle) -> None:
    """Close a list that is open, without a choice."""
    if await ask(opener, "texts"):
        await page.keyboard.press("Escape")
        await page.wait_for_timeout(_PAUSE)
        if await ask(opener, "texts"):
            await press(opener)


async def press(control: ElementHandle) -> None:
    """Press what a person would press to get at a list. Raises Playwright's Error."""
    await (await point(control, "opener") or control).click(timeout=_OPEN)


async def _through_widget(page: Page, control: ElementHandle, text: str) -> None:
    widget = await point(control, "widget")
    if widget:
        await _in_list(page, widget, text)


async def _in_list(page: Page, opener: ElementHandle, text: str) -> None:
    """Open a list and press the option with this text; closes it again when it does not have one."""
    option = await point(opener, "listed", text) if await ask(opener, "open") else None
    if option is None:
        await opened(page, opener)
        option = await point(opener, "listed", text)
    if option:
        await option.click()
    else:
        await closed(page, opener)


async def _itself(_: Page, control: ElementHandle) -> None:
    if await ask(control, "seen"):
        await control.click(timeout=_PRESS)


async def _its_label(_: Page, control: ElementHandle) -> None:
    label = await point(control, "label")
    if label:
        await label.click(position={"x": 3, "y": 3}, timeout=_PRESS)


async def _by_key(page: Page, control: ElementHandle) -> None:
    await focus(control)
    await page.keyboard.press("Space")
