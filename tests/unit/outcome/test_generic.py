"""Verdicts from what was exchanged and seen, without a browser."""

import json
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from browser.outcome.generic import NO_PRODUCT, give_up, judge
from browser.outcome.lexicon import THANKS_URL, reads_as_failure, reads_as_success
from browser.outcome.products import PRODUCTS
from browser.outcome.values import Exchange, Invalid, Proof, Seen, Sight, State

POST = Exchange(0, "POST", "https://a.example/contact", "fetch", status=200, done=True)
HERE = Sight("https://a.example/contact", False, "there")
BY_NAME = {product.name: product for product in PRODUCTS}

_seen = st.builds(
    Seen,
    st.sampled_from(["success", "failure", "pending", "live"]),
    st.just(".x"),
    st.sampled_from(["", "Merci, message envoyé", "Error", "Loading", "captcha"]),
)
_sights = st.builds(
    Sight,
    st.sampled_from(["https://a.example/contact", "https://a.example/merci"]),
    st.booleans(),
    st.sampled_from(["there", "gone", "hidden", "emptied"]),
    st.lists(_seen, max_size=3).map(tuple),
    st.just(()),
    st.lists(st.sampled_from(["Thank you, it has been sent", "x", "An error occurred"]), max_size=3).map(
        tuple
    ),
)
_exchanges = st.builds(
    Exchange,
    st.just(0),
    st.just("POST"),
    st.just("https://a.example/wp-admin/admin-ajax.php"),
    st.just("fetch"),
    status=st.sampled_from([None, 200, 302, 400, 403, 500]),
    body=st.sampled_from(["", "{}", '{"success": true}', '{"success": false}', "<p>Thanks</p>"]),
    failure=st.sampled_from(["", "net::ERR_FAILED"]),
    done=st.booleans(),
)


@given(st.sampled_from([NO_PRODUCT, *PRODUCTS]), _sights)
def test_nothing_is_sent_without_a_request(product, sight: Sight) -> None:
    verdict = judge(product, (), sight)
    assert verdict is None or verdict.state is not State.SENT


@given(st.sampled_from([NO_PRODUCT, *PRODUCTS]), _exchanges, _sights)
def test_nothing_is_sent_while_unanswered_or_refused(product, exchange: Exchange, sight: Sight) -> None:
    verdict = judge(product, (exchange,), sight)
    if verdict and verdict.state is State.SENT:
        assert exchange.done
        assert not exchange.failure
        assert exchange.status in (200, 302)
        assert not sight.of("failure")


@given(st.lists(_exchanges, max_size=2), st.one_of(st.none(), _sights))
def test_giving_up_never_says_sent_or_not_sent(exchanges: list[Exchange], sight: Sight | None) -> None:
    assert give_up(exchanges, sight).state is State.UNKNOWN


def test_a_thank_you_page_without_its_form_is_proof() -> None:
    sight = Sight("https://a.example/merci/", True, "gone", lines=("Merci, à bientôt",))
    verdict = judge(NO_PRODUCT, (POST,), sight)
    assert (verdict.state, verdict.proof, verdict.rule) == (State.SENT, Proof.PROVEN, "generic.redirect")


@pytest.mark.parametrize("query", ["?success=0", "?sent=false#form", "?success=error"])
def test_an_address_that_denies_success_is_no_thank_you_page(query: str) -> None:
    posted = replace(POST, url="https://a.example/send", resource="document")
    sight = Sight(f"https://a.example/contact{query}", True, "there", lines=("Un souci est survenu",))
    assert judge(NO_PRODUCT, (posted,), sight) is None


def test_a_tracker_that_was_told_of_the_letter_does_not_answer_for_the_form() -> None:
    failed = replace(POST, status=500)
    pixel = Exchange(1, "GET", "https://t.example/p?e=ann@example.org", "image", status=200, done=True)
    beacon = replace(pixel, method="POST")
    thanks = Sight(POST.url, False, "hidden", seen=(Seen("live", "[role=status]", "Merci !"),))
    assert judge(NO_PRODUCT, (failed, pixel), thanks) is None
    assert judge(NO_PRODUCT, (failed, beacon), thanks) is None
    again = replace(POST, number=2)
    assert judge(NO_PRODUCT, (failed, pixel, again), thanks).state is State.SENT


def test_fields_that_are_missing_in_a_form_emptied_after_its_post_prove_nothing() -> None:
    missing = (Invalid("phone", "Phone", "Please fill out this field."),)
    assert judge(NO_PRODUCT, (POST,), replace(HERE, form="emptied", invalid=missing)) is None
    assert judge(NO_PRODUCT, (POST,), replace(HERE, invalid=missing)).repairable


def test_words_alone_are_only_probable() -> None:
    verdict = judge(
        NO_PRODUCT, (POST,), Sight(HERE.url, False, "there", lines=("Thank you, we received it",))
    )
    assert (verdict.state, verdict.proof) == (State.SENT, Proof.PROBABLE)


