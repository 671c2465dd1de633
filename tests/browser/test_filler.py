"""What filling does to the controls beside the one that is filled."""

import pytest

from browser.chrome import Chrome
from browser.filler import fill
from browser.forms.plan import plan_form
from browser.snapshot import capture
from tests.browser.conftest import LETTER

pytestmark = pytest.mark.asyncio(loop_scope="session")
FORM = """<!doctype html><html lang=fr><body><h1>Contactez-nous</h1><form method=post>
  <p><label>Votre nom <input name=name required></label></p>
  <p><label>Votre e-mail <input type=email name=email required></label></p>
  <p><label>Votre message <textarea name=message required></textarea></label></p>
  {}<button>Envoyer</button></form>"""
KEEPS_OUT = "onfocus='this.form.message.focus()'"


@pytest.mark.parametrize(
    "field",
    [
        f"<p><label>Téléphone <input name=phone required {KEEPS_OUT} oninput='this.value=1'></label></p>",
        f"<p><label><input type=checkbox required {KEEPS_OUT} onclick='return false'> J'accepte</label></p>",
    ],
)
async def test_keys_never_go_to_another_control(chrome: Chrome, field: str) -> None:
    async with chrome.context("fr") as context:
        page = context.pages[0] if context.pages else await context.new_page()
        await page.set_content(FORM.format(field))
        plan = plan_form(await capture(page), LETTER)
        assert plan is not None
        await fill(page, plan)
        assert await page.input_value("[name=message]") == LETTER.message
