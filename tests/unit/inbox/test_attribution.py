"""From clues to the submission that a mail answers."""

from datetime import UTC, datetime, timedelta

from inbox.attribution import Candidate, attribute, clues
from inbox.understanding import understand

SENT = datetime(2026, 1, 5, 9, tzinfo=UTC)
OURS = (
    "Good morning, we clean solar panels in your region and would like to know "
    "who plans maintenance at your site."
)


def candidate(name: str, **fields: object) -> Candidate:
    values: dict[str, object] = {
        "token": f"tok{name}",
        "message_ids": (f"<{name}@example.org>",),
        "sent_at": SENT,
    }
    values |= {"domain": f"www.{name}.fr", "message": OURS} | fields
    return Candidate(submission_id=f"s-{name}", lead_id=f"l-{name}", **values)  # type: ignore[arg-type]


LEADS = [candidate("alpha"), candidate("beta"), candidate("gamma")]


def answer(sender: str, to: str = "us@example.org", headers: str = "", body: str = "Yes.", hours: int = 3):
    when = (SENT + timedelta(hours=hours)).strftime("%a, %d %b %Y %H:%M:%S +0000")
    found = understand(f"From: {sender}\nTo: {to}\nDate: {when}\nSubject: Hello\n{headers}\n{body}".encode())
    return attribute(clues(found.mail, found.own, found.bounce), LEADS)


def test_the_token_decides_whoever_writes() -> None:
    found = answer("someone@gmail.com", to="Us <us+tokbeta@example.org>")
    assert found.candidate is LEADS[1]
    assert found.rule == "token"
    assert found.confidence >= 0.99


def test_a_token_survives_in_delivered_to() -> None:
    assert answer("a@gmail.com", headers="Delivered-To: us+tokgamma@example.org\n").candidate is LEADS[2]


def test_a_message_id_in_the_headers_decides() -> None:
    found = answer("someone@gmail.com", headers="In-Reply-To: <alpha@example.org>\n")
    assert (found.candidate, found.rule) == (LEADS[0], "message_id")


def test_the_senders_domain_soon_after_is_a_good_clue() -> None:
    found = answer("boss@mail.beta.fr")
    assert (found.candidate, found.rule) == (LEADS[1], "domain_and_time")
    assert 0.5 < found.confidence < 0.9


def test_a_domain_counts_less_with_time_and_not_before_we_wrote() -> None:
    assert answer("boss@beta.fr", hours=24 * 60).confidence < answer("boss@beta.fr").confidence
    assert answer("boss@beta.fr", hours=-72).candidate is None


def test_our_words_quoted_back_by_a_stranger_are_ambiguous_between_leads() -> None:
    found = answer("someone@gmail.com", body=f"Interesting.\n\n> {OURS}\n")
    assert found.candidate is None
    assert found.ambiguous
    assert set(found.contenders) == set(LEADS)
    assert found.rule == "quoted_text"


def test_our_words_and_the_domain_together_decide() -> None:
    found = answer("boss@gamma.fr", body=f"Interesting.\n\n> {OURS}\n")
    assert found.candidate is LEADS[2]
    assert not found.ambiguous


def test_a_free_mail_domain_ties_no_one_to_anything() -> None:
    leads = [candidate("alpha", domain="gmail.com")]
    found = understand(b"From: x@gmail.com\nDate: Mon, 5 Jan 2026 12:00:00 +0000\n\nYes.")
    assert attribute(clues(found.mail, found.own), leads).candidate is None


def test_of_two_submissions_to_one_lead_the_latest_is_meant() -> None:
    first = candidate("alpha", sent_at=SENT - timedelta(days=2), token="x")
    found = understand(b"From: a@alpha.fr\nDate: Mon, 5 Jan 2026 12:00:00 +0000\n\nYes.")
    result = attribute(clues(found.mail, found.own), [first, LEADS[0]])
    assert result.candidate is LEADS[0]
    assert not result.ambiguous


def test_a_bounce_is_attributed_by_the_mail_it_returns() -> None:
    body = (
        "I wasn't able to deliver your message.\n\n<info@alpha.fr>:\n550 5.1.1 unknown user\n\n"
        "--- Below this line is a copy of the message.\n\nMessage-ID: <alpha@example.org>\n"
    )
    found = answer("MAILER-DAEMON@mx.example.net", body=body, headers="Return-Path: <>\n")
    assert (found.candidate, found.rule) == (LEADS[0], "message_id")


def test_no_clue_gives_no_candidate() -> None:
    found = answer("someone@elsewhere.com")
    assert (found.candidate, found.confidence, found.ambiguous) == (None, 0.0, False)
