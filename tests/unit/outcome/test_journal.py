"""What a journalled answer proves where nobody saw the page."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.outcome.journal import judge_journal
from browser.outcome.values import Exchange, Proof, State

MESSAGE = "Bonjour, nous posons des toitures à Nantes et alentour. Pouvons-nous vous appeler ?"
FORM = "<form method=post><textarea name=message></textarea><button>Envoyer</button></form>"
SENT, REJECTED = State.SENT, State.REJECTED
PROVEN, PROBABLE = Proof.PROVEN, Proof.PROBABLE


def answered(body: str = "", status: int = 200, kind: str = "text/html", **values: object) -> Exchange:
    told = {"method": "POST", "url": "https://bakery.example/contact", "resource": "document"} | values
    return Exchange(1, status=status, content_type=kind, body=body, done=True, **told)  # type: ignore[arg-type]


def said(exchange: Exchange) -> tuple[State, Proof] | None:
    verdict = judge_journal(exchange, MESSAGE)
    return (verdict.state, verdict.proof) if verdict else None


def test_a_page_of_thanks_without_a_form_tells_that_it_arrived() -> None:
    page = "<head><title>Contact</title></head><nav>Menu</nav><p>Merci, votre message a bien été envoyé.</p>"
    assert said(answered(page)) == (SENT, PROBABLE)


@pytest.mark.parametrize(
    "page",
    [
        f"<p>Merci de votre visite.</p>{FORM}",
        "<script>var ok = 'Thank you, your message has been sent';</script><p>Contact</p>",
        "<template><p>Thank you, your message has been sent.</p></template><p>Contact</p>",
        "<head><title>Thank you</title></head><p>Contact</p>",
        "<p>Thank you. An error occurred, your message was not sent.</p>",
        f"<p>Merci de vérifier :</p><p>{MESSAGE}</p><form method=post><button>Confirmer</button></form>",
        "<p>Welcome to our bakery.</p>",
        "",
        "<!-- nothing -->",
    ],
    ids=["form", "script", "template", "title", "failure", "confirmation", "silence", "empty", "comment"],
)
def test_a_page_that_proves_nothing_is_left_to_a_person(page: str) -> None:
    assert said(answered(page)) is None


def test_a_page_that_repeats_the_letter_without_asking_again_is_no_confirmation() -> None:
    page = f"<p>Thank you, your message has been sent.</p><blockquote>{MESSAGE}</blockquote>"
    assert said(answered(page)) == (SENT, PROBABLE)


@pytest.mark.parametrize("status", [400, 404, 422])
def test_a_refusal_by_status_tells_that_nothing_arrived(status: int) -> None:
    assert said(answered("<p>No.</p>", status)) == (REJECTED, PROVEN)


def test_a_wall_is_no_arrival() -> None:
    assert said(answered("<p>Forbidden</p>", 403)) == (State.FORBIDDEN, PROVEN)


@pytest.mark.parametrize("status", [500, 502])
def test_a_server_that_broke_may_have_taken_it(status: int) -> None:
    assert said(answered("<p>Thank you, your message has been sent.</p>", status)) is None


@pytest.mark.parametrize(
    ("location", "expected"),
    [
        ("/merci", (SENT, PROBABLE)),
        ("https://bakery.example/contact/thank-you/", (SENT, PROBABLE)),
        ("/contact?sent=1", (SENT, PROBABLE)),
        ("/contact?success=0", None),
        ("/contact?error=thanks", None),
        ("/contact", None),
        ("", None),
    ],
)
def test_a_redirect_is_read_by_where_it_leads(location: str, expected: object) -> None:
    assert said(answered("", 302, location=location)) == expected


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"success": True}, (SENT, PROBABLE)),
        ({"success": False, "message": "Spam"}, (REJECTED, PROVEN)),
        ({"hello": 1}, None),
    ],
)
def test_json_says_it_itself(body: dict[str, object], expected: object) -> None:
    for kind in ("application/json", "text/html"):
        assert said(answered(json.dumps(body), kind=kind)) == expected


def test_a_known_product_is_read_by_its_own_rules() -> None:
    url = "https://bakery.example/wp-json/contact-form-7/v1/contact-forms/5/feedback"
    body = json.dumps({"status": "mail_sent", "message": "Merci"})
    assert said(answered(body, kind="application/json", url=url)) == (SENT, PROVEN)
    body = json.dumps({"status": "validation_failed", "message": "Champs"})
    assert said(answered(body, kind="application/json", url=url)) == (REJECTED, PROVEN)


@pytest.mark.parametrize(
    "exchange",
    [
        Exchange(1, "POST", "https://bakery.example/contact", "document"),
        Exchange(1, "POST", "https://bakery.example/contact", "document", failure="net::ERR", done=True),
    ],
    ids=["no answer", "broken"],
)
def test_without_an_answer_nothing_is_proven(exchange: Exchange) -> None:
    assert judge_journal(exchange, MESSAGE) is None


@given(st.text(max_size=300), st.sampled_from(["text/html", "application/json", "", "image/png"]))
def test_no_answer_of_a_server_breaks_the_reading(body: str, kind: str) -> None:
    judge_journal(answered(body, kind=kind), MESSAGE)
