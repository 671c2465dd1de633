"""A person decides on a flagged reply, in a real browser; what counts is what the rows say after it."""

import re

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select

from classifiers.labels import Intent
from shared.db import transaction
from shared.models import (
    AuditEntry,
    Base,
    Classification,
    Conversation,
    Message,
    Outgoing,
    Review,
    Suppression,
)
from shared.states import ReviewKind, ReviewState
from tests.browser.panel.conftest import Enter
from tests.browser.panel.farm import Farm

NASTY = "<script>document.title='owned'</script> **bold** [click](http://evil.example) ![x](http://evil.example/x.png)"


def rows(farm: Farm, model: type[Base]) -> list:
    with transaction(farm.tenant_id) as session:
        return list(session.scalars(select(model).order_by(model.id)))


def review(farm: Farm, number: int) -> Review:
    with transaction(farm.tenant_id) as session:
        return session.get_one(Review, number)


def card(page: Page, company: str) -> None:
    page.locator("[class*=st-key-card]").filter(has_text=company).get_by_role("button", name="Open").click()
    page.locator(".title", has_text=company).wait_for()


def test_an_edited_answer_is_approved_as_it_was_edited_and_by_whom(enter: Enter, farm: Farm) -> None:
    number = farm.reply("Librairie Passages", "Quel est votre prix ?")
    page = enter(farm.reviewer)
    page.get_by_label("Answer", exact=True).fill("Bonjour,\n\nvoici notre prix : sur devis.\n\nAnna Martin")
    page.get_by_label("Subject").fill("Re: notre devis")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    [mail] = rows(farm, Outgoing)
    assert mail.body == "Bonjour,\n\nvoici notre prix : sur devis.\n\nAnna Martin"
    assert mail.approved_by == farm.reviewer
    assert review(farm, number).state is ReviewState.APPROVED
    entry = next(one for one in rows(farm, AuditEntry) if one.action == "approve")
    assert (entry.actor, entry.subject, entry.facts) == (farm.reviewer, f"review {number}", {"edited": True})


def test_an_empty_answer_is_refused_in_one_sentence(enter: Enter, farm: Farm) -> None:
    number = farm.reply("Librairie Passages", "Quel est votre prix ?")
    page = enter(farm.reviewer)
    page.get_by_label("Answer", exact=True).fill("   ")
    page.get_by_role("button", name="Approve and send").click()
    expect(page.get_by_role("alert")).to_contain_text("An answer has between 1 and")
    assert rows(farm, Outgoing) == []
    assert review(farm, number).state is ReviewState.OPEN


def test_a_rejected_draft_sends_nothing_and_the_next_one_opens(enter: Enter, farm: Farm) -> None:
    number = farm.reply("Librairie Passages", "Non merci.", intent=Intent.POLITE_DECLINE, priority=9.0)
    farm.reply("Domaine des Aulnes", "Peut-être.", priority=1.0)
    page = enter(farm.reviewer)
    expect(page.locator(".title")).to_have_text("Librairie Passages")
    page.get_by_role("button", name="Send nothing").click()
    expect(page.locator(".title")).to_have_text("Domaine des Aulnes")
    assert rows(farm, Outgoing) == []
    assert review(farm, number).state is ReviewState.REJECTED


def correct(page: Page, choice: str) -> None:
    page.get_by_label("What it really says").click()
    page.get_by_role("option", name=choice).click()
    page.get_by_role("button", name="Correct").click()


def test_a_correction_is_kept_as_a_label_by_that_person(enter: Enter, farm: Farm) -> None:
    number = farm.reply("Librairie Passages", "Rappelez-moi en mars.", intent=Intent.REQUEST_PRICE)
    page = enter(farm.reviewer)
    correct(page, "WARM · Interested later")
    expect(page.get_by_text(f"Corrected by {farm.reviewer}")).to_be_visible()
    said = rows(farm, Classification)[-1]
    assert (said.label, said.intent, said.by, said.model) == (
        "WARM",
        "INTERESTED_LATER",
        farm.reviewer,
        "person",
    )
    assert review(farm, number).state is ReviewState.OPEN


def test_a_correction_to_opt_out_suppresses_the_writer_and_their_company(enter: Enter, farm: Farm) -> None:
    farm.reply("Librairie Passages", "Laissez-nous.", from_address="marie@passages.example")
    page = enter(farm.reviewer)
    correct(page, "COLD · Opt-out")
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    values = {row.value for row in rows(farm, Suppression)}
    assert "marie@passages.example" in values
    assert len(values) == 2
    assert rows(farm, Conversation)[0].stopped


