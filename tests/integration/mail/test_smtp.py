"""Handing a mail over: what left, what surely did not, and what nobody knows."""

import ssl
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from aiosmtpd.controller import Controller
from pydantic import SecretStr

from inbox.mailbox import Account
from inbox.smtp import deliver, reach
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable, MailRejected
from tests.integration.mail.providers import mail
from tests.integration.mail.relay import relay
from tests.integration.mail.servers import PASSWORD, USER, Postbox, authenticate, certificate, free_port

EVE = "eve@shop.example"
RAW = mail("offer", body=".dot\r\n..dots\r\nend\r\n")


@pytest.fixture
def account(postbox: Postbox) -> Account:
    secret = SecretStr(PASSWORD)
    return Account("imap", USER, secret, smtp_host="127.0.0.1", smtp_port=postbox.port, smtp_tls="none")


def test_a_mail_arrives_byte_for_byte(account: Account, postbox: Postbox) -> None:
    deliver(account, RAW, USER, [EVE])
    assert postbox.mails == [(USER, [EVE], RAW)]


def test_a_recipient_refused_for_good_rejects_the_mail_and_nobody_else_gets_it(
    account: Account, postbox: Postbox
) -> None:
    postbox.replies["gone@shop.example"] = "550 5.1.1 no such user here"
    with pytest.raises(MailRejected, match=r"answered 550 .* no such user here"):
        deliver(account, RAW, USER, [EVE, "gone@shop.example"])
    assert postbox.mails == []


def test_a_greylisted_recipient_is_for_later(account: Account, postbox: Postbox) -> None:
    postbox.replies[EVE] = "451 4.7.1 try again"
    with pytest.raises(MailboxUnreachable, match="451"):
        deliver(account, RAW, USER, [EVE])
    assert postbox.mails == []


def test_a_server_that_wants_a_login_is_no_judgement_on_the_mail(account: Account, postbox: Postbox) -> None:
    postbox.replies[EVE] = "530 5.7.0 authentication required"
    with pytest.raises(MailboxRefused):
        deliver(account, RAW, USER, [EVE])


def test_a_text_refused_for_good_rejects_the_mail(account: Account, postbox: Postbox) -> None:
    postbox.verdict = "554 5.7.1 we do not like this"
    with pytest.raises(MailRejected, match="we do not like this"):
        deliver(account, RAW, USER, [EVE])


def test_a_text_put_off_is_for_later(account: Account, postbox: Postbox) -> None:
    postbox.verdict = "452 4.3.1 no room"
    with pytest.raises(MailboxUnreachable, match="no room"):
        deliver(account, RAW, USER, [EVE])


def test_an_answer_lost_after_the_last_byte_is_neither_sent_nor_not_sent(
    account: Account, postbox: Postbox
) -> None:
    postbox.hang_up_after_data = True
    with pytest.raises(MailboxError, match="may have left") as failure:
        deliver(account, RAW, USER, [EVE])
    assert type(failure.value) is MailboxError
    assert len(postbox.mails) == 1


def test_a_connection_lost_before_the_text_means_that_nothing_left(
    account: Account, postbox: Postbox
) -> None:
    with relay(postbox.port) as between:
        between.last_words = b"250 OK"
        with pytest.raises(MailboxUnreachable):
            deliver(replace(account, smtp_port=between.port), RAW, USER, [EVE])
    assert postbox.mails == []


def test_a_wrong_password_is_refused_without_showing_it(account: Account, postbox: Postbox) -> None:
    with pytest.raises(MailboxRefused) as refusal:
        deliver(replace(account, secret=SecretStr("hunter2")), RAW, USER, [EVE])
    assert "hunter2" not in str(refusal.value)
    assert refusal.value.__cause__ is None
    assert postbox.mails == []


def test_a_password_beyond_ascii_is_refused_like_any_other(account: Account) -> None:
    with pytest.raises(MailboxRefused):
        deliver(replace(account, secret=SecretStr("пароль")), RAW, USER, [EVE])


def test_a_server_too_busy_to_log_in_is_for_later(account: Account, postbox: Postbox) -> None:
    with relay(postbox.port, lambda data: data.replace(b"535 ", b"454 ")) as between:
        busy = replace(account, smtp_port=between.port, secret=SecretStr("x"))
        with pytest.raises(MailboxUnreachable, match="454"):
            deliver(busy, RAW, USER, [EVE])


def test_no_server_is_unreachable(account: Account) -> None:
    with pytest.raises(MailboxUnreachable, match="cannot be reached"):
        deliver(replace(account, smtp_port=9), RAW, USER, [EVE])


@pytest.mark.parametrize(
    "address", ["eve@shop.example>\r\nRCPT TO:<all@x.example", "ève@shop.example", "a b@c.example", "<>"]
)
def test_an_address_that_could_change_the_dialogue_never_reaches_it(
    account: Account, postbox: Postbox, address: str
) -> None:
    with pytest.raises(MailRejected):
        deliver(account, RAW, USER, [address])
    with pytest.raises(MailRejected):
        deliver(account, RAW, address, [EVE])
    assert postbox.mails == []


@pytest.fixture
def starttls_only(tmp_path: Path) -> Iterator[Controller]:
    certificate(tmp_path)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(tmp_path / "cert.pem", tmp_path / "key.pem")
    box = Postbox()
    controller = Controller(
        box,
        hostname="127.0.0.1",
        port=free_port(),
        tls_context=context,
        require_starttls=True,
        authenticator=authenticate,
    )
    controller.start()
    yield controller
    controller.stop()


def test_starttls_encrypts_with_a_trusted_certificate(
    account: Account, starttls_only: Controller, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "cert.pem"))
    deliver(replace(account, smtp_tls="starttls", smtp_port=starttls_only.port), RAW, USER, [EVE])
    assert len(starttls_only.handler.mails) == 1


def test_starttls_stops_at_a_certificate_that_nobody_vouches_for(
    account: Account, starttls_only: Controller
) -> None:
    with pytest.raises(MailboxUnreachable, match="certificate"):
        deliver(replace(account, smtp_tls="starttls", smtp_port=starttls_only.port), RAW, USER, [EVE])
    assert starttls_only.handler.mails == []


def test_a_server_without_starttls_is_told_nothing(account: Account, postbox: Postbox) -> None:
    with pytest.raises(MailboxUnreachable):
        reach(replace(account, smtp_tls="starttls"))
    assert postbox.mails == []
