"""The forms take what a person would send and refuse the rest."""

import asyncio

import aiohttp
import pytest

from tests.integration.village.visits import get, inbox, send
from tests.village.intake import DEMANDS
from tests.village.programs import Village
from tests.village.scenario import BY_NAME, MAIL_DOMAIN, SITES
from tests.village.visitor import by_person, target

WITH_FORM = [site.name for site in SITES if site.outcome.state not in ("no_form", "unreachable")]


@pytest.mark.parametrize("name", WITH_FORM)
async def test_a_form_takes_what_a_person_sends_and_stores_it_once(
    web: aiohttp.ClientSession, village: Village, email: str, name: str
) -> None:
    fields = by_person(name, email)
    status, _ = await send(web, village, name, fields)
    assert status == 200
    [stored] = village.stored(email)
    assert (stored.site, stored.form) == (name, "contact")
    assert stored.fields == fields


@pytest.mark.parametrize("name", WITH_FORM)
async def test_a_form_refuses_to_go_without_what_it_requires(
    web: aiohttp.ClientSession, village: Village, email: str, name: str
) -> None:
    for field in DEMANDS[BY_NAME[name].form].required:
        status, text = await send(web, village, name, {**by_person(name, email), field: ""})
        assert status == 422 or '"validation_failed"' in text, field
    assert village.stored(email) == []


@pytest.mark.parametrize(
    ("name", "wrong"),
    [
        ("fairway-accounting", {"privacy": ""}),
        ("fleurs-de-provence", {"g-recaptcha-response": ""}),
        ("fleurs-de-provence", {"g-recaptcha-response": "03AFcWeA-guessed"}),
        ("optique-clairvue", {"email2": f"somebody@{MAIL_DOMAIN}"}),
        ("optique-clairvue", {"telephone": "+33 6 39 98 12 34"}),
        ("atelier-dubois", {"your-subject": "Vente"}),
        ("boulangerie-martin", {"courriel": "camille at home"}),
    ],
)
async def test_a_form_refuses_what_is_wrong_and_stores_nothing(
    web: aiohttp.ClientSession, village: Village, email: str, name: str, wrong: dict[str, str]
) -> None:
    before = village.journal.counts()[name]
    status, text = await send(web, village, name, {**by_person(name, email), **wrong})
    assert status == 422 or '"validation_failed"' in text
    assert village.journal.counts()[name] == before


@pytest.mark.parametrize("trap", ["nom", "gp-7"])
async def test_a_filled_trap_shows_success_but_stores_nothing_and_nobody_writes(
    web: aiohttp.ClientSession, village: Village, email: str, trap: str
) -> None:
    status, text = await send(
        web, village, "garage-petit", {**by_person("garage-petit", email), trap: "Camille Durand"}
    )
    assert status == 200
    assert "Votre message a bien été envoyé" in text
    await asyncio.sleep(0.3)
    assert village.stored(email) == []
    assert inbox(village, email) == []


async def test_contact_form_7_answers_with_its_feedback(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    fields = by_person("atelier-dubois", email)
    async with web.post(target(village, "atelier-dubois"), data={**fields, "your-subject": ""}) as answer:
        refused = await answer.json()
    assert refused["status"] == "validation_failed"
    assert [wrong["field"] for wrong in refused["invalid_fields"]] == ["your-subject"]
    async with web.post(target(village, "atelier-dubois"), data=fields) as answer:
        assert (await answer.json())["status"] == "mail_sent"


async def test_a_newsletter_sign_up_is_a_stray_and_no_message(
    web: aiohttp.ClientSession, village: Village, email: str
) -> None:
    before = village.journal.counts()["librairie-du-parc"]
    await web.post(village.url("librairie-du-parc", "/newsletter"), data={"newsletter_email": email})
    assert [stray.form for stray in village.journal.strays() if email in stray.fields.values()] == [
        "newsletter"
    ]
    assert village.journal.counts()["librairie-du-parc"] == before


@pytest.mark.parametrize("name", WITH_FORM)
async def test_the_page_has_every_field_that_a_person_fills(
    web: aiohttp.ClientSession, village: Village, email: str, name: str
) -> None:
    company = BY_NAME[name].company
    page = await get(web, village.url(name, company.contact_page[0]))
    if name == "harbour-dental":
        page = await get(web, target(village, name))
    fields = by_person(name, email)
    if name == "hotel-des-tilleuls":
        async with web.post(target(village, name), data={**fields, "etape": "1"}) as second_step:
            page += await second_step.text()
    assert all(f' name="{field}"' in page for field in fields)


@pytest.mark.parametrize(("step", "field"), [("1", "email"), ("2", "objet")])
async def test_a_step_that_lacks_something_leads_no_further(
    web: aiohttp.ClientSession, village: Village, email: str, step: str, field: str
) -> None:
    fields = {**by_person("hotel-des-tilleuls", email), "etape": step}
    async with web.post(target(village, "hotel-des-tilleuls"), data={**fields, field: ""}) as answer:
        assert answer.status == 422
        assert f"Étape {step} sur 3" in await answer.text()
    async with web.post(target(village, "hotel-des-tilleuls"), data=fields) as answer:
        assert f"Étape {int(step) + 1} sur 3" in await answer.text()
