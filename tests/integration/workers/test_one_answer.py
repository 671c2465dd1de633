"""Who writes twice before our answer leaves gets one answer, and it knows both mails."""

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from dataclasses import replace
from threading import Barrier, BrokenBarrierError

import pytest
from sqlalchemy import select, update

from inbox.responders.template import TemplateResponder
from inbox.responders.values import Draft as Written
from inbox.responders.values import DraftRequest
from shared.db import transaction
from shared.errors import NotFound
from shared.models import Draft, Message, Outgoing, Review, Tenant
from shared.states import ReviewState, State
from tests.integration.workers.conftest import World
from tests.integration.workers.letters import arrive, sent_form, typed_address, written
from workers.services import conversations, drafts, ledger, replies, reviews

FIRST = "Hello, this is very interesting. Please call me on Thursday at 10 so that we can get started."
SECOND = "Hello again, I forgot to say: we are very interested, but please call me on Friday at 11 instead."
EVE = "eve@acme.example"


class Lead:
    """Somebody who got our form and writes back, each time in a new mail."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._to = typed_address(world, sent_form(world, "bakery.org"))
        self._mails = 0

    def posts(self, body: str) -> int:
        """A mail that waits to be understood; its id."""
        self._mails += 1
        return arrive(self.world, written(body, self._to, Message_ID=f"<a{self._mails}@bakery.org>"))

    def writes(self, body: str) -> None:
        """A mail that was understood."""
        replies.process(self.posts(body))


@pytest.fixture
def lead(world: World) -> Lead:
    return Lead(world)


class Watched(TemplateResponder):
    """Writes by the template, after whatever happens meanwhile, and is content with it."""

    def __init__(self, meanwhile: Callable[[DraftRequest], object]) -> None:
        self._meanwhile = meanwhile

    def draft(self, request: DraftRequest) -> Written:
        self._meanwhile(request)
        return replace(super().draft(request), needs_person="")


def let_out(world: World, confidence: float) -> None:
    """Let answers go without a person where the model is so sure."""
    with transaction(world.tenant) as session:
        session.execute(update(Tenant).values(automatic_confidence=confidence))


@pytest.fixture
def automatic(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """The tenant lets every answer out without a person, and each could go."""
    let_out(world, 0.0)
    monkeypatch.setattr(drafts, "_responder", lambda _: Watched(id))


def write_drafts(world: World) -> None:
    with transaction(world.tenant) as session:
        waiting = session.scalars(select(Draft.id).where(Draft.state == State.QUEUED)).all()
    for draft in waiting:
        drafts.write(draft)


def drafted(world: World) -> list[tuple[State, str]]:
    with transaction(world.tenant) as session:
        rows = session.scalars(select(Draft).order_by(Draft.id))
        return [(row.state, row.reason) for row in rows]


def to_send(world: World) -> list[State]:
    with transaction(world.tenant) as session:
        return list(session.scalars(select(Outgoing.state).order_by(Outgoing.id)))


def asked(world: World) -> list[tuple[ReviewState, str]]:
    with transaction(world.tenant) as session:
        rows = session.execute(select(Review.state, Message.own_text).join(Message).order_by(Message.id))
        return [(state, text) for state, text in rows]


def test_a_draft_that_nobody_began_gives_way_to_the_one_for_the_next_mail(lead: Lead, world: World) -> None:
    lead.writes(FIRST)
    lead.writes(SECOND)
    assert drafted(world) == [(State.CANCELLED, "superseded"), (State.QUEUED, "")]
    write_drafts(world)
    assert asked(world) == [(ReviewState.OPEN, SECOND)]


def test_mails_that_are_understood_together_get_one_answer_to_the_last(lead: Lead, world: World) -> None:
    first, second = lead.posts(FIRST), lead.posts(SECOND)
    replies.process(second)
    write_drafts(world)
    with transaction(world.tenant) as session:
        assert session.get_one(Message, first).state is State.DONE
    assert asked(world) == [(ReviewState.OPEN, SECOND)]


def test_the_one_answer_is_written_with_both_mails_in_sight_whichever_was_understood_first(
    lead: Lead, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen: list[DraftRequest] = []
    monkeypatch.setattr(drafts, "_responder", lambda _: Watched(seen.append))
    earlier = lead.posts(FIRST)
    with transaction(world.tenant) as session:
        session.execute(update(Message).values(state=State.RUNNING))
    lead.writes(SECOND)
    with transaction(world.tenant) as session:
        session.execute(update(Message).where(Message.id == earlier).values(state=State.QUEUED))
    replies.process(earlier)
    write_drafts(world)
    (request,) = seen
    assert {FIRST, SECOND} <= {turn.text for turn in request.thread.turns}


def test_an_answer_that_waits_for_a_person_gives_way(lead: Lead, world: World) -> None:
    lead.writes(FIRST)
    write_drafts(world)
    lead.writes(SECOND)
    write_drafts(world)
    assert asked(world) == [(ReviewState.SETTLED, FIRST), (ReviewState.OPEN, SECOND)]


def test_nobody_approves_an_answer_that_gave_way(lead: Lead, world: World) -> None:
    lead.writes(FIRST)
    write_drafts(world)
    (line,) = reviews.queue(world.tenant)
    lead.writes(SECOND)
    with pytest.raises(NotFound, match="a later mail takes its place"):
        reviews.approve(world.tenant, line.id, EVE, "Re", "Thursday at 10 it is.")
    assert to_send(world) == []


def test_an_answer_gives_way_to_a_mail_that_comes_while_it_is_written(
    lead: Lead, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.writes(FIRST)
    with monkeypatch.context() as patch:
        patch.setattr(drafts, "_responder", lambda _: Watched(lambda _: lead.writes(SECOND)))
        write_drafts(world)
    write_drafts(world)
    assert drafted(world) == [(State.DONE, "superseded"), (State.DONE, "")]
    assert asked(world) == [(ReviewState.OPEN, SECOND)]


def test_an_answer_that_is_queued_by_policy_gives_way(lead: Lead, world: World, automatic: None) -> None:
    lead.writes(FIRST)
    write_drafts(world)
    lead.writes(SECOND)
    write_drafts(world)
    assert to_send(world) == [State.CANCELLED, State.QUEUED]


def test_what_a_person_approved_goes_out_and_a_person_judges_the_next(
    lead: Lead, world: World, automatic: None
) -> None:
    let_out(world, 1.01)
    lead.writes(FIRST)
    write_drafts(world)
    (line,) = reviews.queue(world.tenant)
    reviews.approve(world.tenant, line.id, EVE, "Re", "Thursday at 10 it is.")
    let_out(world, 0.0)
    lead.writes(SECOND)
    write_drafts(world)
    (line,) = reviews.queue(world.tenant)
    assert (to_send(world), line.why) == ([State.QUEUED], "an answer to an earlier mail has not left yet")


def test_what_made_a_person_look_at_the_first_mail_makes_them_look_at_the_one_answer(
    lead: Lead, world: World, automatic: None
) -> None:
    lead.writes("Hello, this is interesting. How much does it cost for a roof of 80 square metres?")
    lead.writes(SECOND)
    write_drafts(world)
    (line,) = reviews.queue(world.tenant)
    assert (to_send(world), line.why) == ([], "a person negotiates")


def test_a_mail_that_comes_after_our_answer_left_gets_its_own(
    lead: Lead, world: World, automatic: None
) -> None:
    lead.writes(FIRST)
    write_drafts(world)
    with transaction(world.tenant) as session:
        sent = session.scalars(select(Outgoing.id)).one()
    held = ledger.claim("send", sent)
    assert held is not None
    with transaction(world.tenant) as session:
        ledger.arm(session, held)
        ledger.finish(session, held, State.SENT, "accepted")
    lead.writes(SECOND)
    write_drafts(world)
    assert to_send(world) == [State.SENT, State.QUEUED]


def test_two_workers_that_read_two_copies_at_one_instant_draft_one_answer(
    lead: Lead, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    lead.writes("Thank you, I am reading it.")  # the conversation is there
    to = typed_address(world, world.submissions()[0])
    before = len(drafted(world))
    copies = [
        arrive(world, written(FIRST, to, Delivered_To=one)) for one in ("a@acme.example", "b@acme.example")
    ]
    answered, both = conversations.answered, Barrier(2)

    def together(*given: object) -> set[tuple[object, ...]]:
        with suppress(BrokenBarrierError):  # where the other one waits for us to end
            both.wait(1)
        return answered(*given)

    monkeypatch.setattr(conversations, "answered", together)
    monkeypatch.setattr(replies, "MOST", 1)
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(replies.process, copies))
    assert len(drafted(world)) == before + 1
