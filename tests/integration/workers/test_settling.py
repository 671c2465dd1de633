"""Outcomes that nothing proved settle themselves from what was kept; the rest is a person's."""

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import asdict
from datetime import timedelta
from email.utils import formatdate

import pytest
from prometheus_client import REGISTRY
from sqlalchemy import func, select, update

from browser.outcome.values import Exchange
from inbox.mailbox import Account
from shared.db import EVERY_TENANT, transaction
from shared.models import Draft, Mailbox, Outgoing, Review, Submission
from shared.settings import settings
from shared.states import ReviewKind, State
from tests.integration.mail.providers import imap_account, mail
from tests.integration.mail.relay import relay
from tests.integration.mail.servers import ImapServer, Postbox
from tests.integration.workers.conftest import World, build
from tests.integration.workers.letters import DSN, arrive, sent_form, typed_address, understood, written
from workers.services import campaigns, ledger, mailboxes, replies, reviews, settling
from workers.services import mail as polling

INTEREST = "Hello, this is very interesting. Please call me on Thursday at 10 so that we can get started."


def died(world: World, domain: str, exchange: Exchange | None = None, **values: object) -> int:
    """A submission whose worker died past the point of no return, and what it journalled before."""
    row = next(row for row in world.add_leads(domain) if row.domain == domain)
    campaigns.launch(world.tenant, world.campaign, "test")
    held = ledger.claim("browser", row.id)
    assert held is not None
    with transaction(world.tenant) as session:
        ledger.arm(session, held, message=f"Hello Company {domain}, may we talk about your roof?", **values)
        if exchange:
            ledger.note(session, held, exchange=asdict(exchange))
    expire(Submission, "browser")
    return row.id


def expire(table: type[Submission] | type[Outgoing], queue: str) -> None:
    with transaction(EVERY_TENANT) as session:
        past = func.now() - timedelta(seconds=1)
        session.execute(update(table).where(table.state == State.ARMED).values(lease_until=past))
    ledger.expire(queue)


def answer(body: str = "", status: int | None = 200, **values: object) -> Exchange:
    told = {"content_type": "text/html", "done": status is not None} | values
    return Exchange(1, "POST", "https://bakery.org/contact", "document", status, body=body, **told)  # type: ignore[arg-type]


def row_of(world: World, row_id: int) -> Submission:
    with transaction(world.tenant) as session:
        return session.get_one(Submission, row_id)


def questions(world: World) -> list[Review]:
    with transaction(world.tenant) as session:
        return list(session.scalars(select(Review).where(Review.kind == ReviewKind.UNKNOWN)))


THANKS = "<p>Thank you, your message has been sent.</p>"


@pytest.mark.parametrize(
    ("exchange", "state", "rule"),
    [
        (answer(THANKS), State.SENT, "generic.words"),
        (answer("", 302, location="/thank-you"), State.SENT, "generic.redirect"),
        (answer('{"success": true}', content_type="application/json"), State.SENT, "generic.json"),
        (answer("<p>Bad request</p>", 400), State.REJECTED, "generic.status"),
        (answer("<p>Forbidden</p>", 403), State.REJECTED, "generic.wall"),
    ],
)
def test_a_dead_workers_journal_settles_what_it_did(
    world: World, exchange: Exchange, state: State, rule: str
) -> None:
    row_id = died(world, "bakery.org", exchange)
    assert row_of(world, row_id).state is State.UNKNOWN
    assert settling.settle_unknown() == 1
    row = row_of(world, row_id)
    assert (row.state, row.reason) == (state, rule)
    assert row.proof in ("proven", "probable")
    assert questions(world) == []


@pytest.mark.parametrize(
    "exchange",
    [None, answer(status=None), answer("<p>Oops</p>", 500), answer("<p>Welcome.</p>")],
    ids=["nothing", "no answer", "server error", "silence"],
)
def test_what_the_journal_does_not_prove_is_left_to_a_person(world: World, exchange: Exchange | None) -> None:
    row_id = died(world, "bakery.org", exchange)
    assert settling.settle_unknown() == 0
    assert row_of(world, row_id).state is State.UNKNOWN
    (question,) = questions(world)
    reviews.settle(world.tenant, question.id, "eve", sent=True)
    assert row_of(world, row_id).state is State.SENT


