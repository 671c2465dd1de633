"""The mail providers by name: a new one is a file and a line here."""

from collections.abc import Callable
from pkgutil import resolve_name

from inbox.mailbox import Account, Mailbox
from shared.errors import BadInput

PROVIDERS = {
    "imap": "inbox.imap:ImapMailbox",
    "gmail": "inbox.gmail:GmailMailbox",
}
"""Where each is written: imported, with the libraries it brings, when a mailbox of its kind is opened."""


def open_mailbox(account: Account) -> Mailbox:
    """The mailbox of an account, not yet connected. Raises `BadInput` for a provider that nobody wrote."""
    if account.provider not in PROVIDERS:
        known = ", ".join(sorted(PROVIDERS))
        raise BadInput(f"There is no mail provider {account.provider!r}: use one of {known}.")
    provider: Callable[[Account], Mailbox] = resolve_name(PROVIDERS[account.provider])
    return provider(account)
