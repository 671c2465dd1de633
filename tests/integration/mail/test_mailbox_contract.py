"""What every mail provider must do, whichever server stands behind it."""

import json
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest

from inbox.mailbox import Batch, Cursor, Mailbox, RawMessage
from shared.errors import MailboxRefused, MailboxUnreachable
from tests.integration.mail.providers import PROVIDERS, Provided, mail


@pytest.fixture(params=PROVIDERS)
def provided(request: pytest.FixtureRequest) -> Iterator[Provided]:
    provided: Provided = request.getfixturevalue(f"on_{request.param}")
    yield provided
    provided.mailbox.close()


@pytest.fixture
def mailbox(provided: Provided) -> Mailbox:
    return provided.mailbox


def read(
    mailbox: Mailbox, cursor: Cursor | None = None, limit: int = 100
) -> tuple[list[RawMessage], Cursor | None]:
    """Every new mail of the inbox, and the cursor after it as it comes back from a database."""
    messages: list[RawMessage] = []
    for batch in mailbox.fetch("INBOX", cursor, limit):
        messages += batch.messages
        cursor = json.loads(json.dumps(batch.cursor))
    return messages, cursor


def subjects(messages: list[RawMessage]) -> list[str]:
    return [m.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for m in messages]


def test_a_mail_comes_byte_for_byte_with_the_servers_clock(provided: Provided, mailbox: Mailbox) -> None:
    raw = mail("first", body="Déjà vu\r\n.\r\n..\r\nFrom me\r\n")
    provided.deliver(raw)
    (message,), _ = read(mailbox)
    assert message.raw == raw
    assert abs(datetime.now(UTC) - message.received_at) < timedelta(minutes=1)
    assert not message.truncated


def test_only_what_is_new_comes_after_a_cursor(provided: Provided, mailbox: Mailbox) -> None:
    provided.deliver(mail("one"))
    _, cursor = read(mailbox)
    provided.deliver(mail("two"))
    provided.deliver(mail("three"))
    new, cursor = read(mailbox, cursor)
    assert subjects(new) == ["two", "three"]
    assert read(mailbox, cursor)[0] == []


def test_an_empty_cursor_is_no_cursor(provided: Provided, mailbox: Mailbox) -> None:
    provided.deliver(mail("one"))
    assert subjects(read(mailbox, {})[0]) == ["one"]


def test_batches_keep_the_limit_and_any_of_their_cursors_goes_on_without_a_gap(
    provided: Provided, mailbox: Mailbox
) -> None:
    for number in range(5):
        provided.deliver(mail(str(number)))
    batches: list[Batch] = list(mailbox.fetch("INBOX", None, 2))
    assert max(len(batch.messages) for batch in batches) == 2
    seen: list[str] = []
    for batch in batches:
        seen += subjects(list(batch.messages))
        rest, _ = read(mailbox, json.loads(json.dumps(batch.cursor)))
        assert seen + subjects(rest) == ["0", "1", "2", "3", "4"]


def test_keys_are_lasting_and_differ(provided: Provided, mailbox: Mailbox) -> None:
    for number in range(3):
        provided.deliver(mail(str(number)))
    keys = [m.key for m in read(mailbox)[0]]
    mailbox.close()
    assert [m.key for m in read(mailbox)[0]] == keys
    assert len(set(keys)) == 3


def test_an_empty_inbox_still_moves_the_cursor(provided: Provided, mailbox: Mailbox) -> None:
    messages, cursor = read(mailbox)
    assert messages == []
    assert cursor
    provided.deliver(mail("later"))
    assert subjects(read(mailbox, cursor)[0]) == ["later"]


def test_reading_marks_nothing_as_read(provided: Provided, mailbox: Mailbox) -> None:
    provided.deliver(mail("one"))
    read(mailbox)
    assert provided.unread() == 1


def test_a_mail_that_a_person_read_first_is_not_missed(provided: Provided, mailbox: Mailbox) -> None:
    _, cursor = read(mailbox)
    provided.deliver(mail("one"))
    provided.read_everything()
    assert subjects(read(mailbox, cursor)[0]) == ["one"]


def test_a_mail_that_is_gone_does_not_hold_up_the_others(provided: Provided, mailbox: Mailbox) -> None:
    _, cursor = read(mailbox)
    provided.deliver(mail("gone"))
    provided.delete_everything()
    provided.deliver(mail("here"))
    assert subjects(read(mailbox, cursor)[0]) == ["here"]


