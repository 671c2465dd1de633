"""Lists that a person reads: right, paged, and read in a fixed number of queries."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import event, func, select, update

from shared.db import engine, transaction
from shared.errors import NotFound
from shared.models import Campaign, Draft, Lead, Message, Review, Submission
from shared.states import CampaignState, ReviewKind, State
from tests.integration.workers.commands import Terminal
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import sent_form, typed_address, understood, written
from workers.services import campaigns, drafts, ledger, progress, report, reviews
from workers.services.submitting import prepare

INTEREST = "Hello, this is very interesting. Please call me on Thursday at 10 so that we can get started."


@contextmanager
def counted() -> Iterator[list[str]]:
    """The statements that the block sends, without those that begin a transaction."""
    sent: list[str] = []

    def seen(_connection: object, _cursor: object, statement: str, *_: object) -> None:
        if not statement.startswith("BEGIN"):
            sent.append(statement)

    event.listen(engine(), "before_cursor_execute", seen)
    try:
        yield sent
    finally:
        event.remove(engine(), "before_cursor_execute", seen)


def answered(world: World, *domains: str) -> None:
    """Leads that answered and whose draft waits for a person."""
    for domain in domains:
        sent = sent_form(world, domain)
        understood(world, written(f"{INTEREST} {domain}", typed_address(world, sent), f"marie@{domain}"))
    with transaction(world.tenant) as session:
        waiting = session.scalars(select(Draft.id).where(Draft.state == State.QUEUED)).all()
    for draft in waiting:
        drafts.write(draft)


READERS: dict[str, Callable[[World], object]] = {
    "the review queue": lambda world: reviews.queue(world.tenant),
    "a campaign's leads": lambda world: progress.lead_lines(world.tenant, world.campaign),
    "every campaign": lambda world: progress.statuses(world.tenant),
    "the report": lambda world: report.render(world.tenant, world.campaign),
}


@pytest.mark.parametrize("reader", READERS)
def test_a_longer_list_takes_no_more_queries(world: World, reader: str) -> None:
    answered(world, "bakery.org")
    with counted() as few:
        READERS[reader](world)
    answered(world, "florist.org", "baker.net", "mill.org")
    with counted() as many:
        READERS[reader](world)
    assert len(many) == len(few) <= 8


def test_a_line_of_the_queue_says_who_what_and_how_worthy(world: World) -> None:
    answered(world, "bakery.org")
    (line,) = reviews.queue(world.tenant)
    assert (line.kind, line.company, line.subject) == (ReviewKind.REPLY, "Company bakery.org", "Your message")
    assert (line.label, line.intent) == ("HOT", "INTERESTED_NOW")
    assert line.priority > 10


def test_questions_about_forms_and_mails_stand_in_one_queue(world: World) -> None:
    answered(world, "bakery.org")
    sent = sent_form(world, "mill.org", State.CAPTCHA)
    with transaction(world.tenant) as session:
        session.add(
            Review(
                tenant_id=world.tenant, kind=ReviewKind.CAPTCHA, submission_id=sent.id, why="x", priority=5.0
            )
        )
    assert [line.company for line in reviews.queue(world.tenant)] == [
        "Company bakery.org",
        "Company mill.org",
    ]
    assert [line.company for line in reviews.queue(world.tenant, most=1)] == ["Company bakery.org"]
    assert reviews.waiting(world.tenant) == 2
    assert reviews.waiting(world.tenant, [ReviewKind.CAPTCHA]) == 1


def test_a_correction_moves_the_question_in_the_queue(world: World) -> None:
    answered(world, "bakery.org", "mill.org")
    first, second = reviews.queue(world.tenant)
    reviews.relabel(world.tenant, first.id, "eve@acme.example", "REQUEST_INFO")
    lines = reviews.queue(world.tenant)
    assert [line.id for line in lines] == [second.id, first.id]
    assert [(line.label, line.priority) for line in lines][1] == ("WARM", 6.0)


def test_a_lead_shows_what_a_person_wrote_over_the_copy_that_came_later(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    understood(world, written(INTEREST, typed_address(world, sent)))
    copy = written("We received your message.", typed_address(world, sent), Auto_Submitted="auto-generated")
    understood(world, copy.replace("<a1@", "<a2@"))
    (line,) = progress.lead_lines(world.tenant, world.campaign)
    assert (line.reply, line.label, line.draft) == ("person", "HOT", "queued")


def test_a_lead_that_nobody_answered_has_empty_words(world: World) -> None:
    world.add_leads("bakery.org")
    (line,) = progress.lead_lines(world.tenant, world.campaign)
    assert (line.reply, line.label, line.intent, line.draft, line.until) == ("", "", "", "", None)


def test_leads_come_in_pages_and_by_outcome(world: World) -> None:
    world.add_leads(*(f"site{n}.org" for n in range(7)))
    with transaction(world.tenant) as session:
        session.execute(
            update(Submission).where(Submission.domain == "site4.org").values(state=State.NO_FORM)
        )

    def read(**page: object) -> list[str]:
        return [line.domain for line in progress.lead_lines(world.tenant, world.campaign, **page)]  # type: ignore[arg-type]

    assert read(first=2, most=3) == ["site2.org", "site3.org", "site4.org"]
    assert read(first=6, most=3) == ["site6.org"]
    assert read(state=State.NO_FORM) == ["site4.org"]
    assert read(first=700) == []


def test_a_lead_that_is_held_says_why_and_until_when(world: World, terminal: Terminal) -> None:
    world.add_leads("bakery.org")
    campaigns.launch(world.tenant, world.campaign, "test")
    with transaction(world.tenant) as session:
        opens = (datetime.now(UTC) + timedelta(hours=2)).replace(minute=0, second=0, microsecond=0)
        hours = {"opens": opens.time(), "closes": opens.replace(minute=30).time(), "timezone": "UTC"}
        session.execute(update(Campaign).values(**hours))
    held = ledger.claim("browser", world.submissions()[0].id)
    assert held is not None
    assert prepare(held) is None
    (line,) = progress.lead_lines(world.tenant, world.campaign)
    assert (line.reason, line.until) == ("hours", opens)
    (told,) = terminal.ask("campaign", "status", world.campaign, "--leads")["leads"]
    assert told["detail"] == f"Sending opens at {opens:%H:%M} (UTC)."
    assert "Sending opens at" in terminal.type("campaign", "status", world.campaign, "--leads")


def test_the_status_says_why_a_campaign_stopped_and_what_came_back(world: World, terminal: Terminal) -> None:
    world.add_leads("bakery.org")
    why = "Paused by itself: 9 of the last 22 were rejected."
    with transaction(world.tenant) as session:
        session.execute(update(Campaign).values(state=CampaignState.PAUSED, paused_because=why))
    assert why in terminal.type("campaign", "status", world.campaign)
    told = terminal.ask("campaign", "status", world.campaign)
    assert told["campaign"]["paused_because"] == why
    assert told["window"] == {"sent": 0, "rejected": 0, "bounced": 0, "complained": 0}


def test_a_report_says_how_many_leads_it_leaves_out(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "MOST", 2)
    world.add_leads("one.org", "two.org", "three.org")
    page = report.render(world.tenant, world.campaign)
    assert "1 more leads are not in this report." in page
    assert "three.org" not in page


def test_reading_a_campaign_that_is_not_there_is_refused(world: World, terminal: Terminal) -> None:
    with pytest.raises(NotFound):
        progress.lead_lines(world.tenant, "winter")
    assert "no campaign 'winter'" in terminal.refused("campaign", "status", "winter", "--leads")
    assert "most" in terminal.misused("campaign", "status", world.campaign, "--most", "0")
    assert "state" in terminal.misused("campaign", "status", world.campaign, "--state", "happy")


def test_an_ambiguous_mail_is_shown_with_its_contenders_and_assigned(
    world: World, terminal: Terminal
) -> None:
    first, second = sent_form(world, "bakery.org"), sent_form(world, "bakery-two.org")
    quoted = "".join(
        f"> Hello Company {d}, may we talk about your roof?\n" for d in ("bakery.org", "bakery-two.org")
    )
    letter = f"{INTEREST}\n\nOn Monday you wrote:\n{quoted}"
    message = understood(world, written(letter, "camille@soleil.example", "x@freemail.example"))
    (line,) = reviews.queue(world.tenant)
    shown = terminal.type("review", "show", line.id)
    for lead in (first, second):
        assert str(lead.lead_id) in shown
    assert "Company bakery-two.org" in shown
    assert "no lead 999" in terminal.refused("review", "assign", line.id, 999)
    terminal.type("review", "assign", line.id, second.lead_id)
    with transaction(world.tenant) as session:
        row = session.get_one(Message, message.id)
        assert (row.state, row.conversation_id is not None) == (State.QUEUED, True)
    assert "decided it already" in terminal.refused("review", "assign", line.id, second.lead_id)


def test_an_unproven_form_is_shown_and_settled_from_the_command_line(
    world: World, terminal: Terminal
) -> None:
    sent = sent_form(world, "bakery.org", State.UNKNOWN)
    with transaction(world.tenant) as session:
        review = Review(tenant_id=world.tenant, kind=ReviewKind.UNKNOWN, submission_id=sent.id, why="it died")
        session.add(review)
        session.flush()
        number = review.id
    assert "Company bakery.org (bakery.org): it died" in terminal.type("review", "show", number)
    terminal.type("review", "settle", number, "--not-sent")
    with transaction(world.tenant) as session:
        assert session.get_one(Submission, sent.id).state is State.NOT_SENT
        assert session.scalar(select(func.count()).select_from(Lead)) == 1
    assert "somebody decided it already" in terminal.refused("review", "settle", number, "--sent")


def test_a_review_that_never_was_is_said_to_be_none(world: World, terminal: Terminal) -> None:
    lead = sent_form(world, "bakery.org").lead_id
    for words in (("settle", 999, "--sent"), ("reject", 999), ("assign", 999, lead)):
        assert "There is no review 999: it never was" in terminal.refused("review", *words)


def test_a_time_zone_without_hours_is_refused(world: World, terminal: Terminal, tmp_path: Path) -> None:
    letter = tmp_path / "letter.txt"
    letter.write_text("Hello {{ company }}")
    words = ("campaign", "create", "autumn", "--subject", "A word", "--message", letter)
    assert "give --hours too" in terminal.misused(*words, "--timezone", "America/Lima")
    terminal.type(*words, "--timezone", "America/Lima", "--hours", "08:30-18:00")
    with transaction(world.tenant) as session:
        made = session.scalars(select(Campaign).where(Campaign.name == "autumn")).one()
    assert (made.timezone, str(made.opens)) == ("America/Lima", "08:30:00")


@pytest.mark.parametrize(
    ("engine", "file"), [("replies", "reply_gold.jsonl"), ("bounces", "bounce_gold.jsonl")]
)
def test_a_folder_without_cases_measures_nothing(
    terminal: Terminal, tmp_path: Path, engine: str, file: str
) -> None:
    assert f"holds no {file}" in terminal.refused("measure", engine, tmp_path)


def test_a_script_reads_the_queue_as_json(world: World, terminal: Terminal) -> None:
    answered(world, "bakery.org")
    (line,) = terminal.ask("review", "list")
    assert json.dumps(line)
    assert (line["label"], line["company"]) == ("HOT", "Company bakery.org")
