"""What only IMAP has: UIDVALIDITY, IDLE, folders, TLS, and servers that behave badly."""

import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from imapclient import SocketTimeout
from pydantic import SecretStr

from inbox import imap, imap_position
from inbox.imap import ImapMailbox
from inbox.imap_position import BATCH_BYTES, Position
from inbox.mailbox import Account, Batch
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable
from tests.integration.mail.providers import imap_account, mail
from tests.integration.mail.relay import relay
from tests.integration.mail.servers import ImapServer, Postbox

LONG_AGO = datetime(2020, 5, 17, 12, 0, tzinfo=UTC)


@pytest.fixture
def account(dovecot: ImapServer, postbox: Postbox) -> Account:
    return imap_account(dovecot, postbox)


@pytest.fixture
def mailbox(account: Account) -> Iterator[ImapMailbox]:
    mailbox = ImapMailbox(account)
    yield mailbox
    mailbox.close()


def subjects(batches: list[Batch]) -> list[str]:
    return [m.raw.split(b"Subject: ")[1].split(b"\r\n")[0].decode() for b in batches for m in b.messages]


def test_a_folder_made_anew_is_read_again_and_says_so(dovecot: ImapServer, account: Account) -> None:
    dovecot.client.create_folder("Replies")
    mailbox = ImapMailbox(replace(account, folders=("Replies",)))
    for name in ("one", "two"):
        dovecot.deliver(mail(name), "Replies")
    before = list(mailbox.fetch("Replies", None, 10))
    dovecot.make_anew("Replies")
    for name in ("one", "two", "three"):
        dovecot.deliver(mail(name), "Replies")
    after = list(mailbox.fetch("Replies", before[-1].cursor, 10))
    assert subjects(after) == ["one", "two", "three"]
    assert all(batch.reset for batch in after)
    assert {m.key for b in after for m in b.messages}.isdisjoint(m.key for b in before for m in b.messages)
    dovecot.deliver(mail("four"), "Replies")
    later = list(mailbox.fetch("Replies", after[-1].cursor, 10))
    assert subjects(later) == ["four"]
    assert not any(batch.reset for batch in later)


def test_a_reset_that_was_cut_short_goes_on_as_a_reset(dovecot: ImapServer, account: Account) -> None:
    dovecot.client.create_folder("Replies")
    mailbox = ImapMailbox(replace(account, folders=("Replies",)))
    (first,) = mailbox.fetch("Replies", None, 10)
    dovecot.make_anew("Replies")
    for number in range(4):
        dovecot.deliver(mail(str(number)), "Replies")
    cut = next(iter(mailbox.fetch("Replies", first.cursor, 2)))
    dovecot.deliver(mail("new"), "Replies")
    rest = list(mailbox.fetch("Replies", cut.cursor, 10))
    assert [(subjects([b]), b.reset) for b in rest] == [(["2", "3"], True), (["new"], False)]


def test_mail_from_before_since_stays_but_what_comes_later_is_read_whatever_its_date(
    dovecot: ImapServer, account: Account
) -> None:
    mailbox = ImapMailbox(replace(account, since=date(2024, 1, 1)))
    dovecot.deliver(mail("old"), received=LONG_AGO)
    dovecot.deliver(mail("fresh"))
    batches = list(mailbox.fetch("INBOX", None, 10))
    assert subjects(batches) == ["fresh"]
    dovecot.deliver(mail("moved here"), received=LONG_AGO)
    assert subjects(list(mailbox.fetch("INBOX", batches[-1].cursor, 10))) == ["moved here"]


def test_an_inbox_of_only_old_mail_is_passed_for_good(dovecot: ImapServer, account: Account) -> None:
    mailbox = ImapMailbox(replace(account, since=date(2024, 1, 1)))
    dovecot.deliver(mail("old"), received=LONG_AGO)
    (batch,) = mailbox.fetch("INBOX", None, 10)
    assert batch.messages == ()
    assert list(mailbox.fetch("INBOX", batch.cursor, 10)) == []


def test_the_servers_clock_is_given_in_utc(dovecot: ImapServer, mailbox: ImapMailbox) -> None:
    dovecot.deliver(mail("old"), received=LONG_AGO)
    (batch,) = mailbox.fetch("INBOX", None, 10)
    assert batch.messages[0].received_at == LONG_AGO
    assert batch.messages[0].received_at.utcoffset() == UTC.utcoffset(None)


