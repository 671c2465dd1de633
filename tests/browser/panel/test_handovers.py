"""Forms and mails that machines leave to a person."""

import pytest
from playwright.sync_api import Page, expect

from shared.db import transaction
from shared.models import Outgoing, Review, Submission
from shared.states import State
from tests.browser.panel.conftest import Enter
from tests.browser.panel.farm import Farm, action, webp
from workers.panel import show

NASTY = "**Name** [x](http://evil.example)"


def submission(farm: Farm, review: int) -> Submission:
    with transaction(farm.tenant_id) as session:
        return session.get_one(Submission, session.get_one(Review, review).submission_id)


def settled(page: Page) -> None:
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()


def test_a_form_behind_a_captcha_shows_its_page_and_values_and_is_sent_by_hand(
    enter: Enter, farm: Farm
) -> None:
    number = farm.captcha(
        "Walled Garden", [action("Votre nom", "Anna Martin"), action(NASTY, "anna+k7@x.example")]
    )
    before = submission(farm, number)
    page = enter(farm.reviewer, "Handed over")
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()
    for shown in (before.page_url, "Anna Martin", "anna+k7@x.example"):
        expect(page.locator("code", has_text=shown)).to_be_visible()
    expect(page.get_by_text(NASTY)).to_be_visible()
    expect(page.get_by_role("link", name="Open the page")).to_have_attribute("href", before.page_url)
    page.get_by_role("button", name="I sent it").click()
    settled(page)
    after = submission(farm, number)
    assert (after.state, after.reason) == (State.SENT, "person")


def test_a_page_that_no_machine_saw_beyond_its_wall_still_gives_the_values_to_paste(
    enter: Enter, farm: Farm
) -> None:
    number = farm.captcha("Walled Garden")
    before = submission(farm, number)
    page = enter(farm.reviewer, "Handed over")
    expect(page.locator("code", has_text=f"+{before.token}@")).to_be_visible()
    page.get_by_role("button", name="Give up").click()
    settled(page)
    assert submission(farm, number).state is State.CANCELLED


def test_missing_answers_are_asked_by_question_and_queue_the_form_again(enter: Enter, farm: Farm) -> None:
    farm.missing_answer(
        "Clinique du Parc",
        [{"label": NASTY, "options": []}, {"label": "Service", "options": ["Accueil", "Direction"]}],
    )
    page = enter(farm.reviewer, "Handed over")
    expect(page.get_by_text(NASTY)).to_be_visible()
    page.get_by_label("Answer 1").fill("12345")
    page.get_by_label("Answer 2").click()
    page.get_by_role("option", name="Direction").click()
    page.get_by_role("button", name="Answer and queue again").click()
    settled(page)
    with transaction(farm.tenant_id) as session:
        [row] = session.query(Submission)
    assert row.state is State.QUEUED
    assert row.answers == {NASTY: "12345", "Service": "Direction"}


@pytest.mark.parametrize(
    ("button", "state"), [("It was sent", State.SENT), ("It was not sent", State.NOT_SENT)]
)
def test_a_person_settles_an_outcome_that_nothing_proves(
    enter: Enter, farm: Farm, button: str, state: State
) -> None:
    number = farm.unproven("Domaine des Aulnes")
    page = enter(farm.reviewer, "Handed over")
    expect(page.get_by_text("The page stayed silent.")).to_be_visible()
    page.get_by_role("button", name=button).click()
    settled(page)
    assert submission(farm, number).state is state


def test_a_mail_whose_fate_is_unknown_is_settled_too(enter: Enter, farm: Farm) -> None:
    farm.unproven_mail(farm.reply("Musée du Livre", "D'accord."))
    page = enter(farm.reviewer, "Handed over")
    expect(page.locator("code", has_text="volontiers")).to_be_visible()
    page.get_by_role("button", name="It was sent").click()
    settled(page)
    with transaction(farm.tenant_id) as session:
        assert session.query(Outgoing).one().state is State.SENT


def test_an_address_that_is_none_of_the_web_gets_no_button(enter: Enter, farm: Farm) -> None:
    number = farm.captcha("Trap")
    with transaction(farm.tenant_id) as session:
        row = session.get_one(Submission, session.get_one(Review, number).submission_id)
        row.page_url = "javascript:alert(1)"
    page = enter(farm.reviewer, "Handed over")
    expect(page.locator("code", has_text="javascript:alert(1)")).to_be_visible()
    expect(page.get_by_role("link", name="Open the page")).to_have_count(0)


@pytest.mark.parametrize(
    "body",
    [b"", b"<svg onload=alert(1)>", b"GIF89a\x01\x00\x01\x00\x00\x00\x00;", webp()[:200], webp(9000, 9000)],
)
def test_only_whole_pictures_of_a_known_kind_and_a_bearable_size_are_shown(body: bytes) -> None:
    assert not show.readable(body)
    assert show.readable(webp())
