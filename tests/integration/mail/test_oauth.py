"""Signing in to IMAP and SMTP with OAuth instead of a password."""

from collections.abc import Iterator
from dataclasses import replace

import pytest
from pydantic import SecretStr
from sqlalchemy import select

from inbox import oauth
from inbox.imap import ImapMailbox
from inbox.mailbox import Account
from shared.db import transaction
from shared.errors import MailboxRefused, MailboxUnreachable
from shared.models import Draft, Mailbox, Outgoing
from shared.settings import settings
from tests.integration.mail.providers import imap_account, mail
from tests.integration.mail.servers import ImapServer, Postbox
from tests.integration.workers.conftest import World, build
from tests.integration.workers.letters import sent_form, understood, written
from tests.standins.oauth import OAuthServer, oauth_server
from workers.services import accounts, drafts, mailboxes, outgoing, reviews
from workers.services import mail as reading
from workers.services.mailboxes import account_of


@pytest.fixture
def login(dovecot: ImapServer) -> Iterator[OAuthServer]:
    oauth._held.clear()
    with oauth_server(dovecot.user, dovecot.oauth_port) as server:
        yield server


@pytest.fixture
def account(dovecot: ImapServer, postbox: Postbox, login: OAuthServer) -> Account:
    return imap_account(dovecot, postbox, secret=SecretStr(login.secret()))


def test_a_mailbox_is_read_with_a_token_that_serves_for_many_connections(
    dovecot: ImapServer, account: Account, login: OAuthServer
) -> None:
    dovecot.deliver(mail("one"))
    for _ in range(3):
        mailbox = ImapMailbox(account)
        (batch,) = mailbox.fetch("INBOX", None, 10)
        assert len(batch.messages) == 1
        mailbox.close()
    assert login.refreshes == 1


def test_mail_is_sent_with_the_same_token(
    account: Account, postbox: Postbox, login: OAuthServer, dovecot: ImapServer
) -> None:
    postbox.tokens = {"access-1"}
    ImapMailbox(account).send(mail("offer"), account.address, ["eve@shop.example"])
    assert len(postbox.mails) == 1


def test_a_token_that_ended_early_is_replaced_once(
    dovecot: ImapServer, account: Account, login: OAuthServer
) -> None:
    assert oauth.access_token(account) == "access-1"
    login.tokens.clear()
    assert ImapMailbox(account).folders()
    assert login.refreshes == 2


def test_access_that_was_withdrawn_is_for_a_person_to_mend(account: Account, login: OAuthServer) -> None:
    login.revoked = True
    with pytest.raises(MailboxRefused, match="withdrawn or has expired: authorise it again") as refusal:
        ImapMailbox(account).folders()
    assert "hush" not in str(refusal.value)
    with pytest.raises(MailboxRefused):
        ImapMailbox(account).send(mail("offer"), account.address, ["eve@shop.example"])


def test_a_login_server_that_is_away_is_for_later(account: Account) -> None:
    away = (
        account.secret.get_secret_value().replace("/token", ":9/token").replace("127.0.0.1:", "127.0.0.1:9")
    )
    with pytest.raises(MailboxUnreachable):
        oauth.access_token(replace(account, secret=SecretStr(away)))


def test_what_is_no_json_of_a_user_is_refused_without_being_shown(account: Account) -> None:
    with pytest.raises(MailboxRefused, match="not the JSON") as refusal:
        oauth.access_token(replace(account, secret=SecretStr('{"token": "hush"}')))
    assert "hush" not in str(refusal.value)


@pytest.fixture
def polled(database: str, fresh_settings: pytest.MonkeyPatch) -> None:
    fresh_settings.setenv("RELANCE_POLL_EVERY", "0")
    settings.cache_clear()


def test_a_refresh_token_that_was_replaced_is_kept_in_the_vault(
    polled: None, account: Account, login: OAuthServer
) -> None:
    login.rotates = True
    world = build("acme", account)
    reading.poll(world.mailbox)
    with transaction(world.tenant) as session:
        row = session.get_one(Mailbox, world.mailbox)
    assert (row.reason, login.refresh_token) == ("", "refresh-1")
    assert "refresh-1" in account_of(row).secret.get_secret_value()


def stored_secret(world: World) -> str:
    with transaction(world.tenant) as session:
        return account_of(session.get_one(Mailbox, world.mailbox)).secret.get_secret_value()


def test_a_refresh_token_that_is_replaced_by_sending_is_kept_too(
    polled: None, account: Account, login: OAuthServer, postbox: Postbox
) -> None:
    login.rotates, postbox.tokens = True, {"access-1"}
    world = build("acme", account)
    name, _, domain = account.address.partition("@")
    token = sent_form(world, "bakery.org").token
    understood(world, written("This is very interesting, please call me.", f"{name}+{token}@{domain}"))
    with transaction(world.tenant) as session:
        drafts.write(session.scalars(select(Draft.id)).one())
    (line,) = reviews.queue(world.tenant)
    reviews.approve(world.tenant, line.id, "eve@acme.example", "Re", "Thursday it is.")
    with transaction(world.tenant) as session:
        outgoing.send(session.scalars(select(Outgoing.id)).one())
    assert len(postbox.mails) == 1
    assert login.refresh_token in stored_secret(world)


def test_a_refresh_token_that_is_replaced_by_a_check_is_kept_too(
    polled: None, account: Account, login: OAuthServer, postbox: Postbox
) -> None:
    login.rotates, postbox.tokens = True, {"access-1"}
    world = build("acme", account)
    mailboxes.check(world.tenant, account.address)
    assert "refresh-1" in stored_secret(world)


def test_a_mailbox_is_added_with_the_refresh_token_that_serves_next(
    polled: None, account: Account, login: OAuthServer, postbox: Postbox
) -> None:
    login.rotates, postbox.tokens = True, {"access-1"}
    tenant = accounts.create_tenant("acme", "Acme", "test")
    mailbox, _ = mailboxes.add(tenant, account, plus_addressing=True, actor="test")
    assert "refresh-1" in stored_secret(World(tenant, mailbox, ""))


def test_every_replacement_is_kept_while_one_connection_lasts(
    polled: None, account: Account, login: OAuthServer
) -> None:
    login.rotates = True
    world = build("acme", account)
    with transaction(world.tenant) as session:
        opened = account_of(session.get_one(Mailbox, world.mailbox))
    for _ in range(3):
        oauth.access_token(opened, anew=True)
    assert "refresh-3" in stored_secret(world)
    assert oauth.access_token(opened) == "access-3"


def test_a_refresh_token_is_not_replaced_again_while_the_access_token_serves(
    polled: None, account: Account, login: OAuthServer
) -> None:
    login.rotates = True
    world = build("acme", account)
    for _ in range(3):
        reading.poll(world.mailbox)
    assert login.refreshes == 1


def test_a_mailbox_whose_access_was_withdrawn_says_so(
    polled: None, account: Account, login: OAuthServer
) -> None:
    login.revoked = True
    world = build("acme", account)
    reading.poll(world.mailbox)
    with transaction(world.tenant) as session:
        row = session.get_one(Mailbox, world.mailbox)
    assert row.reason == "refused"
    assert "authorise it again" in row.detail
