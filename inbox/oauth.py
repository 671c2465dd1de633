"""OAuth 2.0 for mailboxes: what a consent screen left behind becomes access tokens, for an API or XOAUTH2.

Google and Microsoft take no password from programs over IMAP and SMTP. Both take a token there instead
(https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). An access token serves for an hour; the
refresh token behind it lasts until it is withdrawn. Microsoft hands out a new one with every access token,
and forgets the old one in the end; others forget it at once. So whoever opens an account says, with
`Account.keep`, where its successor is stored.
"""

import threading
from collections import deque

import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2  # type: ignore[import-untyped]
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from pydantic import BaseModel, SecretStr, ValidationError

from inbox.mailbox import Account, Keep
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable

TIMEOUT = 60.0

KNOWN = 8
"""Predecessors of a secret that are known as such: a connection speaks of the one that it was opened with."""

_lock = threading.RLock()
"""Around a refresh: two threads with one refresh token would each get a successor of it."""

_held: dict[str, "Held"] = {}
"""By address. Kept, as an access token serves for an hour and a connection for one poll."""


class Authorised(BaseModel):
    """The secret of an account that signs in by OAuth, as JSON. Microsoft's `token_uri` is
    https://login.microsoftonline.com/common/oauth2/v2.0/token, and it wants the `scope` again.
    """

    client_id: str
    client_secret: str = ""
    refresh_token: str
    token_uri: str = "https://oauth2.googleapis.com/token"  # noqa: S105 - an address
    scope: str = ""


def authorised(secret: SecretStr) -> bool:
    """Whether a secret is that of OAuth, not a password."""
    return secret.get_secret_value().lstrip().startswith("{")


class Held(Credentials):
    """Credentials whose successor is kept at once when a refresh replaces them. Raises MailboxRefused."""

    def __init__(self, secret: SecretStr) -> None:
        parsed = _parsed(secret)
        super().__init__(  # type: ignore[no-untyped-call]
            token=None,
            refresh_token=parsed.refresh_token,
            token_uri=parsed.token_uri,
            client_id=parsed.client_id,
            client_secret=parsed.client_secret,
            scopes=parsed.scope.split() or None,
        )
        self.secrets = deque([secret], maxlen=KNOWN)
        self.keep: Keep | None = None

    def refresh(self, request: object) -> None:
        """As google-auth does, which asks for it by itself where a token has run out."""
        with _lock:
            super().refresh(request)  # type: ignore[no-untyped-call]
            parsed = _parsed(self.secrets[-1])
            if self.refresh_token != parsed.refresh_token:
                successor = parsed.model_copy(update={"refresh_token": self.refresh_token})
                self._succeed(SecretStr(successor.model_dump_json()))

    def _succeed(self, secret: SecretStr) -> None:
        self.secrets.append(secret)
        if self.keep is not None:
            self.keep(secret)


def credentials(account: Account) -> Held:
    """Those of an account, one for all who open it in this process. Raises MailboxRefused."""
    with _lock:
        held = _held.get(account.address)
        if held is None or account.secret not in held.secrets:
            held = _held[account.address] = Held(account.secret)
        held.keep = account.keep
        return held


def access_token(account: Account, anew: bool = False) -> str:
    """A token that serves now; `anew` where the last one was not taken. Raises as `Mailbox` says."""
    held = credentials(account)
    with _lock:
        if anew or not held.valid:
            _refresh(held, account.address)
    return str(held.token)


def xoauth2(user: str, token: str) -> str:
    """The initial response of the SASL mechanism XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def refused(trouble: GoogleAuthError, address: str) -> MailboxError:
    """What a failed refresh means: withdrawn for good, or a login server that is away."""
    if isinstance(trouble, RefreshError) and not trouble.retryable:
        return withdrawn(address)
    return MailboxUnreachable(f"The login server of {address} cannot be reached.")


def withdrawn(address: str) -> MailboxRefused:
    """A person must sign in again."""
    return MailboxRefused(f"Access to {address} was withdrawn or has expired: authorise it again.")


def _refresh(held: Held, address: str) -> None:
    try:
        held.refresh(google_auth_httplib2.Request(httplib2.Http(timeout=TIMEOUT)))
    except GoogleAuthError as trouble:  # its text may repeat what was sent
        raise refused(trouble, address) from None
    except (OSError, httplib2.HttpLib2Error):
        raise MailboxUnreachable(f"The login server of {address} cannot be reached.") from None


def _parsed(secret: SecretStr) -> Authorised:
    try:
        return Authorised.model_validate_json(secret.get_secret_value())
    except ValidationError:  # it repeats its input, which is the secret
        raise MailboxRefused("The secret of this mailbox is not the JSON of an authorised user.") from None
