"""The pictures that a person is shown."""

import io
import os

import pytest
from PIL import Image
from playwright.async_api import Error as PlaywrightError

from browser import evidence
from browser.chrome import Chrome

pytestmark = [pytest.mark.asyncio(loop_scope="session")]
SECRET = "<body style='margin:0'><input type=password value=hunter2 style='width:600px;height:400px'>"


def _image(kept: evidence.Evidence) -> Image.Image:
    return Image.open(io.BytesIO(kept.body)).convert("RGB")


async def test_a_secret_is_covered_in_the_picture(chrome: Chrome) -> None:
    async with chrome.context("en") as context:
        page = await context.new_page()
        await page.set_content(SECRET)
        red, green, blue = _image(await evidence.picture(page, "before")).getpixel((300, 200))
    assert red > 200
    assert green < 60
    assert blue > 200


async def test_a_page_that_is_not_drawn_yet_is_waited_for(
    chrome: Chrome, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Refusing:
        async def send(self, *_: object) -> dict[str, str]:
            raise PlaywrightError("Protocol error (Page.captureScreenshot): Unable to capture screenshot")

    async def session(_: object) -> Refusing:
        return Refusing()

    async with chrome.context("en") as context:
        page = await context.new_page()
        await page.set_content("<body style='background:#00f'>")
        monkeypatch.setattr(context, "new_cdp_session", session)
        red, _, blue = _image(await evidence.picture(page, "before")).getpixel((300, 200))
    assert red < 60
    assert blue > 200


async def test_a_large_picture_is_kept_small() -> None:
    drawn = io.BytesIO()
    Image.frombytes("RGB", (1600, 1200), os.urandom(1600 * 1200 * 3)).save(drawn, "PNG")
    kept = evidence.bounded(drawn.getvalue())
    assert len(kept) <= evidence.PICTURE_BYTES
    assert Image.open(io.BytesIO(kept)).width <= evidence.PICTURE_WIDTH
