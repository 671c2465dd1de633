"""What an operator looks after: people, mailboxes, poison, and campaigns that stopped or are long."""

import re
from datetime import UTC, datetime

from playwright.sync_api import expect
from sqlalchemy import insert, select, update

from shared.db import transaction
from shared.models import (
    AuditEntry,
    Campaign,
    Conversation,
    Lead,
    Mailbox,
    Message,
    Review,
    Submission,
)
from shared.states import CampaignState, ReviewKind, Role, State
from tests.browser.panel.conftest import Enter
from tests.browser.panel.farm import PASSWORD, Farm
from workers.services import accounts, mailboxes


def actions(farm: Farm) -> list[str]:
    with transaction(farm.tenant_id) as session:
        query = select(AuditEntry.action).where(AuditEntry.actor == farm.operator)
        return list(session.scalars(query.order_by(AuditEntry.id)))


def test_a_disabled_user_is_logged_out_and_stays_out(enter: Enter, farm: Farm) -> None:
    farm.reply("Librairie Passages", "Quel est votre prix ?")
    theirs = enter(farm.reviewer)
    expect(theirs.locator(".title")).to_have_text("Librairie Passages")
    ours = enter(farm.operator, "Users")
    row = ours.locator("[class*=st-key-user]").filter(has_text=farm.reviewer)
    row.get_by_role("button", name="Disable").click()
    expect(row).to_contain_text("disabled")
    expect(theirs.get_by_role("button", name="Log in")).to_be_visible()
    expect(theirs.get_by_text("Librairie Passages")).to_have_count(0)
    assert accounts.log_in(farm.reviewer, PASSWORD) is None
    assert actions(farm) == ["disable"]


def test_the_only_operator_cannot_be_disabled(enter: Enter, farm: Farm) -> None:
    page = enter(farm.operator, "Users")
    row = page.locator("[class*=st-key-user]").filter(has_text=farm.operator)
    row.get_by_role("button", name="Disable").click()
    expect(page.get_by_role("alert")).to_contain_text("is the only operator")
    assert accounts.log_in(farm.operator, PASSWORD) is not None


def test_a_new_role_counts_at_the_next_touch(enter: Enter, farm: Farm) -> None:
    page = enter(farm.reviewer, "Campaigns")
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)
    accounts.set_role(farm.tenant_id, farm.reviewer, Role.OPERATOR, "test")
    expect(page.get_by_role("link", name="Audit")).to_be_visible()


def test_a_reviewer_sees_neither_users_nor_quarantine(enter: Enter, farm: Farm) -> None:
    page = enter(farm.reviewer)
    expect(page.get_by_role("link", name="Mailboxes")).to_be_visible()
    for name in ("Users", "Quarantine"):
        expect(page.get_by_role("link", name=name)).to_have_count(0)


def test_poison_is_tried_once_more_or_given_up(enter: Enter, farm: Farm) -> None:
    told = {"armed_at": None, "deaths": 3, "ended_at": datetime.now(UTC), "detail": "ValueError: surprise"}
    first = farm.contact("Librairie Passages", State.QUARANTINED, **told)
    second = farm.contact("Domaine des Aulnes", State.QUARANTINED, **told)
    page = enter(farm.operator, "Quarantine")
    expect(page.get_by_text("Librairie Passages")).to_be_visible()
    expect(page.get_by_text("ValueError: surprise")).to_have_count(2)
    page.get_by_role("button", name="Try once more").first.click()
    expect(page.get_by_text("Librairie Passages")).to_have_count(0)
    expect(page.get_by_role("button", name="Give up")).to_have_count(1)
    page.get_by_role("button", name="Give up").click()
    expect(page.get_by_text("Nothing is in quarantine.")).to_be_visible()
    with transaction(farm.tenant_id) as session:
        states = [session.get_one(Submission, one.submission_id).state for one in (first, second)]
    assert states == [State.QUEUED, State.CANCELLED]