def test_mail_without_a_message_id_or_with_the_same_one_is_never_dropped(
    provided: Provided, mailbox: Mailbox
) -> None:
    provided.deliver(mail("bare", message_id=""))
    provided.deliver(mail("twin", message_id="<same@x.example>"))
    provided.deliver(mail("twin", message_id="<same@x.example>"))
    assert len(read(mailbox)[0]) == 3


def test_bytes_that_are_no_mail_come_as_they_are(provided: Provided, mailbox: Mailbox) -> None:
    raw = b"Subject: \xff\xfe broken\r\n\r\n\x80\x81 tail\r\n"
    provided.deliver(raw)
    assert [m.raw for m in read(mailbox)[0]] == [raw]


def test_the_inbox_is_read_first_and_junk_too(mailbox: Mailbox) -> None:
    folders = mailbox.folders()
    assert folders[0] == "INBOX"
    assert len(folders) == 2


def test_junk_is_read_with_its_own_cursor(provided: Provided, mailbox: Mailbox) -> None:
    junk = mailbox.folders()[1]
    provided.deliver(mail("lost"), junk)
    (batch,) = [b for b in mailbox.fetch(junk, None, 10) if b.messages]
    assert subjects(list(batch.messages)) == ["lost"]
    assert batch.messages[0].folder == junk
    assert read(mailbox)[0] == []


def test_waiting_ends_when_a_mail_comes(provided: Provided, mailbox: Mailbox) -> None:
    read(mailbox)
    threading.Timer(0.4, provided.deliver, [mail("new")]).start()
    start = time.monotonic()
    assert mailbox.wait(20)
    assert time.monotonic() - start < 10


def test_waiting_for_nothing_ends_in_time(provided: Provided, mailbox: Mailbox) -> None:
    read(mailbox)
    start = time.monotonic()
    assert not mailbox.wait(0.3)
    assert 0.2 < time.monotonic() - start < 5


def test_a_mail_that_came_between_reading_and_waiting_is_not_slept_through(
    provided: Provided, mailbox: Mailbox
) -> None:
    read(mailbox)
    provided.deliver(mail("quick"))
    start = time.monotonic()
    assert mailbox.wait(20)
    assert time.monotonic() - start < 10


def test_what_was_sent_is_delivered_once_and_found_again(provided: Provided, mailbox: Mailbox) -> None:
    raw = mail("offer", message_id="<offer.1@us.example>")
    mailbox.send(raw, provided.address, ["eve@shop.example"])
    assert provided.sent() == [raw]
    assert mailbox.find_sent("<offer.1@us.example>")
    assert not mailbox.find_sent("<offer.2@us.example>")
    assert not mailbox.find_sent("<offer@us.example>")


def test_looking_at_what_was_sent_does_not_lose_the_place_in_the_inbox(
    provided: Provided, mailbox: Mailbox
) -> None:
    _, cursor = read(mailbox)
    mailbox.send(mail("offer", message_id="<offer.1@us.example>"), provided.address, ["eve@shop.example"])
    provided.deliver(mail("answer"))
    assert mailbox.wait(10)
    assert subjects(read(mailbox, cursor)[0]) == ["answer"]


def test_check_says_what_is_there(provided: Provided, mailbox: Mailbox) -> None:
    report = mailbox.check()
    assert report.folders == mailbox.folders()
    assert report.sent


def test_wrong_credentials_are_refused_in_one_sentence_without_the_secret(provided: Provided) -> None:
    wrong = provided.with_wrong_secret()
    for act in (wrong.check, lambda: list(wrong.fetch("INBOX", None, 1)), lambda: wrong.find_sent("<a@b>")):
        with pytest.raises(MailboxRefused) as refusal:
            act()
        assert "hunter2" not in str(refusal.value)
        assert str(refusal.value).count(".") >= 1
        assert "\n" not in str(refusal.value)


def test_a_server_that_is_not_there_is_unreachable(provided: Provided) -> None:
    with pytest.raises(MailboxUnreachable) as failure:
        provided.elsewhere().check()
    assert "\n" not in str(failure.value)


def test_a_closed_mailbox_opens_again_by_itself(provided: Provided, mailbox: Mailbox) -> None:
    _, cursor = read(mailbox)
    mailbox.close()
    provided.deliver(mail("after"))
    assert subjects(read(mailbox, cursor)[0]) == ["after"]