def test_a_folder_to_which_nothing_came_is_not_searched(dovecot: ImapServer, account: Account) -> None:
    dovecot.deliver(mail("one"))
    with relay(dovecot.port) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        (batch,) = mailbox.fetch("INBOX", None, 10)
        between.rewrite = lambda data: data.replace(b"* SEARCH", b"* SEARCH x1(")
        assert list(mailbox.fetch("INBOX", batch.cursor, 10)) == []


def test_a_mail_above_the_bound_is_cut_and_marked(
    dovecot: ImapServer, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "BODY_BOUND", 1000)
    raw = mail("huge", "x" * 5000)
    dovecot.deliver(raw)
    dovecot.deliver(mail("small"))
    (batch,) = mailbox.fetch("INBOX", None, 10)
    huge, small = batch.messages
    assert (huge.raw, huge.truncated) == (raw[:1000], True)
    assert not small.truncated


def test_a_batch_holds_no_more_bytes_than_it_may(
    dovecot: ImapServer, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap_position, "BATCH_BYTES", 5000)
    for number in range(5):
        dovecot.deliver(mail(str(number), "x" * 2000 + "\r\n"))
    batches = list(mailbox.fetch("INBOX", None, 100))
    assert [len(batch.messages) for batch in batches] == [2, 2, 1]
    assert subjects(batches) == ["0", "1", "2", "3", "4"]


def test_a_mail_that_the_server_cannot_read_itself_does_not_hold_up_the_others(
    dovecot: ImapServer, mailbox: ImapMailbox
) -> None:
    for number in range(7):
        dovecot.deliver(mail(str(number)))
    dovecot.mail_files()[3].chmod(0)
    messages = [m for batch in mailbox.fetch("INBOX", None, 100) for m in batch.messages]
    assert [m.raw == b"" for m in messages] == [False, False, False, True, False, False, False]
    assert messages[3].truncated
    assert len({m.key for m in messages}) == 7


def test_a_connection_lost_between_two_batches_is_made_again_without_a_gap(
    dovecot: ImapServer, account: Account
) -> None:
    for number in range(4):
        dovecot.deliver(mail(str(number)))
    with relay(dovecot.port) as between:
        batches = ImapMailbox(replace(account, port=between.port)).fetch("INBOX", None, 2)
        first = next(batches)
        between.hang_up()
        assert subjects([first, *batches]) == ["0", "1", "2", "3"]


def test_a_server_that_goes_away_while_reading_is_unreachable_and_passes_no_mail(
    dovecot: ImapServer, account: Account
) -> None:
    for number in range(4):
        dovecot.deliver(mail(str(number)))
    with relay(dovecot.port) as between:
        batches = ImapMailbox(replace(account, port=between.port)).fetch("INBOX", None, 2)
        next(batches)
        between.go_away()
        with pytest.raises(MailboxUnreachable):
            next(batches)


def test_other_calls_between_two_batches_do_not_change_what_is_read(
    dovecot: ImapServer, mailbox: ImapMailbox, account: Account
) -> None:
    for number in range(4):
        dovecot.deliver(mail(str(number)))
    batches = mailbox.fetch("INBOX", None, 2)
    first = next(batches)
    mailbox.send(mail("offer"), account.address, ["eve@shop.example"])
    assert subjects([first, *batches]) == ["0", "1", "2", "3"]


def test_folders_that_the_operator_names_are_read_and_missing_ones_reported(
    dovecot: ImapServer, account: Account
) -> None:
    dovecot.client.create_folder("Réponses")
    mailbox = ImapMailbox(replace(account, folders=("Réponses", "Nowhere")))
    assert mailbox.folders() == ("INBOX", "Spam", "Réponses")
    with pytest.raises(MailboxError, match="no folder Nowhere"):
        mailbox.check()
    dovecot.deliver(mail("named"), "Réponses")
    assert subjects(list(mailbox.fetch("Réponses", None, 10))) == ["named"]


def test_a_connection_that_dies_in_silence_while_idling_is_found(
    dovecot: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "RE_IDLE", 0.5)
    monkeypatch.setattr(imap, "TIMEOUTS", SocketTimeout(connect=5, read=1))
    with relay(dovecot.port) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        list(mailbox.fetch("INBOX", None, 10))
        threading.Timer(0.2, lambda: setattr(between, "silent", True)).start()
        start = time.monotonic()
        assert mailbox.wait(60)
        assert time.monotonic() - start < 5
        between.silent = False
        dovecot.deliver(mail("after"))
        assert subjects(list(mailbox.fetch("INBOX", None, 10))) == ["after"]


