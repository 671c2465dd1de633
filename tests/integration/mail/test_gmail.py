"""What only Gmail has: history, quota, OAuth, threads. Against a server that speaks its routes."""

import time
from collections.abc import Iterator
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from inbox import gmail as gmail_module
from inbox import gmail_api as api_module
from inbox.gmail import GmailMailbox, _steps
from inbox.gmail_api import Budget
from inbox.mailbox import Batch, Cursor
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable, MailRejected
from tests.integration.mail.providers import gmail_account, mail
from tests.standins.gmail_api import ADDRESS, GmailServer

EVE = "eve@shop.example"


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(api_module, "BACKOFF", (0.01, 0.01, 0.01))
    monkeypatch.setattr(api_module, "_budgets", {})


@pytest.fixture
def mailbox(gmail: GmailServer) -> Iterator[GmailMailbox]:
    mailbox = GmailMailbox(gmail_account(gmail))
    yield mailbox
    mailbox.close()


def read(
    mailbox: GmailMailbox, cursor: Cursor | None = None, folder: str = "INBOX"
) -> tuple[list[str], Cursor]:
    batches = list(mailbox.fetch(folder, cursor, 10))
    return subjects(batches), batches[-1].cursor if batches else cursor or {}


def subjects(batches: list[Batch]) -> list[str]:
    return [m.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for b in batches for m in b.messages]