def test_a_journal_is_read_once(world: World) -> None:
    row_id = died(world, "bakery.org")
    settling.settle_unknown()
    with transaction(world.tenant) as session:
        session.execute(update(Submission).values(exchange=asdict(answer(THANKS))))
    assert settling.settle_unknown() == 0
    assert row_of(world, row_id).state is State.UNKNOWN


def test_a_posted_step_of_a_form_proves_nothing(world: World) -> None:
    row_id = died(world, "bakery.org", answer(THANKS), plan={"next_step": True})
    assert settling.settle_unknown() == 0
    assert row_of(world, row_id).state is State.UNKNOWN


def test_a_journal_of_another_version_of_the_code_is_read(world: World) -> None:
    row_id = died(world, "bakery.org", answer(THANKS))
    with transaction(world.tenant) as session:
        row = session.get_one(Submission, row_id)
        row.exchange = {**(row.exchange or {}), "a_new_fact": 1}
    assert settling.settle_unknown() == 1


def test_what_was_settled_is_never_sent_again(world: World) -> None:
    row_id = died(world, "bakery.org", answer(THANKS))
    settling.settle_unknown()
    with transaction(EVERY_TENANT) as session:
        session.execute(update(Submission).values(due_at=func.now()))
        assert not ledger.move(session, "browser", row_id, State.QUEUED, "again")
    assert ledger.claim("browser", row_id) is None


@pytest.mark.parametrize(
    "letter",
    [
        written("Thank you, we received your message.", "{to}", Auto_Submitted="auto-generated"),
        written(INTEREST, "{to}"),
        written("Please do not contact us again.", "{to}"),
    ],
    ids=["an automatic copy", "an answer", "an opt-out"],
)
def test_a_mail_that_was_read_before_the_worker_was_missed_proves_it_too(world: World, letter: str) -> None:
    """The answer is faster than the lease: when it is read, the submission is still armed."""
    sent = sent_form(world, "bakery.org")
    with transaction(world.tenant) as session:
        state = {"state": State.ARMED, "lease_until": func.now() + timedelta(minutes=1)}
        session.execute(update(Submission).values(**state))
    understood(world, letter.replace("{to}", typed_address(world, sent)))
    expire(Submission, "browser")
    assert row_of(world, sent.id).state is State.UNKNOWN
    assert settling.settle_unknown() == 1
    row = row_of(world, sent.id)
    assert (row.state, row.reason, row.proof) == (State.SENT, "answered", "proven")
    assert questions(world) == []


def test_a_bounce_proves_no_form(world: World) -> None:
    sent = sent_form(world, "bakery.org", State.UNKNOWN)
    understood(world, DSN.format(domain="bakery.org", to=typed_address(world, sent)))
    assert settling.settle_unknown() == 0


def test_an_answer_that_a_person_attributes_proves_the_form(world: World) -> None:
    row_id = died(world, "bakery.org")
    sent_form(world, "bakery-two.org")
    quoted = "".join(
        f"> Hello Company {d}, may we talk about your roof?\n" for d in ("bakery.org", "bakery-two.org")
    )
    letter = f"{INTEREST}\n\nOn Monday you wrote:\n{quoted}"
    message = arrive(world, written(letter, "camille@soleil.example", "x@freemail.example"))
    replies.process(message)
    with transaction(world.tenant) as session:
        asked = session.scalars(select(Review).where(Review.kind == ReviewKind.ATTRIBUTION)).one()
    reviews.assign(world.tenant, asked.id, "eve", row_of(world, row_id).lead_id)
    replies.process(message)
    assert row_of(world, row_id).state is State.SENT


def test_a_persons_word_is_not_undone(world: World) -> None:
    row_id = died(world, "bakery.org", answer(THANKS))
    (question,) = questions(world)
    reviews.settle(world.tenant, question.id, "eve", sent=False)
    assert settling.settle_unknown() == 0
    assert row_of(world, row_id).state is State.NOT_SENT


def test_what_settles_is_counted_by_what_proved_it(world: World) -> None:
    labels = {"queue": "browser", "by": "journal"}
    before = REGISTRY.get_sample_value("relance_unknown_settled_total", labels) or 0.0
    died(world, "bakery.org", answer(THANKS))
    settling.settle_unknown()
    assert REGISTRY.get_sample_value("relance_unknown_settled_total", labels) == before + 1


