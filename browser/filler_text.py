"""Typing into one control, gently first: at once, then key by key for masks, then in other spellings."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from browser.elements import ask, point

_LONGEST_BY_KEYS = 200
_MONTHS = 24
"""How far ahead a calendar is turned."""
_DATE = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


def holds(about: Mapping[str, Any], value: str) -> tuple[bool, str]:
    """Whether a control holds the value, in a spelling that its own pattern takes, and what it holds."""
    return same(value, about["value"]) and bool(about["valid"]), str(about["value"])


async def put(page: Page, control: ElementHandle, about: Mapping[str, Any], value: str) -> None:
    """Put `value` in at once; `about` is what the control says of itself.

    Raises Playwright's Error when the control cannot be written to.
    """
    if about["readonly"]:
        await _pick_day(control, value)
        return
    await control.fill(value)
    if about["picker"] and about["type"] == "text":
        await page.keyboard.press("Escape")


async def put_by_keys(page: Page, control: ElementHandle, value: str) -> None:
    """Type `value` key by key, in one spelling after the other, until the control holds it."""
    if (await ask(control, "about"))["readonly"]:
        return
    for spelling in _spellings(value):
        await _by_keys(page, control, spelling)
        if holds(await ask(control, "about"), value)[0]:
            return


async def focus(control: ElementHandle) -> None:
    """Put the focus where keys are to go. Raises Playwright's Error where another control has kept it."""
    await control.focus()
    if not await ask(control, "focused"):
        raise PlaywrightError("the control cannot be entered")


def same(wanted: str, held: str) -> bool:
    """True if a control holds what was wanted, whatever a mask or a phone widget made of its spelling."""
    if _flat(wanted) == _flat(held):
        return True
    if date := _DATE.fullmatch(wanted):
        return sorted(re.findall(r"\d+", held)) == sorted(date.groups())
    digits = phone_digits(wanted)
    return bool(digits and re.fullmatch(r"[\d\s()+./-]*", held)) and _same_phone(
        digits, re.sub(r"\D", "", held)
    )


def phone_digits(text: str) -> str:
    """The digits of a telephone number, empty for any other text."""
    if _DATE.fullmatch(text) or not re.fullmatch(r"\+?[\d\s()./-]+", text.strip()):
        return ""
    digits = re.sub(r"\D", "", text)
    return digits if 6 <= len(digits) <= 15 else ""


def _same_phone(wanted: str, held: str) -> bool:
    """Equal but for the country's prefix and the national zero, which widgets add and take away."""
    a, b = wanted.lstrip("0"), held.lstrip("0")
    shorter, longer = sorted((a, b), key=len)
    return len(shorter) >= 6 and longer.endswith(shorter) and len(longer) - len(shorter) <= 3


def _spellings(value: str) -> Iterator[str]:
    yield value
    if digits := phone_digits(value):
        yield digits
        if match := re.match(r"\+(?:33|32|31|49|41|39|44|351|34)\s*(?:\(0\))?", value.strip()):
            yield "0" + re.sub(r"\D", "", value.strip()[match.end() :])
    if match := _DATE.fullmatch(value):
        year, month, day = match.groups()
        yield f"{day}/{month}/{year}"


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


async def _by_keys(page: Page, control: ElementHandle, value: str) -> None:
    await focus(control)
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    if len(value) > _LONGEST_BY_KEYS:
        await page.keyboard.insert_text(value)
    else:
        await page.keyboard.type(value)


async def _pick_day(control: ElementHandle, value: str) -> None:
    """A control that only its calendar may write to: turn to the month, and press the day."""
    await control.click()
    for _ in range(_MONTHS if _DATE.fullmatch(value) else 0):
        if day := await point(control, "day", value):
            await day.click()
            return
        onward = await point(control, "onward")
        if onward is None:
            break
        await onward.click()
    raise PlaywrightError("the control can only be read")
