"""Mails that a person deletes while they are fetched, by another connection."""

from dataclasses import replace

from inbox.imap import ImapMailbox
from inbox.mailbox import Account
from tests.integration.mail.providers import mail
from tests.integration.mail.relay import relay
from tests.integration.mail.servers import ImapServer
from tests.integration.mail.test_imap import account, mailbox, subjects

__all__ = ["account", "mailbox"]


def delete(server: ImapServer, uid: int) -> None:
    server.client.select_folder("INBOX")
    server.client.delete_messages([uid])
    server.client.expunge()


def test_a_mail_deleted_after_it_was_found_is_left_out(dovecot: ImapServer, mailbox: ImapMailbox) -> None:
    for name in ("one", "two", "three", "four"):
        dovecot.deliver(mail(name))
    batches = mailbox.fetch("INBOX", None, 2)
    first = next(batches)
    delete(dovecot, 3)
    assert subjects([first, *batches]) == ["one", "two", "four"]


def test_a_deleted_mail_of_which_only_the_flags_are_told_is_left_out(
    dovecot: ImapServer, account: Account
) -> None:
    for name in ("one", "two"):
        dovecot.deliver(mail(name))

    def told(data: bytes) -> bytes:
        head, found, rest = data.partition(b"* 2 FETCH (UID 2 INTERNALDATE")
        if not found:
            return data
        delete(dovecot, 2)
        return head + b"* 2 FETCH (UID 2 FLAGS (\\Deleted))\r\n" + rest.rpartition(b"\r\n)\r\n")[2]

    with relay(dovecot.port, told) as between:
        batches = ImapMailbox(replace(account, port=between.port)).fetch("INBOX", None, 10)
        assert subjects(list(batches)) == ["one"]
