"""Typing into one control, gently first: one insertion, then keys one by one for masks, then other spellings."""

import re
from collections.abc import Iterator

from playwright.async_api import ElementHandle, Page
from playwright.async_api import Error as PlaywrightError

from browser.asking import ask, point


async def read(control: ElementHandle) -> str:
    """What the control holds now."""
    return str(await ask(control, "value"))


async def put(page: Page, control: ElementHandle, value: str) -> str:
    """Type `value`; returns what the control holds in the end. Raises Playwright's Error when it cannot be typed in."""
    about = await ask(control, "about")
    if about["readonly"]:
        return await _pick_day(control, value)
    await control.fill(value)
    held = await read(control)
    for spelling in _spellings(value):
        if same(value, held):
            break
        held = await _by_keys(page, control, spelling)
    if about["picker"] and about["type"] == "text":
        await page.keyboard.press("Escape")
    return held


def same(wanted: str, held: str) -> bool:
    """True if a control holds what was wanted, whatever a mask or a phone widget made of its spelling."""
    if _flat(wanted) == _flat(held):
        return True
    if phone_digits(wanted) and re.fullmatch(r"[\d\s()+./-]*", held):
        return _same_phone(phone_digits(wanted), re.sub(r"\D", "", held))
    iso = re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", wanted)
    return bool(iso) and sorted(re.findall(r"\d+", held)) == sorted(iso.groups() if iso else ())


def phone_digits(text: str) -> str:
    """The digits of a telephone number, empty for any other text."""
    digits = re.sub(r"\D", "", text)
    return digits if re.fullmatch(r"\+?[\d\s()./-]+", text.strip()) and 6 <= len(digits) <= 15 else ""


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
    if match := re.fullmatch(r"(\d{4})-(\d\d)-(\d\d)", value):
        year, month, day = match.groups()
        yield f"{day}/{month}/{year}"


def _flat(text: str) -> str:
    return re.sub(r"\s+", " ", text).strip()


async def _by_keys(page: Page, control: ElementHandle, value: str) -> str:
    await control.focus()
    await page.keyboard.press("ControlOrMeta+A")
    await page.keyboard.press("Delete")
    if len(value) > 200:
        await page.keyboard.insert_text(value)
    else:
        await page.keyboard.type(value)
    return await read(control)


async def _pick_day(control: ElementHandle, value: str) -> str:
    """A control that only its calendar may write to."""
    await control.click()
    day = await point(control, "day", value) if re.fullmatch(r"\d{4}-\d\d-\d\d", value) else None
    if day is None:
        raise PlaywrightError("the control can only be read")
    await day.click()
    return await read(control)
