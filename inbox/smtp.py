"""Handing one mail to an SMTP submission server (RFC 6409), with the point of no return in plain sight."""

import contextlib
import smtplib
import ssl
from collections.abc import Iterator, Sequence

from inbox.mailbox import Account
from inbox.oauth import access_token, authorised, xoauth2
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable, MailRejected

TIMEOUT = 60.0
"""Seconds for each exchange with the server. RFC 5321, 4.5.3.2 allows more, but a worker holds a lease
meanwhile.
"""

ASKS_FOR_LOGIN = frozenset({530, 534, 535, 538})
"""RFC 4954, 6: the server wants other credentials; nothing is wrong with the mail."""


def deliver(account: Account, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
    """Send `raw` (RFC 5322, CRLF line ends, 7 bit) to all of `recipients`, or to none.

    Raises as `Mailbox.send` says.
    """
    for address in (sender, *recipients):
        _check_address(address)
    with _session(account) as smtp:
        with _before_the_mail(account):
            _expect(account, *smtp.mail(sender))
            for recipient in recipients:
                _expect(account, *smtp.rcpt(recipient))
        _expect(account, *_hand_over(account, smtp, raw))


def reach(account: Account) -> None:
    """Log in and leave again: for `check`. Raises as `Mailbox` says."""
    with _session(account):
        pass


def _hand_over(account: Account, smtp: smtplib.SMTP, raw: bytes) -> tuple[int, bytes]:
    try:
        return smtp.data(raw)
    except smtplib.SMTPDataError as refusal:  # the server did not want the text, which therefore never left
        return refusal.smtp_code, _as_bytes(refusal.smtp_error)
    except (smtplib.SMTPException, OSError) as lost:
        raise MailboxError(
            f"The answer of {_name(account)} was lost after the mail was handed over: it may have left."
        ) from lost


@contextlib.contextmanager
def _session(account: Account) -> Iterator[smtplib.SMTP]:
    with _before_the_mail(account):
        smtp = _connect(account)
    try:
        with _before_the_mail(account):
            _log_in(account, smtp)
        yield smtp
    finally:
        with contextlib.suppress(
            smtplib.SMTPException, OSError
        ):  # the mail's fate is settled: a goodbye adds nothing
            smtp.quit()


def _connect(account: Account) -> smtplib.SMTP:
    own_name = account.address.rpartition("@")[2]
    if account.smtp_tls == "tls":
        return smtplib.SMTP_SSL(
            account.smtp_host,
            account.smtp_port,
            own_name,
            timeout=TIMEOUT,
            context=ssl.create_default_context(),
        )
    return smtplib.SMTP(account.smtp_host, account.smtp_port, own_name, timeout=TIMEOUT)


def _log_in(account: Account, smtp: smtplib.SMTP) -> None:
    smtp.ehlo_or_helo_if_needed()
    if account.smtp_tls == "starttls":
        smtp.starttls(context=ssl.create_default_context())
        smtp.ehlo_or_helo_if_needed()
    if not smtp.has_extn("auth"):  # a relay that trusts its own network offers none
        return
    user = account.user or account.address
    if not authorised(account.secret):
        smtp.login(user, account.secret.get_secret_value())
        return
    try:
        _log_in_by_token(smtp, user, access_token(account))
    except smtplib.SMTPAuthenticationError:  # a token may be withdrawn before its hour is over
        _log_in_by_token(smtp, user, access_token(account, anew=True))


def _log_in_by_token(smtp: smtplib.SMTP, user: str, token: str) -> None:
    """The server's challenge, where there is one, tells of a failure and wants an empty answer."""
    smtp.auth("XOAUTH2", lambda challenge=None: xoauth2(user, token) if challenge is None else "")


@contextlib.contextmanager
def _before_the_mail(account: Account) -> Iterator[None]:
    """Failures at a time when nothing has left: the errors never carry what we sent, so no secret either."""
    try:
        yield
    except smtplib.SMTPAuthenticationError as refusal:
        if refusal.smtp_code >= 500:
            raise MailboxRefused(f"{_name(account)} refused the name or the password.") from None
        raise MailboxUnreachable(
            f"{_name(account)} cannot log anyone in now ({refusal.smtp_code})."
        ) from None
    except smtplib.SMTPResponseException as refusal:
        reason = _text(_as_bytes(refusal.smtp_error))
        raise MailboxUnreachable(f"{_name(account)} answered {refusal.smtp_code} {reason}.") from None
    except UnicodeEncodeError:  # smtplib sends credentials as ASCII only
        raise MailboxRefused(f"{_name(account)} takes no such name or password.") from None
    except (smtplib.SMTPException, OSError) as trouble:
        reason = _text(str(trouble).encode()) if isinstance(trouble, OSError) else type(trouble).__name__
        raise MailboxUnreachable(f"{_name(account)} cannot be reached: {reason}.") from None


def _expect(account: Account, code: int, reply: bytes) -> None:
    if 200 <= code < 300:
        return
    sentence = f"{_name(account)} answered {code} {_text(reply)}."
    if code in ASKS_FOR_LOGIN:
        raise MailboxRefused(sentence)
    if code >= 500:
        raise MailRejected(sentence)
    raise MailboxUnreachable(sentence)


def _check_address(address: str) -> None:
    if not address.isascii() or not address.isprintable() or set(address) & set(" <>"):
        raise MailRejected("An address of this mail cannot be written to an SMTP server.")


def _name(account: Account) -> str:
    return f"The SMTP server {account.smtp_host}:{account.smtp_port}"


def _as_bytes(reply: bytes | str) -> bytes:
    return reply if isinstance(reply, bytes) else reply.encode()


def _text(reply: bytes) -> str:
    return " ".join(reply.decode("utf-8", "replace").split())[:200].rstrip(".")