def test_a_dead_idle_is_found_within_ten_minutes() -> None:
    assert imap.RE_IDLE + imap.TIMEOUTS.read < 600


def test_idle_is_begun_anew_without_losing_what_comes_in_between(
    dovecot: ImapServer, mailbox: ImapMailbox, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "RE_IDLE", 0.1)
    list(mailbox.fetch("INBOX", None, 10))
    threading.Timer(1.0, dovecot.deliver, [mail("new")]).start()
    start = time.monotonic()
    assert mailbox.wait(20)
    assert 0.9 < time.monotonic() - start < 10


def test_a_mail_that_is_told_of_in_one_breath_with_the_begin_of_an_idle_is_heard_at_once(
    dovecot: ImapServer, account: Account
) -> None:
    told = (b"+ idling\r\n", b"+ idling\r\n* 1 EXISTS\r\n")
    with relay(dovecot.port, lambda data: data.replace(*told)) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        list(mailbox.fetch("INBOX", None, 10))
        start = time.monotonic()
        assert mailbox.wait(20)
        assert time.monotonic() - start < 5
        assert between.connections == 1


def test_a_server_that_hangs_up_while_idling_means_look_again(dovecot: ImapServer, account: Account) -> None:
    with relay(dovecot.port) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        list(mailbox.fetch("INBOX", None, 10))
        threading.Timer(0.3, between.hang_up).start()
        assert mailbox.wait(20)
        assert subjects(list(mailbox.fetch("INBOX", None, 10))) == []
        assert between.connections == 2


@pytest.mark.parametrize("instead", [b"* BYE that was too much\r\n", b"* OK not now\r\n"])
def test_a_server_that_promises_idle_and_keeps_it_not_is_polled_after_one_try(
    dovecot: ImapServer, account: Account, instead: bytes
) -> None:
    with relay(dovecot.port, lambda data: data.replace(b"+ idling\r\n", instead)) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        list(mailbox.fetch("INBOX", None, 10))
        assert mailbox.wait(5)
        assert not mailbox.wait(0.2)
        dovecot.deliver(mail("new"))
        assert mailbox.wait(0.2)
        assert between.connections == 2


