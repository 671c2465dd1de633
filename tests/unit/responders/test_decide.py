"""Whether a mail is answered. The first half never is."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.responders.decide import Action, Decision, Policy, Situation, decide

SURE = Policy(confidence=0.9)
KEEN = Situation(
    kind="person",
    label="HOT",
    intent="INTERESTED_NOW",
    confidence=0.99,
    reply_to="anna@shop.example",
    return_path="anna@shop.example",
    policy=SURE,
)


def test_a_sure_reading_goes_out_where_the_tenant_lets_it() -> None:
    assert decide(KEEN).action is Action.DRAFT


def test_without_a_word_from_the_tenant_a_person_looks_at_everything() -> None:
    assert decide(replace(KEEN, confidence=1.0, policy=Policy())).action is Action.REVIEW


@pytest.mark.parametrize("kind", ["bounce", "automatic", "quarantined", ""])
def test_what_no_person_wrote_is_not_answered(kind: str) -> None:
    assert decide(replace(KEEN, kind=kind)).action is Action.IGNORE


@pytest.mark.parametrize("return_path", ["", "<>", " <> "])
def test_a_null_return_path_is_not_answered(return_path: str) -> None:
    assert decide(replace(KEEN, return_path=return_path)) == Decision(Action.IGNORE, "it has no return path")


def test_a_list_is_not_answered() -> None:
    assert decide(replace(KEEN, is_list=True)).action is Action.IGNORE


@pytest.mark.parametrize(
    "address",
    [
        "MAILER-DAEMON@mx.example",
        "postmaster@mx.example",
        "noreply@shop.example",
        "no-reply@shop.example",
        "do_not_reply@shop.example",
        "support-noreply@shop.example",
        "ne-pas-repondre@boutique.example",
        "nepasrepondre@boutique.example",
        "bounce+123=x@lists.example",
        "owner-news@lists.example",
        "news-bounces@lists.example",
        "",
        "<>",
        "nobody",
    ],
)
def test_a_machines_address_is_not_answered(address: str) -> None:
    assert decide(replace(KEEN, reply_to=address)).action is Action.IGNORE


@pytest.mark.parametrize(
    "address", ["norbert@shop.example", "bounceur@club.example", "anna.reply@shop.example"]
)
def test_a_persons_address_is_not_taken_for_a_machines(address: str) -> None:
    assert decide(replace(KEEN, reply_to=address)).action is Action.DRAFT


@given(
    st.builds(
        Situation,
        kind=st.sampled_from(["person", "bounce", "automatic"]),
        label=st.sampled_from(["HOT", "WARM", "COLD", "SPAM"]),
        intent=st.sampled_from(["INTERESTED_NOW", "REQUEST_PRICE", "OPT_OUT", "OOO"]),
        confidence=st.floats(0, 1),
        reply_to=st.sampled_from(["a@b.example", "", "noreply@b.example"]),
        return_path=st.sampled_from([None, "", "a@b.example"]),
        is_list=st.booleans(),
        doubts=st.sampled_from([(), ("two leads fit",)]),
        answers_today=st.integers(0, 9),
        answers=st.integers(0, 99),
        policy=st.just(Policy(confidence=0.0)),
    )
)
def test_whoever_opted_out_is_never_written_to_whatever_else_is_true(mail: Situation) -> None:
    assert decide(replace(mail, opted_out=True)).action is Action.STOP


def test_a_mail_that_is_an_opt_out_stops_it() -> None:
    assert decide(replace(KEEN, kind="opt_out")).action is Action.STOP


def test_a_wish_to_be_left_alone_that_only_the_model_reads_stops_too() -> None:
    assert decide(replace(KEEN, label="COLD", intent="OPT_OUT")).action is Action.STOP


def test_a_refusal_is_the_end_of_it() -> None:
    assert decide(replace(KEEN, label="COLD", intent="POLITE_DECLINE")).action is Action.STOP


def test_what_the_model_takes_for_a_machine_is_not_answered() -> None:
    assert decide(replace(KEEN, label="SPAM", intent="AUTO_ACK")).action is Action.IGNORE


@pytest.mark.parametrize("label", ["HOT", "WARM", "COLD", "SPAM"])
def test_a_doubt_goes_to_a_person_before_the_label_decides(label: str) -> None:
    assert decide(replace(KEEN, label=label, doubts=("two leads fit",))).action is Action.REVIEW


@pytest.mark.parametrize("intent", ["REQUEST_PRICE", "OBJECTION_PRICE", "REFERRAL"])
def test_a_person_negotiates(intent: str) -> None:
    assert decide(replace(KEEN, intent=intent)).action is Action.REVIEW


def test_an_unsure_reading_goes_to_a_person() -> None:
    assert decide(replace(KEEN, confidence=0.89)).action is Action.REVIEW


@pytest.mark.parametrize(("today", "ever"), [(3, 3), (0, 9)])
def test_two_machines_do_not_talk_for_ever(today: int, ever: int) -> None:
    looping = replace(KEEN, answers_today=today, answers=ever)
    assert decide(looping) == Decision(Action.REVIEW, "too many answers went to this contact")
    assert decide(replace(KEEN, answers_today=2, answers=8)).action is Action.DRAFT