def test_a_yes_in_json_with_nothing_to_see_is_only_probable() -> None:
    yes = Exchange(
        0, "POST", "https://a.example/api", "fetch", status=200, body='{"success": true}', done=True
    )
    assert judge(NO_PRODUCT, (yes,), HERE).proof is Proof.PROBABLE
    assert judge(NO_PRODUCT, (yes,), Sight(HERE.url, False, "emptied")).proof is Proof.PROVEN


def test_marked_fields_without_a_request_prove_that_nothing_left() -> None:
    sight = Sight(HERE.url, False, "there", invalid=(Invalid("email", "E-mail", "required"),))
    verdict = judge(NO_PRODUCT, (), sight)
    assert (verdict.state, verdict.proof, verdict.repairable) == (State.REJECTED, Proof.PROVEN, True)
    assert verdict.invalid == sight.invalid


def test_a_refusal_that_speaks_of_a_captcha_is_for_a_person() -> None:
    sight = Sight(HERE.url, False, "there", (Seen("live", "[role=alert]", "Please complete the captcha"),))
    assert judge(NO_PRODUCT, (POST,), sight).state is State.CAPTCHA


@pytest.mark.parametrize(
    ("status", "body", "state"),
    [
        (403, "Access denied", State.FORBIDDEN),
        (403, "<title>captcha</title>", State.CAPTCHA),
        (429, "", State.FORBIDDEN),
        (422, '{"message": "bad"}', State.REJECTED),
        (404, "", State.REJECTED),
    ],
)
def test_a_refused_submit_is_never_unknown(status: int, body: str, state: State) -> None:
    refused = Exchange(0, "POST", "https://a.example/c", "fetch", status=status, body=body, done=True)
    assert judge(NO_PRODUCT, (refused,), HERE).state is state


@pytest.mark.parametrize(
    ("status", "state"),
    [
        ("mail_sent", State.SENT),
        ("validation_failed", State.REJECTED),
        ("spam", State.REJECTED),
        ("mail_failed", State.REJECTED),
        ("aborted", State.REJECTED),
    ],
)
def test_contact_form_7_is_judged_by_its_own_answer(status: str, state: State) -> None:
    url = "https://a.example/wp-json/contact-form-7/v1/contact-forms/7/feedback"
    answer = Exchange(0, "POST", url, "fetch", status=200, body=json.dumps({"status": status}), done=True)
    assert judge(BY_NAME["contact-form-7"], (answer,), HERE).state is state


@pytest.mark.parametrize(
    "text",
    [
        "Thank you, your message has been sent",
        "Votre message a bien été envoyé.",
        "Ihre Nachricht wurde erfolgreich gesendet",
        "Su mensaje ha sido enviado",
        "Il tuo messaggio è stato inviato",
        "Uw bericht is verzonden",
        "Obrigado, recebemos",
        "Merci d’avoir pris contact",
        "Merci de nous avoir écrit",
        "Merci de votre confiance",
        "Thank you. If you have not received an answer by Friday, write to us",
    ],
)
def test_success_is_read_in_seven_languages(text: str) -> None:
    assert reads_as_success(text)


@pytest.mark.parametrize(
    "text",
    [
        "Thank you for waiting, an error occurred",
        "Your message was not sent",
        "Merci de corriger les erreurs",
        "Nachricht konnte nicht gesendet werden",
        "This field is required",
        "Merci de remplir tous les champs",
        "Merci de bien vouloir saisir une adresse",
        "Merci de cocher la case",
        "Your message was unfortunately not sent",
        "Your message hasn’t been sent",
        "Your submission was not successful",
        "Aucun message n’a été envoyé",
        "Ihre Nachricht wurde nicht übermittelt",
        "El mensaje no ha sido enviado",
        "Il messaggio non è stato inviato",
        "Uw bericht is niet verzonden",
        "A mensagem não foi enviada",
    ],
)
def test_a_failure_is_never_read_as_success(text: str) -> None:
    assert reads_as_failure(text)
    assert not reads_as_success(text)


@pytest.mark.parametrize(
    "text",
    ["Merci de patienter", "Merci de nous indiquer un téléphone", "We have not received your message"],
)
def test_what_is_asked_or_denied_is_no_success(text: str) -> None:
    assert not reads_as_success(text)


@given(st.text(max_size=300))
def test_any_text_can_be_read(text: str) -> None:
    assert not (reads_as_success(text) and reads_as_failure(text))


def test_a_box_that_proves_a_person_asked_for_in_thanks_is_for_a_person() -> None:
    sight = Sight(POST.url, True, "there", lines=("Merci de cocher la case « Je ne suis pas un robot »",))
    assert judge(NO_PRODUCT, (POST,), sight).state is State.CAPTCHA


def test_a_challenge_in_place_of_the_form_is_for_a_person() -> None:
    sight = Sight("https://a.example/challenge", True, "gone", lines=("I'm not a robot",))
    assert judge(NO_PRODUCT, (POST,), sight).state is State.CAPTCHA


def test_thank_you_addresses() -> None:
    for path in ("/merci", "/thank-you/", "/contact?sent=1", "/danke.html"):
        assert THANKS_URL.search(path)
    for path in ("/contact", "/commercial", "/represent", "/essence"):
        assert not THANKS_URL.search(path)
