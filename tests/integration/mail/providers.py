"""Each mail provider on its server, for the contract test: the mailbox, and the server from outside."""

import base64
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from pydantic import SecretStr

from inbox.gmail import GmailMailbox
from inbox.imap import ImapMailbox
from inbox.mailbox import Account, Mailbox
from tests.integration.mail.servers import PASSWORD, ImapServer, Postbox
from tests.standins.gmail_api import ADDRESS, GmailServer

PROVIDERS = ("pymap", "dovecot", "gmail")


def mail(subject: str, body: str = "Hello\r\n", message_id: str | None = None) -> bytes:
    """A small mail; a Message-ID of its own unless one is given ("" for none)."""
    identity = f"<{subject}@x.example>" if message_id is None else message_id
    header = f"Message-ID: {identity}\r\n" if identity else ""
    people = "From: anna@example.org\r\nTo: eve@shop.example\r\n"
    return f"{header}{people}Subject: {subject}\r\n\r\n{body}".encode()


@dataclass
class Provided:
    """One provider under test. `sent` holds what left, as its server saw it."""

    mailbox: Mailbox
    account: Account
    open: Callable[[Account], Mailbox]
    deliver: Callable[..., None]
    read_everything: Callable[[], None]
    delete_everything: Callable[[], None]
    unread: Callable[[], int]
    sent: Callable[[], Sequence[bytes]]
    unreachable: Account
    wrong_secret: str = "hunter2"

    @property
    def address(self) -> str:
        return self.account.address

    def with_wrong_secret(self) -> Mailbox:
        return self.open(replace(self.account, secret=SecretStr(self.wrong_secret)))

    def elsewhere(self) -> Mailbox:
        return self.open(self.unreachable)


def imap_account(server: ImapServer, box: Postbox, **changes: object) -> Account:
    account = Account(
        provider="imap",
        address=server.user,
        secret=SecretStr(PASSWORD),
        host="127.0.0.1",
        port=server.port,
        tls="none",
        smtp_host="127.0.0.1",
        smtp_port=box.port,
        smtp_tls="none",
    )
    return replace(account, **changes)  # type: ignore[arg-type]


def over_imap(server: ImapServer, box: Postbox) -> Provided:
    account = imap_account(server, box)
    return Provided(
        mailbox=ImapMailbox(account),
        account=account,
        open=ImapMailbox,
        deliver=server.deliver,
        read_everything=server.read_everything,
        delete_everything=server.delete_everything,
        unread=server.unread,
        sent=lambda: [raw for _, _, raw in box.mails],
        unreachable=replace(account, port=9),
    )


def gmail_account(server: GmailServer, **changes: object) -> Account:
    account = Account("gmail", ADDRESS, SecretStr(server.secret()), host=server.url)
    return replace(account, **changes)  # type: ignore[arg-type]


def over_gmail(server: GmailServer) -> Provided:
    account = gmail_account(server)
    return Provided(
        mailbox=GmailMailbox(account),
        account=account,
        open=GmailMailbox,
        deliver=server.deliver,
        read_everything=server.read_everything,
        delete_everything=server.delete_everything,
        unread=server.unread,
        sent=lambda: [base64.urlsafe_b64decode(request["raw"]) for request in server.sent],
        unreachable=replace(account, host="http://127.0.0.1:9"),
        wrong_secret=server.secret("hunter2"),
    )
