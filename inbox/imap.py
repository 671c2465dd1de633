"""IMAP (RFC 3501), through imapclient.

What holds in the outside world, and what follows:

- A UID names a message only together with its folder's UIDVALIDITY. When a folder is made anew, or an index
  is lost, the number changes and every UID starts again: it is compared at every select, and a change is a
  `reset`.
- Within one UIDVALIDITY UIDs only grow, so the highest one that was read is the cursor. \\Seen is not: a
  person may read first. Folders are opened with EXAMINE and read with BODY.PEEK[], so that nothing becomes
  \\Seen through us.
- UIDNEXT tells whether anything came: a folder is searched only where it has moved on. CONDSTORE and QRESYNC
  (RFC 7162) are not asked for: they tell of flags and of mail that went away, and neither changes what was
  read. A mail that went away is simply not fetched, so no lost VANISHED can delete anything.
- `UID n:*` always holds the last message, even when its UID is below n: the end is named instead.
- A server may drop an idling connection without a word, and middle boxes do: IDLE is ended and begun anew
  every few minutes, which a dead connection does not survive.
- A mail that comes just before an IDLE begins is told of in one breath with the "+" that begins it.
- Some servers hang up on clients that do not introduce themselves (ID, RFC 2971).
"""

import contextlib
import logging
import ssl
import time
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from email.parser import BytesHeaderParser
from typing import Any

from imapclient import SEEN, IMAPClient, SocketTimeout  # type: ignore[import-untyped]
from imapclient.exceptions import (  # type: ignore[import-untyped]
    IMAPClientAbortError,
    IMAPClientError,
    LoginError,
)
from imapclient.imapclient import JUNK, SENT  # type: ignore[import-untyped]

from inbox import imap_position, smtp
from inbox.imap_position import Position
from inbox.mailbox import BODY_BOUND, Account, Batch, Cursor, RawMessage, Report
from inbox.oauth import access_token, authorised, withdrawn
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable

INBOX = "INBOX"
LAST_UID = 2**32 - 1
TIMEOUTS = SocketTimeout(connect=15, read=60)
RE_IDLE = 240.0
"""Seconds of one IDLE. With the read timeout on top a dead connection is found after five minutes."""
POLL = 20.0
"""Seconds between two looks where the server has no IDLE."""
SIZES_AT_ONCE = 1000
CONTENT = b"BODY[]<0>"
TRY_LATER = ("[UNAVAILABLE]", "[LIMIT]", "[INUSE]")
"""RFC 5530, RFC 9051: a login that failed for want of room, not for its password."""

logger = logging.getLogger(__name__)


