"""The pages that live by script work for a person with a browser."""

from collections.abc import Mapping

import pytest
from playwright.async_api import Page

from tests.village.programs import Village
from tests.village.visitor import MESSAGE


async def fill_in(page: Page, labels: Mapping[str, str], button: str) -> None:
    for label, value in labels.items():
        await page.get_by_label(label, exact=True).fill(value)
    await page.get_by_role("button", name=button).click()


@pytest.mark.slow
async def test_the_scripted_pages_work_for_a_person_with_a_browser(
    page: Page, village: Village, email: str
) -> None:
    await page.goto(village.url("atelier-dubois", "/contact/"))
    await page.get_by_role("combobox").select_option("Autre")
    form = page.locator("form.wpcf7-form")
    await fill_in(page, {"Votre nom": "Camille Durand", "Votre adresse e-mail": email}, "Envoyer")
    await page.locator("form[data-status=invalid] .wpcf7-not-valid-tip").wait_for()
    await form.locator("textarea").fill(MESSAGE)
    await fill_in(page, {}, "Envoyer")
    await page.locator("form[data-status=sent]").wait_for()
    assert "Merci pour votre message" in await form.inner_text()

    await page.goto(village.url("studio-lumiere", "/contactez-moi"))
    assert await page.locator("form").count() == 0
    late = {"Nom et prénom": "Camille Durand", "E-mail": email, "Parlez-moi de votre projet": MESSAGE}
    await fill_in(page, late, "Envoyer ma demande")
    await page.get_by_text("Votre message est bien parti").wait_for()

    await page.goto(village.url("northwind-cycles", "/enquiries"))
    await fill_in(
        page, {"Your name": "Camille Durand", "Email": email, "Your question": MESSAGE}, "Ask the workshop"
    )
    await page.get_by_text("Your message has been sent").wait_for()

    await page.goto(village.url("quincaillerie-roux", "/ecrivez-nous"))
    assert not await page.get_by_text("Votre message a bien été reçu").is_visible()
    await fill_in(page, {"Nom": "Camille Durand", "Adresse e-mail": email, "Message": MESSAGE}, "Envoyer")
    await page.get_by_text("Votre message a bien été reçu").wait_for()

    assert sorted(entry.site for entry in village.stored(email)) == [
        "atelier-dubois",
        "northwind-cycles",
        "quincaillerie-roux",
        "studio-lumiere",
    ]


@pytest.mark.slow
async def test_the_traps_cannot_be_seen_and_the_cookie_wall_can(
    page: Page, village: Village, email: str
) -> None:
    await page.goto(village.url("garage-petit", "/contact"))
    assert not await page.locator("#gp-7").is_visible()
    box = await page.locator("#hp-nom").bounding_box()
    assert box is not None
    assert box["x"] < 0

    await page.goto(village.url("greenleaf-landscapes", "/"))
    await page.get_by_role("button", name="Reject all").click()
    await page.get_by_role("link", name="Contact", exact=True).click()
    labels = {"Your name": "Camille Durand", "Your email": email, "Tell us about your garden": MESSAGE}
    await fill_in(page, labels, "Send")
    await page.get_by_text("Your message has been sent").wait_for()
    [stored] = village.stored(email)
    assert stored.cookies == "refused"


@pytest.mark.slow
async def test_the_frame_and_the_steps_work_for_a_person_with_a_browser(
    page: Page, village: Village, email: str
) -> None:
    await page.goto(village.url("harbour-dental", "/get-in-touch"))
    frame = page.frame_locator("iframe")
    await frame.get_by_label("Full name").fill("Camille Durand")
    await frame.get_by_label("Email address").fill(email)
    await frame.get_by_label("How can we help?").fill(MESSAGE)
    await frame.get_by_role("button").click()
    await frame.get_by_text("Your message has been sent").wait_for()

    await page.goto(village.url("hotel-des-tilleuls", "/demande"))
    await fill_in(page, {"Prénom": "Camille", "Nom": "Durand", "Adresse e-mail": email}, "Suivant")
    await page.get_by_role("combobox").select_option("Séminaire")
    await fill_in(page, {"Votre message": MESSAGE}, "Suivant")
    await page.get_by_role("button", name="Confirmer et envoyer").click()
    await page.get_by_text("Votre message a bien été envoyé").wait_for()
    assert [entry.site for entry in village.stored(email)] == ["harbour-dental", "hotel-des-tilleuls"]
