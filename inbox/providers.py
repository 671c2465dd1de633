"""The mail providers by name: a new one is a file and a line here."""

from collections.abc import Callable

from inbox.gmail import GmailMailbox
from inbox.imap import ImapMailbox
from inbox.mailbox import Account, Mailbox
from shared.errors import BadInput

PROVIDERS: dict[str, Callable[[Account], Mailbox]] = {
    "imap": ImapMailbox,
    "gmail": GmailMailbox,
}


def open_mailbox(account: Account) -> Mailbox:
    """The mailbox of an account, not yet connected. Raises `BadInput` for a provider that nobody wrote."""
    try:
        provider = PROVIDERS[account.provider]
    except KeyError:
        known = ", ".join(sorted(PROVIDERS))
        raise BadInput(f"There is no mail provider {account.provider!r}: use one of {known}.") from None
    return provider(account)