class ImapMailbox:
    """`Mailbox` over IMAP and SMTP."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._client: IMAPClient | None = None
        self._selected = ""
        self._idles = True
        self._ends: dict[str, tuple[int, int]] = {}

    def check(self) -> Report:
        with self._speaking() as client:
            names = [name for _, _, name in client.list_folders()]
            report = Report(
                folders=self._readable(client, names),
                sent=client.find_special_folder(SENT),
                idle=client.has_capability("IDLE"),
                server=_introduced(client),
            )
        missing = set(self._account.folders) - set(names)
        if missing:
            raise MailboxError(f"The mailbox has no folder {', '.join(sorted(missing))}.")
        smtp.reach(self._account)
        return report

    def folders(self) -> tuple[str, ...]:
        with self._speaking() as client:
            return self._readable(client, [name for _, _, name in client.list_folders()])

    def fetch(self, folder: str, cursor: Cursor | None, limit: int) -> Iterator[Batch]:
        with self._speaking() as client:
            validity, end = self._examine(client, folder)
            position = Position.resume(cursor, validity, end)
            newer = self._newer(client, position) if position.last < end or not end else []
        for sizes in self._sizes(folder, validity, newer, imap_position.BATCH_BYTES // limit):
            for uids in position.runs(sizes, limit):
                position = position.at(uids[-1])
                cursor = position.cursor()
                yield Batch(self._read(folder, validity, uids), cursor, position.remapping)
        position = position.at(max(position.last, position.horizon))
        if position.cursor() != cursor:
            yield Batch((), position.cursor(), position.remapping)

    def wait(self, seconds: float) -> bool:
        with self._speaking():
            pass
        try:
            with self._speaking() as client:
                look = self._idle if self._idles and client.has_capability("IDLE") else self._poll
                return look(client, time.monotonic() + seconds)
        except MailboxUnreachable as lost:
            logger.info("connection lost while waiting: %s", lost)
            return True

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        smtp.deliver(self._account, raw, sender, recipients)
        try:
            self._keep_copy(raw)
        except MailboxError as trouble:  # the mail has left, and that stays true without a copy
            logger.warning("sent, but no copy could be kept: %s", trouble)

    def find_sent(self, message_id: str) -> bool:
        with self._speaking() as client:
            folder = client.find_special_folder(SENT)
            return folder is not None and self._holds(client, folder, message_id)

    def close(self) -> None:
        client, self._client, self._selected = self._client, None, ""
        if client is not None:
            with contextlib.suppress(IMAPClientError, OSError):  # gone already is as good as closed
                client.logout()

    @contextlib.contextmanager
    def _speaking(self) -> Iterator[IMAPClient]:
        """The connection, made when there is none. Any failure ends it: the next call starts from a clean
        one.

        imapclient says ValueError when a server's answer makes no sense.
        """
        try:
            if self._client is None:
                self._client = _connect(self._account)
            yield self._client
        except (IMAPClientError, OSError, ValueError) as trouble:
            client, self._client, self._selected = self._client, None, ""
            if client is not None:
                with contextlib.suppress(OSError):
                    client.shutdown()
            raise MailboxUnreachable(
                f"{_name(self._account)} cannot be used: {_reason(trouble)}."
            ) from trouble

    def _readable(self, client: IMAPClient, names: Sequence[str]) -> tuple[str, ...]:
        junk = client.find_special_folder(JUNK)
        wanted = (INBOX, *([junk] if junk else []), *self._account.folders)
        return tuple(name for name in dict.fromkeys(wanted) if name == INBOX or name in names)

    def _examine(self, client: IMAPClient, folder: str) -> tuple[int, int]:
        """UIDVALIDITY and the highest UID given so far (0 from a server that does not say)."""
        answer = client.select_folder(folder, readonly=True)
        self._selected = folder
        if b"UIDVALIDITY" not in answer:
            raise MailboxError(
                f"{_name(self._account)} keeps no lasting UIDs for {folder}: it cannot be read safely."
            )
        self._ends[folder] = answer[b"UIDVALIDITY"], answer.get(b"UIDNEXT", 1) - 1
        return self._ends[folder]

    @contextlib.contextmanager
    def _within(self, folder: str, validity: int) -> Iterator[IMAPClient]:
        """The connection with this folder open, again where it was lost or is in another folder."""
        with self._speaking() as client:
            if self._selected != folder and self._examine(client, folder)[0] != validity:
                raise MailboxUnreachable(f"The folder {folder} was made anew while it was read.")
            yield client

    def _sizes(self, folder: str, validity: int, uids: Sequence[int], small: int) -> Iterator[dict[int, int]]:
        """Bytes by UID, for many mails at once; `small` for any mail that is not larger, which one answer
        tells of all of them.
        """
        for start in range(0, len(uids), SIZES_AT_ONCE):
            some = uids[start : start + SIZES_AT_ONCE]
            with self._within(folder, validity) as client:
                large = client.search(["UID", f"{some[0]}:{some[-1]}", "LARGER", small])
                answers = client.fetch(large, ["RFC822.SIZE"]) if large else {}
            yield {uid: answers[uid][b"RFC822.SIZE"] if uid in answers else small for uid in some}

    def _read(self, folder: str, validity: int, uids: Sequence[int]) -> tuple[RawMessage, ...]:
        """These mails; those that were deleted meanwhile are left out.

        A mail that the server cannot read itself would end every connection that asks for it, and nothing
        behind it would ever come: it is found by halving, and passed as one without content.
        """
        try:
            return self._fetched(folder, validity, uids)
        except MailboxUnreachable:
            with self._within(folder, validity):  # which fails where the server is gone, and not a mail
                pass
        if len(uids) > 1:
            half = len(uids) // 2
            return self._read(folder, validity, uids[:half]) + self._read(folder, validity, uids[half:])
        return self._read_alone(folder, validity, uids[0])

    def _read_alone(self, folder: str, validity: int, uid: int) -> tuple[RawMessage, ...]:
        try:
            return self._fetched(folder, validity, [uid])
        except MailboxUnreachable as trouble:
            with self._within(folder, validity):
                logger.warning("mail %s in %s cannot be read: %s", uid, folder, trouble)
            return (RawMessage(folder, f"{validity}:{uid}", b"", datetime.now(UTC), truncated=True),)

    def _fetched(self, folder: str, validity: int, uids: Sequence[int]) -> tuple[RawMessage, ...]:
        with self._within(folder, validity) as client:
            answers = client.fetch(uids, ["INTERNALDATE", f"BODY.PEEK[]<0.{BODY_BOUND}>"])
            gone = _gone(client, [uid for uid in answers if not answers[uid].get(CONTENT)])
            return tuple(
                _message(folder, f"{validity}:{uid}", answers[uid])
                for uid in uids
                if uid in answers and uid not in gone
            )

    def _holds(self, client: IMAPClient, folder: str, message_id: str) -> bool:
        self._examine(client, folder)
        return bool(client.search(["HEADER", "Message-ID", message_id]))

    def _newer(self, client: IMAPClient, position: Position) -> list[int]:
        criteria: list[Any] = ["UID", f"{position.last + 1}:{LAST_UID}"]
        if self._account.since is not None and position.last < position.horizon:
            # A day early, because servers compare dates in their own time zone.
            since = self._account.since - timedelta(days=1)
            criteria += ["OR", "UID", f"{position.horizon + 1}:{LAST_UID}", "SINCE", since]
        return sorted(client.search(criteria))

    def _moved(self, client: IMAPClient) -> bool:
        before = self._ends.get(INBOX)
        return self._examine(client, INBOX) != before

    def _idle(self, client: IMAPClient, deadline: float) -> bool:
        if self._moved(client):
            return True
        while (left := deadline - time.monotonic()) > 0:
            self._idles = False  # until it has ended well: who only promises IDLE is polled
            client.idle()
            heard = client.idle_check(timeout=0 if _read_ahead(client) else min(left, RE_IDLE))
            _, rest = client.idle_done()
            self._idles = True
            if any(response[1] == b"EXISTS" for response in (*heard, *rest)):
                return True
        return False

    def _poll(self, client: IMAPClient, deadline: float) -> bool:
        while not self._moved(client):
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, POLL))
        return True

    def _keep_copy(self, raw: bytes) -> None:
        """Some servers keep one themselves: then there is nothing to add."""
        message_id = BytesHeaderParser().parsebytes(raw)["Message-ID"]
        with self._speaking() as client:
            folder = client.find_special_folder(SENT)
            if folder is not None and not self._holds(client, folder, message_id):
                client.append(folder, raw, flags=(SEEN,))


def _read_ahead(client: IMAPClient) -> bool:
    """Whether more came with the server's last line: Python has it then, and the socket tells of none."""
    sock = client.socket()
    patience = sock.gettimeout()
    sock.setblocking(False)
    try:
        return bool(client._imap.file.peek())  # noqa: SLF001  # imapclient does not tell
    except ssl.SSLWantReadError:
        return False
    finally:
        sock.settimeout(patience)


