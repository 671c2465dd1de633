"""A mail becomes a label, a suppression, a proof, a draft or a question, all in one transaction."""

from dataclasses import replace
from email.utils import formatdate
from typing import TypeVar

import pytest
from sqlalchemy import select

from shared.db import transaction
from shared.models import Base, Classification, Conversation, Draft, Message, Review, Submission, Suppression
from shared.states import ReviewKind, State
from tests.integration.workers.conftest import ADDRESS, World
from tests.integration.workers.letters import DSN, arrive, sent_form, typed_address, understood, written
from workers.services import campaigns, ledger, panel_views, replies, reviews

INTEREST = "Hello, this is very interesting. Please call me on Thursday at 10 so that we can get started."


Row = TypeVar("Row", bound=Base)


def rows(world: World, table: type[Row]) -> list[Row]:
    with transaction(world.tenant) as session:
        return list(session.scalars(select(table)))


def test_interest_is_hot_and_gets_a_draft(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    message = understood(world, written(INTEREST, typed_address(world, sent)))
    assert (message.state, message.kind, message.submission_id) == (State.DONE, "person", sent.id)
    assert rows(world, Classification)[0].label == "HOT"
    assert [draft.state for draft in rows(world, Draft)] == [State.QUEUED]


def test_a_mail_that_comes_to_two_of_our_addresses_is_answered_once(world: World) -> None:
    typed = typed_address(world, sent_form(world, "bakery.org"))
    ids = [arrive(world, written(INTEREST, typed, Delivered_To=to)) for to in (typed, "sales@soleil.example")]
    for message_id in ids:
        replies.process(message_id)
    assert [row.detail for row in rows(world, Message)][1] == "it is a copy of a mail that is answered"
    assert len(rows(world, Draft)) == 1


def test_a_copy_that_comes_after_the_answer_is_not_answered_again(world: World) -> None:
    typed = typed_address(world, sent_form(world, "bakery.org"))
    understood(world, written(INTEREST, typed))
    understood(world, written(INTEREST, typed, X_Moved="to another server"))
    assert len(rows(world, Draft)) == 1


def test_other_words_under_the_same_message_id_are_another_mail(world: World) -> None:
    typed = typed_address(world, sent_form(world, "bakery.org"))
    understood(world, written(INTEREST, typed))
    understood(world, written(INTEREST.replace("Thursday", "Friday"), typed))
    assert len(rows(world, Draft)) == 2


def test_a_copy_of_what_we_wrote_ourselves_is_no_answer_of_the_lead(world: World) -> None:
    sent = sent_form(world, "bakery.org", State.UNKNOWN)
    ours = written(INTEREST, "marie@bakery.org", f"Camille <Acme-{ADDRESS}>", Cc=typed_address(world, sent))
    assert understood(world, ours).conversation_id is None
    assert rows(world, Draft) == []
    assert world.submissions()[0].state is State.UNKNOWN


def test_the_token_finds_the_lead_whoever_answers(world: World) -> None:
    sent_form(world, "other.org")
    sent = sent_form(world, "bakery.org")
    raw = written(INTEREST, typed_address(world, sent), sender="somebody@freemail.example")
    assert understood(world, raw).submission_id == sent.id


def test_an_opt_out_suppresses_the_address_the_company_and_the_conversation(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    message = understood(world, written("Please do not contact us again.", typed_address(world, sent)))
    assert message.kind == "opt_out"
    assert {row.value for row in rows(world, Suppression)} == {"marie@bakery.org", "bakery.org"}
    assert rows(world, Conversation)[0].stopped
    assert rows(world, Draft) == []


def test_our_own_quoted_footer_is_no_opt_out(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    quoted = "\n\nOn Mon, 2 Mar 2026 at 10:00, Camille wrote:\n> To opt out, reply: unsubscribe me\n"
    message = understood(world, written(INTEREST + quoted, typed_address(world, sent)))
    assert message.kind == "person"
    assert rows(world, Suppression) == []


def test_an_absence_is_not_answered(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    raw = written(
        "I am out of the office until 12 March.", typed_address(world, sent), Auto_Submitted="auto-replied"
    )
    assert understood(world, raw).kind == "automatic"
    (said,) = rows(world, Classification)
    assert (said.label, said.intent, said.confidence) == ("SPAM", "OOO", 1.0)
    assert said.model.startswith("rule ")
    assert rows(world, Draft) == []
    assert rows(world, Review) == []


def test_a_hard_bounce_suppresses_the_address_that_does_not_exist(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    message = understood(world, DSN.format(domain="bakery.org", to=typed_address(world, sent)))
    assert message.kind == "bounce"
    assert [row.value for row in rows(world, Suppression)] == ["gone@bakery.org"]
    assert rows(world, Draft) == []


@pytest.mark.parametrize(
    "raw",
    [
        written("Thank you, we received your message.", "{to}", Auto_Submitted="auto-generated"),
        written(INTEREST, "{to}"),
    ],
    ids=["an automatic copy", "an answer"],
)
def test_whatever_answers_a_form_proves_that_an_unknown_one_arrived(world: World, raw: str) -> None:
    sent = sent_form(world, "bakery.org", State.UNKNOWN)
    understood(world, raw.replace("{to}", typed_address(world, sent)))
    with transaction(world.tenant) as session:
        settled = session.get_one(Submission, sent.id)
    assert (settled.state, settled.proof) == (State.SENT, "proven")


def test_a_bounce_proves_nothing(world: World) -> None:
    sent = sent_form(world, "bakery.org", State.UNKNOWN)
    understood(world, DSN.format(domain="bakery.org", to=typed_address(world, sent)))
    assert world.submissions()[0].state is State.UNKNOWN


def test_mail_that_is_not_ours_raises_no_question(world: World) -> None:
    sent_form(world, "bakery.org")
    message = understood(world, written("See you at dinner.", "me@home.example", "mum@family.example"))
    assert (message.state, message.conversation_id) == (State.DONE, None)
    assert rows(world, Review) == []
    assert rows(world, Draft) == []


def test_a_decline_closes_the_conversation(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    understood(world, written("No thank you, we are not interested.", typed_address(world, sent)))
    assert rows(world, Conversation)[0].stopped == "they declined"
    assert rows(world, Suppression) == []
    assert rows(world, Draft) == []


def test_poison_is_quarantined_and_the_next_mail_is_understood(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    nested = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(500)
    )
    poison = understood(world, nested)
    assert poison.state in (State.QUARANTINED, State.DONE)
    assert understood(world, written(INTEREST, typed_address(world, sent))).state is State.DONE


def test_nul_bytes_in_a_mail_do_not_stop_it(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    message = understood(world, written(INTEREST + "\x00\x00", typed_address(world, sent)))
    assert message.state is State.DONE
    assert "\x00" not in message.own_text


def test_a_mail_is_understood_once(world: World) -> None:
    sent = sent_form(world, "bakery.org")
    message = understood(world, written(INTEREST, typed_address(world, sent)))
    replies.process(message.id)
    assert len(rows(world, Classification)) == 1


def test_an_ambiguous_mail_is_assigned_by_a_person_and_then_understood(world: World) -> None:
    first, _ = sent_form(world, "bakery.org"), sent_form(world, "bakery-two.org")
    quoted = "".join(
        f"> Hello Company {d}, may we talk about your roof?\n" for d in ("bakery.org", "bakery-two.org")
    )
    raw = written(
        f"{INTEREST}\n\nOn Monday you wrote:\n{quoted}", "camille@soleil.example", "x@freemail.example"
    )
    message = understood(world, raw)
    (question,) = rows(world, Review)
    assert (question.kind, message.conversation_id) == (ReviewKind.ATTRIBUTION, None)
    reviews.assign(world.tenant, question.id, "eve@acme.example", first.lead_id)
    replies.process(message.id)
    with transaction(world.tenant) as session:
        assert session.get_one(Message, message.id).submission_id == first.id
    assert len(rows(world, Draft)) == 1


def sent_in_another_campaign(world: World, domain: str) -> None:
    campaigns.create(world.tenant, "autumn", None, "A word", "Hello {{ company }}", "en", "test")
    *_, row = replace(world, campaign="autumn").add_leads(domain)
    campaigns.launch(world.tenant, "autumn", "test")
    held = ledger.claim("browser", row.id)
    assert held is not None
    with transaction(world.tenant) as session:
        ledger.arm(session, held, message="Hello")
        ledger.finish(session, held, State.SENT, "test")


def test_a_company_of_two_campaigns_that_opts_out_gets_no_third(world: World) -> None:
    sent_form(world, "bakery.org")
    sent_in_another_campaign(world, "bakery.org")
    message = understood(world, written("Please do not contact us again.", "acme-camille@soleil.example"))
    assert (message.kind, message.conversation_id) == ("opt_out", None)
    assert {row.value for row in rows(world, Suppression)} == {"marie@bakery.org", "bakery.org"}
    assert [row.kind for row in rows(world, Review)] == [ReviewKind.ATTRIBUTION]


def test_an_opt_out_that_only_the_model_recognises_is_heeded_by_every_campaign(world: World) -> None:
    typed = typed_address(world, sent_form(world, "bakery.org"))
    message = understood(world, written("We have asked twice already. Enough now.", typed))
    assert (message.kind, rows(world, Classification)[0].intent) == ("person", "OPT_OUT")
    assert {row.value for row in rows(world, Suppression)} == {"marie@bakery.org", "bakery.org"}
    assert rows(world, Conversation)[0].stopped == "the model reads a wish to be left alone"


def test_an_opt_out_from_an_address_of_the_company_is_heeded_without_a_token(world: World) -> None:
    sent_form(world, "bakery.org")
    understood(world, written("Please do not contact us again.", "acme-camille@soleil.example"))
    assert {row.value for row in rows(world, Suppression)} == {"marie@bakery.org", "bakery.org"}


def test_an_answer_from_the_company_that_nothing_else_ties_to_the_form_is_put_before_a_person(
    world: World,
) -> None:
    sent = sent_form(world, "bakery.org")
    understood(world, written(INTEREST, "acme-camille@soleil.example", Date=formatdate()))
    (review,) = rows(world, Review)
    assert (review.kind, review.why) == (ReviewKind.ATTRIBUTION, "This may be an answer from bakery.org.")
    assert [option.lead_id for option in panel_views.contenders(world.tenant, review.id)] == [sent.lead_id]