def test_what_a_mail_holds_is_shown_as_it_is(enter: Enter, farm: Farm) -> None:
    farm.reply(NASTY, NASTY, subject=NASTY, from_name=NASTY, violations=[NASTY], why=NASTY)
    page = enter(farm.reviewer)
    asked: list[str] = []
    page.on("request", lambda request: asked.append(request.url))
    expect(page.locator(".said").last).to_have_text(NASTY)
    for place in (".title", ".below", ".card b", ".card .about", ".card .why", ".bullets li"):
        expect(page.locator(place).first).to_contain_text(NASTY)
    main = page.get_by_test_id("stMain")
    expect(main.locator("a[href*=evil], img[src*=evil], strong, script")).to_have_count(0)
    page.wait_for_timeout(500)
    assert page.title() != "owned"
    assert not [url for url in asked if "evil" in url]


def test_the_reasons_stand_beside_the_decision(enter: Enter, farm: Farm) -> None:
    from classifiers.model import Classifier

    said = Classifier.load().predict(["Combien coûte une reliure ?"])[0]
    cited = farm.passage("Tarifs", "Une reliure coûte 180 €.")
    farm.reply(
        "Librairie Passages",
        "Combien coûte une reliure ?",
        intent=said.intent,
        model=said.version,
        probabilities={one.value: share for one, share in said.intent_probabilities.items()},
        doubts=["low_confidence"],
        passages=[cited],
        violations=["price: 450 €"],
    )
    page = enter(farm.reviewer)
    expect(page.locator(".bullets")).to_contain_text("price: 450 €")
    expect(page.get_by_text("the model is unsure")).to_be_visible()
    expect(page.locator(".share").first).to_contain_text("Request price")
    expect(page.locator(".facts")).to_contain_text("token (99%)")
    page.get_by_text("What it leans on · 1").click()
    expect(page.get_by_text("Une reliure coûte 180 €.")).to_be_visible()
    expect(page.get_by_text(f"Words that spoke most for {said.label.value}")).to_be_visible()


@pytest.mark.slow
def test_the_queue_refreshes_itself_and_keeps_an_edit_in_progress(enter: Enter, farm: Farm) -> None:
    farm.reply("Librairie Passages", "Quel est votre prix ?")
    page = enter(farm.reviewer)
    answer = page.get_by_label("Answer", exact=True)
    answer.click()
    answer.press_sequentially("Half a sentence, ")
    farm.reply("Domaine des Aulnes", "Moi aussi !", priority=9.0)
    expect(page.locator(".card").first).to_contain_text("Domaine des Aulnes")
    answer.press_sequentially("and the rest")
    expect(page.locator(".title")).to_have_text("Librairie Passages")
    card(page, "Domaine des Aulnes")
    card(page, "Librairie Passages")
    # While a page is drawn anew, Streamlit keeps the editor that goes below the one that comes.
    expect(answer.first).to_have_value(re.compile("Half a sentence, and the rest"))


def test_two_people_who_decide_at_once_do_not_both_act(enter: Enter, farm: Farm) -> None:
    farm.reply("Librairie Passages", "Quel est votre prix ?")
    first, second = enter(farm.reviewer), enter(farm.operator)
    first.get_by_role("button", name="Approve and send").click()
    expect(first.get_by_text("Nothing waits for you.")).to_be_visible()
    second.get_by_role("button", name="Send nothing").click()
    expect(
        second.get_by_text("somebody decided it already").or_(second.get_by_text("Approved by"))
    ).to_be_visible()
    assert len(rows(farm, Outgoing)) == 1


def test_another_tenants_replies_are_not_seen(enter: Enter, farm: Farm) -> None:
    stranger = Farm()
    stranger.reply("Their own company", "Our secret")
    page = enter(farm.operator)
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    expect(page.get_by_text("Their own company")).to_have_count(0)


def test_an_ambiguous_mail_is_given_to_the_lead_that_a_person_names(enter: Enter, farm: Farm) -> None:
    contact = farm.contact("Mairie de Lune", domain="mairie-lune.example")
    farm.contact("Mairie de Lune, archives")
    message = farm.mail("Oui, appelez-moi.", from_address="accueil@elsewhere.example")
    farm.add(Review, kind=ReviewKind.ATTRIBUTION, message_id=message, why="It may be from two.", priority=3.0)
    page = enter(farm.reviewer)
    page.get_by_label("Another lead").fill("mairie-lune.example")
    page.get_by_label("Another lead").press("Enter")
    page.get_by_role("button", name="It is theirs").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    with transaction(farm.tenant_id) as session:
        mail = session.get_one(Message, message)
        assert session.get_one(Conversation, mail.conversation_id).lead_id == contact.lead_id
    assert any(one.action == "assign" and one.actor == farm.reviewer for one in rows(farm, AuditEntry))