def test_a_history_that_was_forgotten_is_made_up_for_without_a_gap(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    gmail.deliver(mail("long known"), at=time.time() - 30 * 24 * 3600)
    gmail.deliver(mail("known"))
    _, cursor = read(mailbox)
    gmail.deliver(mail("missed"))
    gmail.forget_history()
    batches = list(mailbox.fetch("INBOX", cursor, 10))
    assert subjects(batches) == ["known", "missed"]
    assert all(batch.reset for batch in batches)
    gmail.deliver(mail("next"))
    later = list(mailbox.fetch("INBOX", batches[-1].cursor, 10))
    assert subjects(later) == ["next"]
    assert not any(batch.reset for batch in later)


def test_a_first_reading_that_was_cut_short_goes_on_where_it_stopped(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    gmail.page = 2
    for number in range(5):
        gmail.deliver(mail(str(number)))
    first = next(iter(mailbox.fetch("INBOX", None, 2)))
    gmail.deliver(mail("new"))
    rest, _ = read(mailbox, first.cursor)
    assert subjects([first]) == ["0", "1"]
    assert list(dict.fromkeys(rest)) == ["2", "3", "4", "new"]


def test_mail_that_arrives_while_the_first_reading_lists_is_not_lost(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    gmail.deliver(mail("old"))
    batches = mailbox.fetch("INBOX", None, 1)
    first = next(batches)
    gmail.deliver(mail("meanwhile"))
    assert subjects([first, *batches]) == ["old", "meanwhile"]


def test_a_long_history_is_read_page_by_page_and_every_page_can_be_the_last(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    _, cursor = read(mailbox)
    gmail.page = 2
    for number in range(7):
        gmail.deliver(mail(str(number)))
    batches = list(mailbox.fetch("INBOX", cursor, 2))
    assert [len(batch.messages) for batch in batches] == [2, 2, 2, 1]
    seen: list[str] = []
    for batch in batches:
        seen += subjects([batch])
        assert seen + read(mailbox, batch.cursor)[0] == [str(number) for number in range(7)]


RECORDS = st.lists(st.lists(st.sampled_from("abcdefgh"), max_size=4), max_size=12)


@given(RECORDS, st.integers(1, 4), st.sets(st.sampled_from("abcdefgh"), max_size=3))
def test_every_step_through_a_page_can_be_the_last(
    added: list[list[str]], limit: int, large: set[str]
) -> None:
    records = [
        {"id": str(number), "messagesAdded": [{"message": {"id": id_, "labelIds": ["INBOX"]}} for id_ in ids]}
        for number, ids in enumerate(added, start=10)
    ]
    steps = list(_steps(records, "INBOX", limit, large))
    read: list[str] = []
    for ids, record in steps:
        read += ids
        left = {
            id_
            for r in records
            if int(r["id"]) > int(record)
            for e in r["messagesAdded"]
            for id_ in [e["message"]["id"]]
        }
        assert set(read) | left == {id_ for ids in added for id_ in ids}
        assert len(ids) <= max(limit, max(map(len, added)))
    assert len(read) == len(set(read))
    assert [record for _, record in steps][-1:] == [r["id"] for r in records][-1:]


def test_what_is_indexed_late_is_found_by_the_next_look(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    _, cursor = read(mailbox)
    gmail.unindexed = 2
    gmail.deliver(mail("late"))
    for _ in range(2):
        found, cursor = read(mailbox, cursor)
        assert found == []
    assert read(mailbox, cursor)[0] == ["late"]


def test_an_archived_mail_is_read_and_our_own_are_not(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    _, cursor = read(mailbox)
    gmail.deliver(mail("filed away by a filter"), folder="")
    gmail.deliver(mail("own"), folder="SENT")
    gmail.deliver(mail("draft"), folder="DRAFT")
    gmail.deliver(mail("trash"), folder="TRASH")
    gmail.deliver(mail("junk"), folder="SPAM")
    assert read(mailbox, cursor)[0] == ["filed away by a filter"]
    assert read(mailbox)[0] == ["filed away by a filter"]


def test_a_mail_that_a_person_rescues_from_spam_is_read(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    id_ = gmail.deliver(mail("rescued"), folder="SPAM")
    _, cursor = read(mailbox)
    gmail.label(id_, "INBOX", "SPAM")
    assert read(mailbox, cursor)[0] == ["rescued"]


def test_a_mail_that_comes_and_is_relabelled_at_once_comes_once(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    _, cursor = read(mailbox)
    gmail.label(gmail.deliver(mail("one")), "INBOX")
    assert read(mailbox, cursor)[0] == ["one"]


def test_mail_from_before_since_is_left_even_when_it_is_unarchived(gmail: GmailServer) -> None:
    mailbox = GmailMailbox(gmail_account(gmail, since=date(2024, 1, 1)))
    old = gmail.deliver(mail("old"), folder="", at=datetime(2020, 5, 17, tzinfo=UTC).timestamp())
    gmail.deliver(mail("fresh"))
    found, cursor = read(mailbox)
    assert found == ["fresh"]
    gmail.label(old, "INBOX")
    assert read(mailbox, cursor)[0] == []


@pytest.mark.parametrize("status", [429, 403, 503])
def test_a_busy_gmail_is_asked_again(gmail: GmailServer, mailbox: GmailMailbox, status: int) -> None:
    for number in range(3):
        gmail.deliver(mail(str(number)))
    gmail.throttle_status = status
    for calls in (1, 2, 3):
        gmail.throttle = calls
        assert read(mailbox)[0] == ["0", "1", "2"]


def test_mails_throttled_inside_a_batch_are_asked_for_again(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    for number in range(5):
        gmail.deliver(mail(str(number)))
    batches = mailbox.fetch("INBOX", None, 5)
    original = gmail.answer

    def throttled(
        method: str, path: str, query: dict[str, list[str]], body: bytes
    ) -> tuple[int, dict[str, object]]:
        if "/messages/" in path and gmail.calls.count(path) == 0 and len(gmail.calls) % 2:
            gmail.throttle = 1
        return original(method, path, query, body)

    gmail.answer = throttled  # type: ignore[method-assign]
    assert subjects(list(batches)) == ["0", "1", "2", "3", "4"]
    assert len([path for path in gmail.calls if "/messages/" in path]) > 5


def test_a_gmail_that_stays_busy_is_left_for_later(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    gmail.throttle = 1000
    with pytest.raises(MailboxUnreachable, match="slow down"):
        read(mailbox)
    assert gmail.throttle > 990


def test_an_access_token_that_ran_out_is_renewed(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    _, cursor = read(mailbox)
    gmail.expire_token()
    gmail.deliver(mail("after"))
    assert read(mailbox, cursor)[0] == ["after"]
    assert gmail.refreshes == 2


def test_one_access_token_serves_many_connections(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    read(mailbox)
    mailbox.close()
    read(mailbox)
    assert gmail.refreshes == 1


@pytest.mark.parametrize("act", ["read", "send", "wait"])
def test_access_that_was_withdrawn_is_said_clearly_and_without_secrets(
    gmail: GmailServer, mailbox: GmailMailbox, act: str
) -> None:
    read(mailbox)
    gmail.revoked = True
    with pytest.raises(MailboxRefused) as refusal:
        {
            "read": lambda: read(mailbox),
            "send": lambda: mailbox.send(mail("x"), ADDRESS, [EVE]),
            "wait": lambda: mailbox.wait(1),
        }[act]()
    assert str(refusal.value) == f"Access to {ADDRESS} was withdrawn or has expired: authorise it again."


def test_too_small_a_consent_is_told_from_throttling(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    gmail.forbidden = True
    with pytest.raises(MailboxRefused, match="authorise reading and sending"):
        mailbox.check()


def test_credentials_of_another_mailbox_are_noticed(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    gmail.address = "other@example.org"
    with pytest.raises(MailboxError, match=f"open other@example.org, not {ADDRESS}"):
        mailbox.check()


@pytest.mark.parametrize("secret", ["", "password", '{"client_id": "hunter2"}'])
def test_a_secret_of_another_kind_is_refused_without_repeating_it(gmail: GmailServer, secret: str) -> None:
    with pytest.raises(MailboxRefused, match="not the JSON") as refusal:
        GmailMailbox(gmail_account(gmail, secret=SecretStr(secret))).check()
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None


def test_an_answer_goes_into_the_thread_of_the_mail_that_it_answers(
    gmail: GmailServer, mailbox: GmailMailbox
) -> None:
    gmail.deliver(mail("question", message_id="<q.1@shop.example>"), thread="t-question")
    raw = mail("Re: question").replace(b"Subject", b"In-Reply-To: <q.1@shop.example>\r\nSubject")
    mailbox.send(raw, ADDRESS, [EVE])
    assert gmail.sent[0]["threadId"] == "t-question"


def test_a_mail_that_answers_nothing_known_starts_a_thread(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    mailbox.send(mail("first"), ADDRESS, [EVE])
    raw = mail("second").replace(b"Subject", b"In-Reply-To: <x@y> OR in:anywhere\r\nSubject")
    mailbox.send(raw, ADDRESS, [EVE])
    assert all("threadId" not in request for request in gmail.sent)


def test_an_answer_lost_after_sending_is_never_tried_again(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    gmail.hang_up_on_send = True
    with pytest.raises(MailboxError, match="may have left") as failure:
        mailbox.send(mail("offer"), ADDRESS, [EVE])
    assert type(failure.value) is MailboxError
    assert len(gmail.sent) == 1
    assert mailbox.find_sent("<offer@x.example>")


@pytest.mark.parametrize(
    ("status", "error"),
    [(400, MailRejected), (500, MailboxError), (429, MailboxUnreachable), (401, MailboxRefused)],
)
def test_a_refused_mail_is_told_from_one_that_may_have_left(
    gmail: GmailServer, mailbox: GmailMailbox, status: int, error: type[MailboxError]
) -> None:
    gmail.send_status = status
    with pytest.raises(MailboxError) as failure:
        mailbox.send(mail("offer"), ADDRESS, [EVE])
    assert type(failure.value) is error
    assert gmail.sent == []
    assert sum(path.endswith("/send") for path in gmail.calls) == (3 if status == 401 else 1)


def test_a_server_that_cannot_be_reached_got_nothing(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    read(mailbox)
    elsewhere = GmailMailbox(gmail_account(gmail, host="http://127.0.0.1:9"))
    with pytest.raises(MailboxUnreachable):
        elsewhere.send(mail("offer"), ADDRESS, [EVE])


def test_a_mail_goes_to_nobody_that_was_not_named(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    with_copy = mail("offer").replace(b"Subject", b"Bcc: all@shop.example\r\nSubject")
    for raw, sender, recipients in (
        (with_copy, ADDRESS, [EVE]),
        (mail("offer"), ADDRESS, ["adam@shop.example"]),
        (mail("offer"), "boss@example.org", [EVE]),
    ):
        with pytest.raises(MailRejected):
            mailbox.send(raw, sender, recipients)
    assert gmail.sent == []


def test_a_huge_mail_is_cut_and_marked(
    gmail: GmailServer, mailbox: GmailMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(gmail_module, "BODY_BOUND", 1000)
    raw = mail("huge", "x" * 5000)
    gmail.deliver(raw)
    (message,) = next(iter(mailbox.fetch("INBOX", None, 1))).messages
    assert (message.raw, message.truncated) == (raw[:1000], True)


LARGE = 2_000_000
MIXED = [*range(3), LARGE, LARGE + 1, 10, LARGE + 2, LARGE + 3, *range(11, 14)]
"""Sizes of bodies."""


def deliver_mixed(gmail: GmailServer) -> list[str]:
    for number, size in enumerate(MIXED):
        gmail.deliver(mail(str(number), "x" * size), at=1_750_000_000 + number)
    return [str(number) for number in range(len(MIXED))]


def sizes(batches: list[Batch]) -> list[int]:
    return [sum(len(message.raw) for message in batch.messages) for batch in batches]


def test_a_first_reading_holds_one_large_mail_at_a_time(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    wanted = deliver_mixed(gmail)
    batches = list(mailbox.fetch("INBOX", None, 10))
    assert subjects(batches) == wanted
    assert max(*sizes(batches), gmail.most_bytes) < 1.5 * LARGE


def test_a_history_is_read_with_one_large_mail_at_a_time(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    gmail.deliver(mail("known"), at=1_750_000_000)
    _, cursor = read(mailbox)
    cursor = {**cursor, "at": 1_750_000_000}
    wanted = deliver_mixed(gmail)
    batches = list(mailbox.fetch("INBOX", cursor, 10))
    assert subjects(batches) == wanted
    assert max(*sizes(batches), gmail.most_bytes) < 1.5 * LARGE


def test_small_mails_are_still_read_together(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    for number in range(8):
        gmail.deliver(mail(str(number)))
    batches = list(mailbox.fetch("INBOX", None, 10))
    assert [len(batch.messages) for batch in batches] == [8, 0]


def test_reading_a_mail_costs_what_google_says(gmail: GmailServer, mailbox: GmailMailbox) -> None:
    for number in range(3):
        gmail.deliver(mail(str(number)))
    budget = api_module._budgets.setdefault(ADDRESS, Budget(6000, clock=lambda: 0.0))
    read(mailbox)
    assert budget.spend(6000) == pytest.approx((1 + 2 * 5 + 3 * 20 + 2) / 100)


def test_whoever_spends_more_than_a_minute_allows_waits() -> None:
    now = [0.0]
    budget = Budget(6000, clock=lambda: now[0])
    assert sum(budget.spend(20) for _ in range(300)) == 0
    assert budget.spend(20) == pytest.approx(0.2)
    now[0] = 60.0
    assert budget.spend(20) == 0


@given(st.lists(st.tuples(st.integers(1, 100), st.floats(0, 30)), min_size=1, max_size=200))
def test_no_minute_takes_more_than_two_budgets_whatever_the_rhythm(calls: list[tuple[int, float]]) -> None:
    now = [0.0]
    budget = Budget(6000, clock=lambda: now[0])
    spent: list[tuple[float, int]] = []
    for units, idle in calls:
        now[0] += idle
        now[0] += budget.spend(units)
        spent.append((now[0], units))
    for at, _ in spent:
        assert sum(units for when, units in spent if at <= when < at + 60) <= 2 * 6000 + 100
