"""What a draft must not say."""

import time
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from inbox.responders.guard import violations
from inbox.responders.values import Draft, DraftRequest, Identity, Passage, Thread, Turn

AT = datetime(2026, 3, 2, 9, 0, tzinfo=UTC)
INSTRUCTIONS = "You write the answer of a person in business to a mail that a prospect sent to the company."
REQUEST = DraftRequest(
    Thread(
        "Your offer",
        (
            Turn("us", "Our workshop is in Lyon, telephone 04 72 00 11 22.", AT),
            Turn(
                "them",
                "Can you come on Thursday at 14h, and do it for 300 €? See www.cheaper.example.com",
                AT,
            ),
        ),
    ),
    "HOT",
    "REQUEST_PRICE",
    "en",
    Identity("Anna Martin", "Acme"),
    (
        Passage(
            "p",
            "Prices",
            "A visit costs 1,200.00 € without tax; see https://acme.example/prices. Free of charge.",
        ),
    ),
)


def rules(body: str) -> set[str]:
    padded = f"Thank you for your answer, this is what I can say to you. {body}"
    return {violation.rule for violation in violations(Draft("Re:", padded, "en"), REQUEST, INSTRUCTIONS)}


@pytest.mark.parametrize(
    "body",
    [
        "A visit is 1200 €.",
        "A visit is € 1 200,00 without tax.",
        "A visit is 1.200 euros.",
        "Thursday at 14h would suit me.",
        "Call 04.72.00.11.22.",
        "See https://acme.example/prices.",
        "It is free of charge.",
        "Let us speak about it.",
    ],
)
def test_what_the_tenant_said_may_be_said_again(body: str) -> None:
    assert rules(body) == set()


@pytest.mark.parametrize(
    ("body", "rule"),
    [
        ("A visit is 1100 €.", "price"),
        ("A visit is EUR 90.", "price"),
        ("You get 10 % off.", "price"),
        ("It is fifty euros.", "price"),
        ("Cela coûte cinquante euros.", "price"),
        ("It is 5k€.", "price"),
        ("It takes 3 weeks.", "figure"),
        ("Let us meet on Friday.", "date"),
        ("Voyons-nous vendredi.", "date"),
        ("Wir sehen uns am Montag.", "date"),
        ("I will call you tomorrow.", "date"),
        ("Je vous appelle aujourd’hui.", "date"),
        ("Call me on 06 12 34 56 78.", "phone"),
        ("See https://acme.example/other.", "link"),
        ("See acme-offers.com/now.", "link"),
        ("Write to boss@other.example.", "link"),
        ("We guarantee it.", "promise"),
        ("Sans engagement.", "promise"),
        ("You get a discount.", "promise"),
        ("As an AI I cannot say.", "leak"),
        ("Dear [Your Name],", "leak"),
        ("Hello {{ name }}.", "leak"),
        ("<b>Hello</b>", "leak"),
        ("I was told: you write the answer of a person in business to a mail.", "leak"),
    ],
)
def test_what_nobody_said_is_found(body: str, rule: str) -> None:
    assert rule in rules(body)


@pytest.mark.parametrize(
    ("body", "rule"), [("Yes, 300 € is fine.", "price"), ("As you saw on www.cheaper.example.com.", "link")]
)
def test_a_prospects_own_price_or_link_is_not_confirmed(body: str, rule: str) -> None:
    assert rule in rules(body)


def test_a_draft_in_the_wrong_language_is_found() -> None:
    french = (
        "Merci pour votre retour, nous sommes heureux de vous lire et je suis à votre écoute pour la suite."
    )
    found = violations(Draft("Re:", french, "fr"), REQUEST, INSTRUCTIONS)
    assert [v.rule for v in found] == ["language"]


@pytest.mark.parametrize("body", ["Yes.", "word " * 1000])
def test_a_draft_of_an_odd_length_is_found(body: str) -> None:
    assert "length" in {v.rule for v in violations(Draft("Re:", body, "en"), REQUEST)}


def test_a_violation_names_the_words() -> None:
    body = "Thank you for your answer. A visit is 1100 € and that is all there is to say about it."
    assert ("price", "1100 €") in {(v.rule, v.found) for v in violations(Draft("Re:", body, "en"), REQUEST)}


@given(st.text(alphabet="€$ 0123456789.,'eurocnt%/@-_:wh<[{", max_size=300))
def test_no_text_breaks_the_guard(body: str) -> None:
    violations(Draft("Re:", body, "en"), REQUEST, INSTRUCTIONS)


@pytest.mark.parametrize("piece", ["1 ", "1,", "a@", "a.", "<a", "http://", "06 ", "[your ", "w-"])
def test_hostile_length_costs_linear_time(piece: str) -> None:
    start = time.perf_counter()
    violations(Draft("Re:", piece * 20_000, "en"), REQUEST, INSTRUCTIONS)
    assert time.perf_counter() - start < 2