def test_a_held_mailbox_says_why_and_an_operator_resumes_it(enter: Enter, farm: Farm) -> None:
    why = "4 of the last 30 bounced (13%; the limit is 10%)."
    with transaction(farm.tenant_id) as session:
        session.execute(update(Mailbox).values(held_because=why))
    page = enter(farm.reviewer, "Mailboxes")
    expect(page.locator(".campaign")).to_contain_text(why)
    expect(page.locator(".campaign")).to_contain_text("0 of 20 sent today")
    expect(page.get_by_role("button", name="Resume")).to_have_count(0)
    page = enter(farm.operator, "Mailboxes")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator(".campaign")).not_to_contain_text(why)
    (standing,) = mailboxes.standings(farm.tenant_id)
    assert standing.held_because == ""


def test_a_campaign_that_stopped_says_why(enter: Enter, farm: Farm) -> None:
    farm.contact("Librairie Passages", State.REJECTED)
    why = "Paused by itself: 9 of the last 20 were rejected (45%; the limit is 40%)."
    with transaction(farm.tenant_id) as session:
        session.execute(update(Campaign).values(state=CampaignState.PAUSED, paused_because=why))
    page = enter(farm.operator, "Campaigns")
    expect(page.locator(".campaign")).to_contain_text(why)
    page.get_by_role("button", name="Launch").click()
    expect(page.locator(".campaign")).not_to_contain_text(why)


def test_a_long_campaign_is_read_a_page_at_a_time(enter: Enter, farm: Farm) -> None:
    common = {"tenant_id": farm.tenant_id, "campaign_id": farm.campaign_id}
    names = [f"{farm.slug}-{n}.example" for n in range(250)]
    leads = [
        {**common, "company": f"Company {n}", "website": f"https://{name}", "domain": name, "language": "fr"}
        for n, name in enumerate(names)
    ]
    with transaction(farm.tenant_id) as session:
        ids = session.scalars(insert(Lead).returning(Lead.id), leads).all()
        rows = [
            {**common, "lead_id": i, "domain": name, "token": f"{farm.slug[-8:]}{i}"[-20:]}
            for i, name in zip(ids, names, strict=True)
        ]
        session.execute(insert(Submission), rows)
    page = enter(farm.reviewer, "Campaigns")
    cells = page.get_by_test_id("stDataFrame").locator("[role=gridcell]")
    expect(cells.filter(has_text=re.compile("^Company 0$"))).to_have_count(1)
    page.get_by_label("Page of 3").fill("3")
    page.get_by_label("Page of 3").press("Enter")
    expect(cells.filter(has_text=re.compile("^Company 200$"))).to_have_count(1)
    expect(cells.filter(has_text=re.compile("^Company 0$"))).to_have_count(0)


def test_the_leads_that_an_ambiguous_mail_may_be_from_are_shown_to_pick_one(enter: Enter, farm: Farm) -> None:
    letters = {
        name: f"Bonjour {name}, parlons de la toiture de votre atelier." for name in ("Lune", "Soleil")
    }
    contacts = {name: farm.contact(f"Mairie de {name}", message=letter) for name, letter in letters.items()}
    quoted = "".join(f"> {letter}\r\n" for letter in letters.values())
    head = "From: x@freemail.example\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n"
    raw = f"{head}Oui !\r\n\r\nLe 3 mars, vous avez écrit :\r\n{quoted}".encode()
    message = farm.mail("Oui !", raw=raw, from_address="x@freemail.example")
    farm.add(Review, kind=ReviewKind.ATTRIBUTION, message_id=message, why="It may be from two.")
    page = enter(farm.reviewer)
    for name in letters:
        expect(page.locator(".facts", has_text=f"Mairie de {name}")).to_be_visible()
    option = page.locator(".facts", has_text="Mairie de Soleil").locator("xpath=ancestor::*[.//button][1]")
    option.get_by_role("button", name="It is theirs").click()
    expect(page.get_by_text("Nothing waits for you.")).to_be_visible()
    with transaction(farm.tenant_id) as session:
        mail = session.get_one(Message, message)
        lead = session.get_one(Conversation, mail.conversation_id).lead_id
    assert lead == contacts["Soleil"].lead_id
