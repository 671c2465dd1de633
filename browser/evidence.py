"""What is kept so that a person can look: pictures and answers, bounded, in memory only."""

import asyncio
import base64
import io
from dataclasses import dataclass

from PIL import Image
from playwright.async_api import Error as PlaywrightError
from playwright.async_api import Page

from browser.outcome.values import Exchange

PICTURE_WIDTH = 1000
PICTURE_BYTES = 200_000
ANSWER_CHARACTERS = 20_000
_QUALITY = 55
_SECRETS = "input[type=password], [autocomplete^=cc-], [autocomplete=one-time-code]"


@dataclass(frozen=True, slots=True)
class Evidence:
    """One thing kept: `kind` is "before", "after" or "response"."""

    kind: str
    media_type: str
    body: bytes


async def picture(page: Page, kind: str) -> Evidence:
    """What a person would see in the window now, secrets masked. Raises Playwright's errors.

    Chromium is asked for it and for secrets at once; with secrets it is thrown away and another is taken.
    """
    secrets = page.locator(_SECRETS)
    many, taken = await asyncio.gather(secrets.count(), _window(page))
    if many or not taken:
        taken = await page.screenshot(type="jpeg", quality=_QUALITY, mask=[secrets], caret="initial")
    if len(taken) <= PICTURE_BYTES:
        return Evidence(kind, "image/jpeg", taken)
    return Evidence(kind, "image/webp", await asyncio.to_thread(bounded, taken))


async def _window(page: Page) -> bytes:
    """The window by Chromium's own command, which takes a third less time than Playwright's.

    Empty where Chromium has not drawn the page yet: Playwright's waits for that.
    """
    chromium = await page.context.new_cdp_session(page)
    asked = {"format": "jpeg", "quality": _QUALITY, "optimizeForSpeed": True}
    try:
        return base64.b64decode((await chromium.send("Page.captureScreenshot", asked))["data"])
    except PlaywrightError:
        return b""


def bounded(taken: bytes) -> bytes:
    """The picture as WebP, at most PICTURE_WIDTH wide and PICTURE_BYTES long."""
    with Image.open(io.BytesIO(taken)) as opened:
        image = opened.convert("RGB")
    image.thumbnail((PICTURE_WIDTH, 4 * PICTURE_WIDTH))
    for quality in (60, 35, 15, 1):
        buffer = io.BytesIO()
        image.save(buffer, "WEBP", quality=quality, method=0)
        if buffer.tell() <= PICTURE_BYTES:
            break
        image.thumbnail((image.width * 3 // 4, image.height * 3 // 4))
    return buffer.getvalue()


def answer(exchange: Exchange) -> Evidence:
    """The submit's response: its status line and the start of its body."""
    head = (
        f"{exchange.method} {exchange.url}\n{exchange.status} {exchange.content_type} {exchange.location}\n\n"
    )
    return Evidence(
        "response", "text/plain; charset=utf-8", (head + exchange.body[:ANSWER_CHARACTERS]).encode()
    )


def first_line(error: Exception) -> str:
    """What an error says, short enough for a table; its kind where it says nothing."""
    return (str(error).splitlines() or [type(error).__name__])[0][:200]