def _gone(client: IMAPClient, empty: Sequence[int]) -> set[int]:
    """Which of the mails that came without content were deleted meanwhile.

    Servers tell of such a mail too, as long as they have not told that it is gone: Dovecot with NIL and a
    date of 1970, others with the flags that it was given last.
    """
    if not empty:
        return set()
    client.noop()
    return set(empty) - set(client.search(["UID", ",".join(map(str, empty))]))


def _connect(account: Account) -> IMAPClient:
    encrypted = account.tls == "tls"
    context = ssl.create_default_context() if account.tls != "none" else None
    client = IMAPClient(
        account.host,
        account.port,
        ssl=encrypted,
        ssl_context=context if encrypted else None,
        timeout=TIMEOUTS,
    )
    try:
        if account.tls == "starttls":
            client.starttls(context)
        _log_in(client, account)
    except (IMAPClientError, OSError, MailboxError):
        with contextlib.suppress(OSError):
            client.shutdown()
        raise
    client.normalise_times = False
    if client.has_capability("ID"):
        client.id_({"name": "Relance"})
    return client


def _log_in(client: IMAPClient, account: Account) -> None:
    """Log in. The server's words are left out of the errors: some repeat the command, and the password with
    it.
    """
    user, secret = account.user or account.address, account.secret.get_secret_value()
    if client.has_capability("LOGINDISABLED"):
        raise MailboxRefused(f"{_name(account)} takes a password only over TLS: set tls to starttls or tls.")
    try:
        if authorised(account.secret):
            _log_in_by_token(client, account, user)
        elif client.has_capability("AUTH=PLAIN"):
            client.plain_login(user, secret)
        else:
            client.login(user, secret)
    except LoginError as refusal:
        hung_up = isinstance(refusal.__context__, IMAPClientAbortError)
        if hung_up or any(code in str(refusal) for code in TRY_LATER):
            raise MailboxUnreachable(f"{_name(account)} cannot log anyone in now.") from None
        if authorised(account.secret):
            raise withdrawn(account.address) from None
        raise MailboxRefused(f"{_name(account)} refused the name or the password of {user}.") from None


def _log_in_by_token(client: IMAPClient, account: Account, user: str) -> None:
    """A token may be withdrawn before its hour is over: the next one is tried once."""
    try:
        client.oauth2_login(user, access_token(account))
    except LoginError:
        client.oauth2_login(user, access_token(account, anew=True))


def _message(folder: str, key: str, answer: Mapping[bytes, Any]) -> RawMessage:
    received: datetime | None = answer.get(b"INTERNALDATE")
    raw = answer.get(CONTENT) or b""  # NIL is how some servers say that the file on their disk is broken
    return RawMessage(
        folder=folder,
        key=key,
        raw=raw,
        received_at=received.astimezone(UTC) if received else datetime.now(UTC),
        truncated=len(raw) >= BODY_BOUND,
    )


def _introduced(client: IMAPClient) -> str:
    return str(client.welcome.decode("ascii", "replace"))[:200] if client.welcome else ""


def _name(account: Account) -> str:
    return f"The IMAP server {account.host}:{account.port}"


def _reason(trouble: Exception) -> str:
    return " ".join(str(trouble).split())[:200].rstrip(".") or type(trouble).__name__
