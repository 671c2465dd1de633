"""Typing into a box that filters a list, and pressing the very option that was meant.

An option that only resembles is never taken. Where a list has no such option, what was typed stays if the box
may hold any text, and is taken away where it may not.
"""

import asyncio
import re
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress

from playwright.async_api import ElementHandle, Page

from browser.elements import ask, point
from browser.filler_choice import press
from browser.forms.vocabulary import normal

_WAIT = 1.5
"""Seconds in which a list shows what it has."""
_PAUSE = 80.0
"""Milliseconds between looks: sites fetch what fits a few hundred milliseconds after the last key."""
_SETTLED = 4
"""Looks for which a list without the option has to stay as it is."""
_SECONDS = 8.0
"""In which all spellings are tried; the rest of a control's time is for leaving it in order."""
_HEAD = 3
_BRACKETS = re.compile(r"\(.*?\)\s*$")


async def search(page: Page, control: ElementHandle, spellings: Sequence[str], *, free: bool) -> None:
    """Type until an option is called by one of the spellings, and press it. Raises Playwright's Error."""
    names = "\n".join(sorted({normal(one) for one in spellings}))
    with suppress(TimeoutError):
        async with asyncio.timeout(_SECONDS):
            for typed in _tries(spellings):
                await ask(control, "mark")
                await _type(page, control, typed)
                if option := await _found(page, control, names):
                    await option.click()
                    return
    await control.fill(spellings[0] if free else "")
    await _leave(page, control)


def holds(shown: Sequence[str], spellings: Sequence[str]) -> tuple[bool, str]:
    """Whether a box says one of these names, whatever stands in brackets after it, and what it says."""
    names = {normal(one) for one in spellings}
    return any(normal(_BRACKETS.sub("", one)) in names for one in shown), next(iter(shown), "")


def _tries(spellings: Sequence[str]) -> Iterator[str]:
    """What is typed: the text itself, then how its other names begin, for a list in another language."""
    yield spellings[0]
    yield from dict.fromkeys(normal(one)[:_HEAD] for one in spellings if len(one) >= _HEAD)


async def _type(page: Page, control: ElementHandle, text: str) -> None:
    await press(control)
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    await page.keyboard.insert_text(text[:-1])
    await page.keyboard.type(text[-1:])  # some lists listen for keys alone


async def _found(page: Page, control: ElementHandle, names: str) -> ElementHandle | None:
    before: list[str] = []
    still = 0
    end = time.monotonic() + _WAIT
    while time.monotonic() < end:
        if option := await point(control, "called", names):
            return option
        now = await ask(control, "texts")
        still = still + 1 if now and now == before else 0
        if still >= _SETTLED:
            break
        before = now
        await page.wait_for_timeout(_PAUSE)
    return None


async def _leave(page: Page, control: ElementHandle) -> None:
    """Go on without a choice: widgets take the option that is lit where they are left with a list open."""
    if await ask(control, "texts"):
        await page.keyboard.press("Escape")
    await control.evaluate("(el) => el.blur()")