@pytest.fixture
def live(database: str, pymap: ImapServer, postbox: Postbox) -> World:
    """A world whose mailbox is on real servers."""
    return build("acme", account(pymap, postbox))


def account(pymap: ImapServer, postbox: Postbox) -> Account:
    return imap_account(pymap, postbox, address="camille@soleil.example", user=pymap.user)


def lost_mail(world: World, message_id: str) -> int:
    """A mail whose worker died while it was handed over."""
    sent = sent_form(world, "bakery.org")
    message = understood(world, written(INTEREST, typed_address(world, sent).replace("acme-", "")))
    with transaction(world.tenant) as session:
        draft = session.scalar(select(Draft).where(Draft.message_id == message.id))
        assert draft is not None
        row = Outgoing(
            tenant_id=world.tenant,
            draft_id=draft.id,
            mailbox_id=world.mailbox,
            conversation_id=message.conversation_id,
            recipient="marie@bakery.org",
            message_id=message_id,
            body="Gladly.",
            raw=b"",
            approved_by="eve",
        )
        session.add(row)
        session.flush()
        row_id = row.id
    held = ledger.claim("send", row_id)
    assert held is not None
    with transaction(world.tenant) as session:
        ledger.arm(session, held)
    expire(Outgoing, "send")
    return row_id


def mail_of(world: World, row_id: int) -> Outgoing:
    with transaction(world.tenant) as session:
        return session.get_one(Outgoing, row_id)


def polled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("RELANCE_POLL_EVERY", "0")
    settings.cache_clear()
    polling.poll(world.mailbox)


def test_a_mail_that_is_among_the_sent_ones_was_sent(
    live: World, pymap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = lost_mail(live, "<gladly.1@soleil.example>")
    sent = mailboxes.check(live.tenant, "camille@soleil.example").sent
    pymap.deliver(mail("Re: Your message", message_id="<gladly.1@soleil.example>"), sent or "Sent")
    polled(live, monkeypatch)
    row = mail_of(live, row_id)
    assert (row.state, row.reason) == (State.SENT, "found_among_sent")
    assert questions(live) == []


def test_a_mail_is_looked_for_among_the_sent_ones_while_its_mailbox_listens(
    live: World, pymap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent = mailboxes.check(live.tenant, "camille@soleil.example").sent
    pymap.deliver(mail("Re: Your message", message_id="<gladly.4@soleil.example>"), sent or "Sent")
    monkeypatch.setenv("RELANCE_POLL_EVERY", "10")
    monkeypatch.setattr(polling, "LISTEN", 0.5)
    settings.cache_clear()
    with ThreadPoolExecutor(1) as beside:
        poll = beside.submit(polling.poll, live.mailbox)
        time.sleep(2.0)
        row_id = lost_mail(live, "<gladly.4@soleil.example>")
        poll.result()
    assert mail_of(live, row_id).state is State.SENT
    assert questions(live) == []


def test_a_mail_that_is_not_among_the_sent_ones_is_left_to_a_person(
    live: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    row_id = lost_mail(live, "<gladly.2@soleil.example>")
    polled(live, monkeypatch)
    assert mail_of(live, row_id).state is State.UNKNOWN
    (question,) = questions(live)
    assert question.examined_at is not None


def test_a_mailbox_whose_sent_mails_cannot_be_searched_is_read_all_the_same(
    live: World, pymap: ImapServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    polled(live, monkeypatch)
    lost_mail(live, "<gladly.5@soleil.example>")
    with relay(pymap.port, lambda data: data.replace(b"* SEARCH", b"* SEARCH x1(")) as between:
        with transaction(live.tenant) as session:
            row = session.get_one(Mailbox, live.mailbox)
            row.settings = {**row.settings, "port": between.port}
        polled(live, monkeypatch)
    with transaction(live.tenant) as session:
        assert session.get_one(Mailbox, live.mailbox).reason == ""
    (question,) = questions(live)
    assert question.examined_at is not None


def test_an_answer_that_names_our_mail_proves_that_it_was_sent(live: World) -> None:
    row_id = lost_mail(live, "<gladly.3@soleil.example>")
    thread = {"In_Reply_To": "<gladly.3@soleil.example>", "References": "<gladly.3@soleil.example>"}
    understood(live, written("Thursday it is.", "camille@soleil.example", Date=formatdate(), **thread))
    assert settling.settle_unknown() == 1
    assert mail_of(live, row_id).state is State.SENT
