"""Outgoing mail as bytes, read back by the standard library and by a real SMTP and IMAP server."""

import email
import email.policy
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from inbox.composing import Outgoing, compose, new_message_id, plus_address
from inbox.imap import ImapMailbox
from shared.errors import BadInput
from tests.integration.mail.providers import imap_account
from tests.integration.mail.servers import ImapServer, Postbox

NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
LONG = "<" + "a" * 120 + "@mail.prod.example.com>"
ANSWER = Outgoing(
    message_id="<m1@acme.example>",
    sender="anna@acme.example",
    sender_name="Anna Müller",
    recipient="eve@shop.example",
    recipient_name="Ève Roux",
    subject="Re: Votre devis",
    text="Bonjour Ève,\n\nOui <b>bien sûr</b> & avec plaisir.\nÀ bientôt\n\n.\nAnna",
    language="fr",
    unsubscribe="stop@acme.example",
    unsubscribe_url="https://acme.example/u?t=abc",
    reply_to="anna+t0k3n@acme.example",
    in_reply_to=LONG,
    references=("<r1@shop.example>", LONG),
)


def reread(mail: Outgoing) -> EmailMessage:
    return email.message_from_bytes(compose(mail, NOW), policy=email.policy.default)  # type: ignore[return-value]


def test_people_and_subject_arrive_as_written() -> None:
    message = reread(ANSWER)
    assert str(message["From"]) == "Anna Müller <anna@acme.example>"
    assert str(message["To"]) == "Ève Roux <eve@shop.example>"
    assert str(message["Reply-To"]) == "anna+t0k3n@acme.example"
    assert message["Subject"] == "Re: Votre devis"
    assert message["Message-ID"] == "<m1@acme.example>"
    assert message["Date"].datetime == NOW


def test_the_thread_survives_message_ids_of_any_length() -> None:
    raw = compose(ANSWER, NOW)
    assert f"In-Reply-To: {LONG}\r\n".encode() in raw
    assert f"References: <r1@shop.example>\r\n {LONG}\r\n".encode() in raw


def test_the_answered_mail_is_the_last_reference_once() -> None:
    message = reread(replace(ANSWER, in_reply_to="<b@x>", references=("<b@x>", "<a@x>", "<a@x>", "junk")))
    assert message["References"] == "<a@x> <b@x>"
    assert message["In-Reply-To"] == "<b@x>"


def test_a_long_thread_keeps_its_root_and_its_end() -> None:
    message = reread(replace(ANSWER, references=tuple(f"<{n}@x>" for n in range(100)), in_reply_to="<100@x>"))
    kept = message["References"].split()
    assert (kept[0], kept[-1], len(kept)) == ("<0@x>", "<100@x>", 20)


def test_a_first_mail_has_no_thread() -> None:
    message = reread(replace(ANSWER, in_reply_to="", references=()))
    assert message["In-Reply-To"] is None
    assert message["References"] is None


def test_both_bodies_say_the_same_and_the_html_is_escaped() -> None:
    message = reread(ANSWER)
    plain, rich = message.get_body(("plain",)), message.get_body(("html",))
    assert plain is not None
    assert rich is not None
    assert plain.get_content().replace("\r\n", "\n") == ANSWER.text + "\n"
    assert "Oui &lt;b&gt;bien sûr&lt;/b&gt; &amp; avec plaisir.<br>\nÀ bientôt" in rich.get_content().replace(
        "\r\n", "\n"
    )
    assert "<b>" not in rich.get_content()


def test_leaving_takes_one_click_or_one_mail() -> None:
    message = reread(ANSWER)
    ways = "<mailto:stop@acme.example?subject=unsubscribe>, <https://acme.example/u?t=abc>"
    assert message["List-Unsubscribe"] == ways
    assert message["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"


def test_one_click_is_not_claimed_without_an_https_address() -> None:
    message = reread(replace(ANSWER, unsubscribe_url=""))
    assert message["List-Unsubscribe"] == "<mailto:stop@acme.example?subject=unsubscribe>"
    assert message["List-Unsubscribe-Post"] is None


def test_a_mail_that_a_person_approved_does_not_call_itself_automatic() -> None:
    assert reread(ANSWER)["Auto-Submitted"] is None


def test_the_bytes_suit_any_server() -> None:
    raw = compose(replace(ANSWER, text="é" * 5000 + "\nx"), NOW)
    assert raw.isascii()
    assert raw.count(b"\n") == raw.count(b"\r\n")
    assert max(map(len, raw.split(b"\r\n"))) <= 998


@settings(max_examples=50, deadline=None)
@given(st.text(max_size=200), st.text(max_size=200), st.text(max_size=60))
def test_no_text_adds_a_header(subject: str, name: str, language: str) -> None:
    hostile = replace(
        ANSWER, subject=f"x\r\nBcc: a@b\n{subject}", sender_name=f"{name}\r\nX-Evil: 1", language=language
    )
    try:
        message = reread(hostile)
    except BadInput:
        return
    assert set(message.keys()) == set(reread(ANSWER).keys())
    assert len(message.keys()) == len(set(message.keys()))


@pytest.mark.parametrize(
    "change",
    [
        {"recipient": "eve@shop.example, all@shop.example"},
        {"recipient": "eve@shop.example\r\nBcc: all@shop.example"},
        {"recipient": "Eve <eve@shop.example>"},
        {"recipient": ""},
        {"sender": "nobody"},
        {"reply_to": "a@b.example\nX: y"},
        {"unsubscribe": "stop@acme.example>,<mailto:x@y.example"},
        {"unsubscribe_url": "http://acme.example/u"},
        {"unsubscribe_url": "https://acme.example/u>,\r\nX: y"},
        {"message_id": "m1@acme.example"},
        {"message_id": "<m1@acme.example>\r\nX: y"},
        {"text": "\ud800"},
    ],
)
def test_what_cannot_stand_in_a_header_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(BadInput, match="cannot be written"):
        compose(replace(ANSWER, **change), NOW)  # type: ignore[arg-type]


def test_message_ids_are_ours_and_never_the_same() -> None:
    first, second = new_message_id("anna@acme.example"), new_message_id("anna@acme.example")
    assert first != second
    assert first.endswith("@acme.example>")


def test_a_token_is_added_to_the_name() -> None:
    assert plus_address("anna@acme.example", "t0k3n") == "anna+t0k3n@acme.example"


@pytest.mark.parametrize(
    ("address", "token"), [("anna", "t"), ("@acme.example", "t"), ("a@b.example", "x@y"), ("a@b.example", "")]
)
def test_no_reply_address_is_made_of_nonsense(address: str, token: str) -> None:
    with pytest.raises(BadInput):
        plus_address(address, token)


def test_a_composed_mail_is_found_again_among_the_sent_ones(dovecot: ImapServer, postbox: Postbox) -> None:
    mailbox = ImapMailbox(imap_account(dovecot, postbox))
    raw = compose(replace(ANSWER, message_id=f"<{'m' * 100}@acme.example>"), NOW)
    mailbox.send(raw, ANSWER.sender, [ANSWER.recipient])
    assert mailbox.find_sent(f"<{'m' * 100}@acme.example>")
    assert [sent for _, _, sent in postbox.mails] == [raw]
