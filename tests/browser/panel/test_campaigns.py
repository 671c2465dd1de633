"""Campaigns, suppressions and the audit log, and who may touch them."""

import re
from contextlib import suppress

from playwright.sync_api import Page, expect

from shared.db import transaction
from shared.models import Campaign, Suppression
from shared.states import CampaignState, State
from tests.browser.panel.conftest import Enter
from tests.browser.panel.farm import Farm
from workers.services import suppressions


def state(farm: Farm) -> CampaignState:
    with transaction(farm.tenant_id) as session:
        return session.get_one(Campaign, farm.campaign_id).state


def pick_first_row(page: Page) -> None:
    """Rows are drawn on a canvas: the box that chooses one has a place, not an element."""
    table = page.get_by_test_id("stDataFrame").locator(".dvn-scroller")
    table.wait_for()
    page.wait_for_timeout(500)
    table.click(position={"x": 16, "y": 52})


def press_until(page: Page, name: str, said: str) -> None:
    """Press as a person does: Streamlit may drop a click that comes while the page is drawn anew."""
    for _ in range(4):
        page.get_by_role("button", name=name).click()
        with suppress(AssertionError):
            expect(page.get_by_text(said)).to_be_visible(timeout=8_000)
            return
    raise AssertionError(f"{name} was pressed in vain")


def test_an_operator_launches_and_pauses(enter: Enter, farm: Farm) -> None:
    farm.contact("Librairie Passages", State.QUEUED)
    page = enter(farm.operator, "Campaigns")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_text("Launched.")).to_be_visible()
    assert state(farm) is CampaignState.RUNNING
    press_until(page, "Pause", "what is under way ends")
    assert state(farm) is CampaignState.PAUSED


def test_a_campaign_without_a_lead_is_not_launched_and_says_why(enter: Enter, farm: Farm) -> None:
    page = enter(farm.operator, "Campaigns")
    page.get_by_role("button", name="Launch").click()
    expect(page.get_by_role("alert")).to_contain_text("has no lead yet")
    assert state(farm) is CampaignState.DRAFT


def test_a_reviewer_sees_progress_but_no_switch_and_no_audit(enter: Enter, farm: Farm) -> None:
    farm.contact("Librairie Passages", State.SENT)
    farm.contact("Domaine des Aulnes", State.NO_FORM)
    page = enter(farm.reviewer, "Campaigns")
    expect(page.locator(".campaign")).to_contain_text("2 of 2 done")
    expect(page.locator(".campaign")).to_contain_text("1 sent · 1 no form")
    expect(page.get_by_role("button", name=re.compile("Launch|Pause"))).to_have_count(0)
    expect(page.get_by_role("link", name="Audit")).to_have_count(0)


def test_a_lead_of_the_table_shows_its_evidence(enter: Enter, farm: Farm) -> None:
    contact = farm.contact("Librairie Passages", detail="The page thanked us.")
    farm.picture(contact)
    page = enter(farm.reviewer, "Campaigns")
    pick_first_row(page)
    expect(page.get_by_text("The page thanked us.")).to_be_visible()
    expect(page.get_by_test_id("stImage").locator("img")).to_be_visible()


def test_the_report_is_one_html_file(enter: Enter, farm: Farm) -> None:
    farm.contact("Librairie Passages")
    page = enter(farm.reviewer, "Campaigns")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download the report").click()
    content = download.value.path().read_text()
    assert "Librairie Passages" in content
    assert content.lstrip().startswith("<!")


def test_anybody_suppresses_and_nonsense_is_refused(enter: Enter, farm: Farm) -> None:
    page = enter(farm.reviewer, "Suppressions")
    page.get_by_label("Address or domain").fill("no such thing")
    page.get_by_role("button", name="Suppress").click()
    expect(page.get_by_role("alert")).to_contain_text("neither a mail address nor a domain")
    page.get_by_label("Address or domain").fill("Paul@Petit.example")
    page.get_by_label("Why").fill("by phone")
    page.get_by_role("button", name="Suppress").click()
    page.get_by_test_id("stDataFrame").wait_for()
    assert [(row.value, row.why) for row in suppressions.listed(farm.tenant_id)] == [
        ("paul@petit.example", "by phone")
    ]


def test_only_an_operator_lifts_a_suppression(enter: Enter, farm: Farm) -> None:
    farm.add(Suppression, value="paul@petit.example", why="by phone")
    lift = "Lift this suppression"
    page = enter(farm.reviewer, "Suppressions")
    pick_first_row(page)
    page.wait_for_timeout(1000)
    expect(page.get_by_role("button", name=lift)).to_have_count(0)
    page = enter(farm.operator, "Suppressions")
    pick_first_row(page)
    page.get_by_role("button", name=lift).click()
    expect(page.get_by_text("Nobody is suppressed.")).to_be_visible()
    assert suppressions.listed(farm.tenant_id) == []


def test_the_audit_log_shows_an_operator_who_did_what(enter: Enter, farm: Farm) -> None:
    suppressions.add(farm.tenant_id, "paul@petit.example", "", farm.reviewer)
    page = enter(farm.operator, "Audit")
    table = page.get_by_test_id("stDataFrame")
    table.wait_for()
    expect(table.locator("[role=gridcell]").nth(2)).to_have_text("suppress")
