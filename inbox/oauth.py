"""OAuth 2.0 for mailboxes: what a consent screen left behind becomes access tokens, for an API or XOAUTH2.

Google and Microsoft take no password from programs over IMAP and SMTP. Both take a token there instead
(https://developers.google.com/workspace/gmail/imap/xoauth2-protocol). An access token serves for an hour; the
refresh token behind it lasts until it is withdrawn. Microsoft hands out a new one with every access token,
and forgets the old one in the end: `renewed` is to be stored.
"""

import threading
from functools import lru_cache

import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2  # type: ignore[import-untyped]
from google.auth.exceptions import GoogleAuthError, RefreshError
from google.oauth2.credentials import Credentials
from pydantic import BaseModel, SecretStr, ValidationError

from inbox.mailbox import Account
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable

TIMEOUT = 60.0

_lock = threading.Lock()
"""Around a refresh: two threads with one refresh token would each get a successor of it."""


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


@lru_cache(maxsize=1024)
def credentials(secret: SecretStr) -> Credentials:
    """Kept, as an access token serves for an hour and a connection for one poll. Raises MailboxRefused."""
    parsed = _parsed(secret)
    return Credentials(  # type: ignore[no-untyped-call]
        token=None,
        refresh_token=parsed.refresh_token,
        token_uri=parsed.token_uri,
        client_id=parsed.client_id,
        client_secret=parsed.client_secret,
        scopes=parsed.scope.split() or None,
    )


def access_token(account: Account, anew: bool = False) -> str:
    """A token that serves now; `anew` where the last one was not taken. Raises as `Mailbox` says."""
    held = credentials(account.secret)
    with _lock:
        if anew or not held.valid:
            _refresh(held, account.address)
    return str(held.token)


def xoauth2(user: str, token: str) -> str:
    """The initial response of the SASL mechanism XOAUTH2."""
    return f"user={user}\x01auth=Bearer {token}\x01\x01"


def renewed(secret: SecretStr) -> SecretStr | None:
    """The secret with the refresh token that has replaced the stored one; None where it is still the same."""
    if not authorised(secret):
        return None
    parsed, held = _parsed(secret), credentials(secret)
    if held.refresh_token == parsed.refresh_token:
        return None
    successor = parsed.model_copy(update={"refresh_token": held.refresh_token})
    replaced = SecretStr(successor.model_dump_json())
    kept = credentials(replaced)  # which else asks for a token at the next poll, and is replaced again
    kept.token, kept.expiry = held.token, held.expiry
    return replaced


def refused(trouble: GoogleAuthError, address: str) -> MailboxError:
    """What a failed refresh means: withdrawn for good, or a login server that is away."""
    if isinstance(trouble, RefreshError) and not trouble.retryable:
        return withdrawn(address)
    return MailboxUnreachable(f"The login server of {address} cannot be reached.")


def withdrawn(address: str) -> MailboxRefused:
    """A person must sign in again."""
    return MailboxRefused(f"Access to {address} was withdrawn or has expired: authorise it again.")


def _refresh(held: Credentials, address: str) -> None:
    try:
        held.refresh(google_auth_httplib2.Request(httplib2.Http(timeout=TIMEOUT)))  # type: ignore[no-untyped-call]
    except GoogleAuthError as trouble:  # its text may repeat what was sent
        raise refused(trouble, address) from None
    except (OSError, httplib2.HttpLib2Error):
        raise MailboxUnreachable(f"The login server of {address} cannot be reached.") from None


def _parsed(secret: SecretStr) -> Authorised:
    try:
        return Authorised.model_validate_json(secret.get_secret_value())
    except ValidationError:  # it repeats its input, which is the secret
        raise MailboxRefused("The secret of this mailbox is not the JSON of an authorised user.") from None