def test_a_server_without_idle_is_polled(
    dovecot: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(imap, "POLL", 0.1)
    with relay(dovecot.port, lambda data: data.replace(b" IDLE", b"")) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        assert not mailbox.check().idle
        list(mailbox.fetch("INBOX", None, 10))
        assert not mailbox.wait(0.3)
        threading.Timer(0.3, dovecot.deliver, [mail("new")]).start()
        assert mailbox.wait(20)


def test_a_connection_lost_between_two_calls_is_made_again(dovecot: ImapServer, account: Account) -> None:
    dovecot.deliver(mail("one"))
    with relay(dovecot.port) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        (batch,) = mailbox.fetch("INBOX", None, 10)
        between.hang_up()
        with pytest.raises(MailboxUnreachable):
            mailbox.folders()
        assert list(mailbox.fetch("INBOX", batch.cursor, 10)) == []


def test_a_server_that_talks_nonsense_is_unreachable_and_no_traceback(
    dovecot: ImapServer, account: Account
) -> None:
    with relay(dovecot.port, lambda data: data.replace(b"* SEARCH", b"* SEARCH x1(")) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        dovecot.deliver(mail("one"))
        with pytest.raises(MailboxUnreachable):
            list(mailbox.fetch("INBOX", None, 10))


def test_a_server_without_lasting_uids_is_not_read(dovecot: ImapServer, account: Account) -> None:
    with relay(dovecot.port, lambda data: data.replace(b"UIDVALIDITY", b"UIDVOLATILE")) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        with pytest.raises(MailboxError, match="cannot be read safely"):
            list(mailbox.fetch("INBOX", None, 10))


def test_a_full_server_is_not_taken_for_a_wrong_password(dovecot: ImapServer, account: Account) -> None:
    with relay(dovecot.port, lambda data: data.replace(b"[AUTHENTICATIONFAILED]", b"[LIMIT]")) as between:
        full = replace(account, port=between.port, secret=SecretStr("wrong"))
        with pytest.raises(MailboxUnreachable, match="cannot log anyone in now"):
            ImapMailbox(full).check()


def test_a_server_that_hangs_up_at_login_is_not_taken_for_a_wrong_password(
    dovecot: ImapServer, account: Account
) -> None:
    with relay(dovecot.port) as between:
        between.last_words = b"Logged in"
        mailbox = ImapMailbox(replace(account, port=between.port))
        with pytest.raises(MailboxUnreachable):
            mailbox.check()


def test_a_server_that_wants_tls_first_says_what_to_change(dovecot: ImapServer, account: Account) -> None:
    with relay(dovecot.port, lambda data: data.replace(b"AUTH=PLAIN", b"LOGINDISABLED")) as between:
        mailbox = ImapMailbox(replace(account, port=between.port))
        with pytest.raises(MailboxRefused, match="set tls to starttls"):
            mailbox.check()


@pytest.mark.parametrize("secret", ["пароль", 'quote"back\\slash', "line\r\nA1 LOGOUT"])
def test_an_odd_password_is_refused_like_any_other(account: Account, secret: str) -> None:
    with pytest.raises(MailboxRefused):
        ImapMailbox(replace(account, secret=SecretStr(secret))).check()


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_tls_works_with_a_certificate_that_is_trusted(
    dovecot: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    port = dovecot.tls_port if mode == "tls" else dovecot.port
    assert ImapMailbox(replace(account, tls=mode, port=port)).check().sent == "Envoyés"


@pytest.mark.parametrize("mode", ["tls", "starttls"])
def test_a_certificate_that_nobody_vouches_for_gets_no_password(
    dovecot: ImapServer, account: Account, mode: str
) -> None:
    port = dovecot.tls_port if mode == "tls" else dovecot.port
    with pytest.raises(MailboxUnreachable, match="certificate"):
        ImapMailbox(replace(account, tls=mode, port=port)).check()


def test_idle_over_tls_hears_of_new_mail(
    dovecot: ImapServer, account: Account, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(dovecot.certificate))
    mailbox = ImapMailbox(replace(account, tls="tls", port=dovecot.tls_port))
    list(mailbox.fetch("INBOX", None, 10))
    threading.Timer(0.4, dovecot.deliver, [mail("new")]).start()
    start = time.monotonic()
    assert mailbox.wait(20)
    assert 0.3 < time.monotonic() - start < 10


def test_a_copy_of_what_was_sent_lies_in_the_sent_folder_once(
    dovecot: ImapServer, mailbox: ImapMailbox, account: Account
) -> None:
    raw = mail("offer")
    mailbox.send(raw, account.address, ["eve@shop.example"])
    assert dovecot.mails("Envoyés") == [raw]


def test_a_server_that_keeps_the_copy_itself_gets_no_second_one(
    dovecot: ImapServer, mailbox: ImapMailbox, account: Account
) -> None:
    raw = mail("offer")
    dovecot.deliver(raw, "Envoyés")
    mailbox.send(raw, account.address, ["eve@shop.example"])
    assert dovecot.mails("Envoyés") == [raw]


def test_a_mail_that_left_stays_sent_when_no_copy_can_be_kept(
    account: Account, postbox: Postbox, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.WARNING):
        ImapMailbox(replace(account, port=9)).send(mail("offer"), account.address, ["eve@shop.example"])
    assert len(postbox.mails) == 1
    assert "no copy could be kept" in caplog.text


def test_a_mailbox_without_a_sent_folder_sends_and_proves_nothing(
    pymap: ImapServer, postbox: Postbox
) -> None:
    pymap.client.delete_folder("Sent")
    try:
        mailbox = ImapMailbox(imap_account(pymap, postbox))
        assert mailbox.check().sent is None
        mailbox.send(mail("offer"), "anna@example.org", ["eve@shop.example"])
        assert not mailbox.find_sent("<offer@x.example>")
    finally:
        pymap.client.create_folder("Sent")


def test_an_account_shows_no_secret(account: Account) -> None:
    assert "secret'" not in repr(account).replace("SecretStr('**********')", "")


@given(
    sizes=st.dictionaries(st.integers(1, 60), st.integers(0, 2 * imap.BODY_BOUND), max_size=40),
    horizon=st.integers(0, 60),
    limit=st.integers(1, 7),
)
def test_runs_hold_every_uid_once_in_order_within_all_bounds(
    sizes: dict[int, int], horizon: int, limit: int
) -> None:
    runs = list(Position(1, horizon=horizon).runs(sizes, limit))
    assert [uid for run in runs for uid in run] == sorted(sizes)
    for run in runs:
        assert 1 <= len(run) <= limit
        assert len({uid <= horizon for uid in run}) == 1
        assert sum(min(sizes[uid], imap.BODY_BOUND) for uid in run) <= BATCH_BYTES
