"""A mailbox as Relance uses it: read new mail from where we left off, wait for more, send, and prove that we
sent.

Every provider is one file that satisfies `Mailbox`, named in `providers.py` and held to the same contract
test. The calls block: they run in worker threads, one thread at a time for each mailbox.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Literal, Protocol

from pydantic import SecretStr

Cursor = Mapping[str, str | int | bool]
"""Where reading of one folder stopped. Opaque to everyone but its provider, never changed, and plain JSON."""

Keep = Callable[[SecretStr], None]
"""Stores the secret that takes the place of an account's."""

Tls = Literal["tls", "starttls", "none"]

BODY_BOUND = 25 * 1024 * 1024
"""Bytes of one mail that are read at most: what the large providers accept, so anything above is hostile or
odd.
"""


@dataclass(frozen=True, slots=True)
class Account:
    """How to reach one mailbox.

    `host` and the fields after it are the IMAP server's; for Gmail `host` is the API's root ("" for Google's
    own), and `secret` the JSON of an authorised user (`inbox.oauth.Authorised`), which IMAP and SMTP servers
    take in place of a password too.
    Mail received before `since` is left where it is. `folders` are read beside the inbox and the junk folder;
    Gmail has none, its inbox is all mail that came in. `keep` is called at once where the login server
    replaces the secret; None forgets the successor.
    """

    provider: str
    address: str
    secret: SecretStr
    user: str = ""
    host: str = ""
    port: int = 993
    tls: Tls = "tls"
    smtp_host: str = ""
    smtp_port: int = 587
    smtp_tls: Tls = "starttls"
    folders: tuple[str, ...] = ()
    since: date | None = None
    keep: Keep | None = field(default=None, repr=False, compare=False)


@dataclass(frozen=True, slots=True)
class Report:
    """What `check` found. `sent` is None where the mailbox keeps no folder of sent mail: nothing then proves
    a send.
    """

    folders: tuple[str, ...]
    sent: str | None
    idle: bool
    server: str


@dataclass(frozen=True, slots=True)
class RawMessage:
    """One mail as the server holds it.

    `key` names it within its folder for as long as the provider's numbering lasts; `raw` is RFC 5322 bytes,
    cut at `BODY_BOUND` when `truncated`; `received_at` is the server's own clock (UTC), not the mail's Date
    header.
    """

    folder: str
    key: str
    raw: bytes = field(repr=False)
    received_at: datetime
    truncated: bool = False


@dataclass(frozen=True, slots=True)
class Batch:
    """Messages and the cursor that stands behind them: both are stored in one transaction, or neither.

    A batch without messages still moves the cursor. `reset` says that the server's numbering started anew, so
    these mails may be known under older keys: match them by Message-ID and content, and notify of none that
    is known.
    """

    messages: tuple[RawMessage, ...]
    cursor: Cursor
    reset: bool = False


class Mailbox(Protocol):
    """One mailbox behind any provider.

    Every method raises `MailboxRefused` (wrong or withdrawn credentials: a person must act) or
    `MailboxUnreachable` (try later); the message is one sentence without a secret. A lost connection is made
    again by the next call.
    """

    def check(self) -> Report:
        """Log in and look around, without changing anything."""

    def folders(self) -> tuple[str, ...]:
        """The folders to read: inbox, junk where there is one, then those that the account names."""

    def fetch(self, folder: str, cursor: Cursor | None, limit: int) -> Iterator[Batch]:
        """What came into `folder` after `cursor`, oldest first, at most `limit` mails a batch.

        Without a cursor (None, or an empty one) it reads from the account's `since`. Nothing is marked as
        read, and being read by a person hides nothing. The iterator ends when it has caught up; a mail
        deleted meanwhile is left out.
        """

    def wait(self, seconds: float) -> bool:
        """Block until the inbox may hold something new, at most `seconds`; False when it surely does not.

        A connection that died in silence is found within ten minutes and counts as "may hold something new".
        """

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Hand over one mail and keep a copy among the sent ones.

        The point of no return is the last byte of the mail. Before it `MailRejected` (for good),
        `MailboxRefused` and `MailboxUnreachable` mean that nothing left. A plain `MailboxError` means that
        the answer was lost after it: the mail may have left, so ask `find_sent`, and never send again by
        yourself.
        """

    def find_sent(self, message_id: str) -> bool:
        """Whether the sent mails hold this Message-ID (with its angle brackets). False proves nothing."""

    def close(self) -> None:
        """Let go of the connection; a later call makes a new one."""
