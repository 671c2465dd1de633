"""Gmail through its API.

What holds in the outside world, and what follows:

- A mailbox is one heap of mails with labels; there are no folders to miss a mail in. INBOX here is therefore
  all mail that came in, archived or filed away by a filter included, and SPAM is the rest that a person may
  have to rescue.
- History ids are kept for "at least a week", at times for hours. A 404 means that the place is lost: what
  came since the time of the cursor is listed again, with a margin, and marked as a reset.
- A change is told before it can be found in the history. So the cursor only ever moves to a record that was
  read, never to the "current" id of an answer: what is indexed late is found by the next look.
- The history is read from where the mailbox stood *before* the listing, so that nothing falls between the
  two.
- Neither a listing nor the history tells sizes, but a search finds the large mails: each of them is read
  alone, so that a batch holds some 25 MB at most whatever came. One that is not indexed yet goes unnoticed.
"""

import base64
import re
import time
from collections.abc import Collection, Generator, Iterator, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, datetime
from email.message import Message
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from inbox.gmail_api import Answer, GmailApi
from inbox.mailbox import BODY_BOUND, Account, Batch, Cursor, RawMessage, Report
from shared.errors import MailboxError, MailboxUnreachable, MailRejected

INBOX, SPAM = "INBOX", "SPAM"
POLL = 3.0
"""Seconds between two looks, at two units each of the 6,000 a minute."""
MARGIN = 2 * 24 * 3600
"""Seconds that are listed again before the time of a lost cursor: clocks differ, and mail is dated on
arrival.
"""
SMALL = 256 * 1024
"""Bytes of a mail above which it is read alone: a hundred small ones are as much as one of the largest."""
SEARCHABLE_ID = re.compile(r"<([\w.!#$%&'*+/=?^`|~@:-]{1,400})>")

NOT_RECEIVED = frozenset({"SENT", "DRAFT", "CHAT"})
QUERIES = {INBOX: "-in:spam -in:trash -in:sent -in:drafts", SPAM: "in:spam"}


@dataclass(frozen=True, slots=True)
class Place:
    """The cursor of one folder.

    `history` is the record up to which all is read, `at` when that was (epoch seconds). While `syncing`, mail
    since `since` (epoch seconds) is being listed, oldest first, and `after` is the last one read; `remap`
    marks it as known.
    """

    history: str
    at: int
    syncing: bool = False
    since: int = 0
    after: str = ""
    remap: bool = False

    def cursor(self) -> Cursor:
        return asdict(self)


class GmailMailbox:
    """`Mailbox` over the Gmail API. Folders that an account names are within INBOX already."""

    def __init__(self, account: Account) -> None:
        self._account = account
        self._open_api: GmailApi | None = None
        self._read_to: dict[str, str] = {}

    def check(self) -> Report:
        found = str(self._api.profile()["emailAddress"])
        if found.casefold() != self._account.address.casefold():
            raise MailboxError(f"These credentials open {found}, not {self._account.address}.")
        return Report(folders=self.folders(), sent="SENT", idle=False, server="Gmail")

    def folders(self) -> tuple[str, ...]:
        return INBOX, SPAM

    def fetch(self, folder: str, cursor: Cursor | None, limit: int) -> Iterator[Batch]:
        place = Place(**cursor) if cursor else self._begin(self._floor)  # type: ignore[arg-type]
        for _ in range(2):
            if place.syncing:
                place = yield from self._sync(folder, place, limit)
            caught_up = yield from self._follow(folder, place, limit)
            if caught_up:
                return
            place = self._begin(max(self._floor, place.at - MARGIN), remap=True)
        raise MailboxUnreachable("Gmail forgets its history faster than it can be read.")

    def wait(self, seconds: float) -> bool:
        deadline = time.monotonic() + seconds
        while True:
            start = self._read_to.get(INBOX)
            news = self._api.history(start, None, 1) if start else None
            if news is None or news.get("history"):
                return True
            left = deadline - time.monotonic()
            if left <= 0:
                return False
            time.sleep(min(left, POLL))

    def send(self, raw: bytes, sender: str, recipients: Sequence[str]) -> None:
        """Gmail goes by the mail's own headers: they must name the same people."""
        headers = BytesHeaderParser().parsebytes(raw)
        named = _addresses(headers, "To", "Cc", "Bcc"), _addresses(headers, "From")
        if named != ({address.casefold() for address in recipients}, {sender.casefold()}):
            raise MailRejected("The mail's headers name other people than those it is to go between.")
        self._api.send(base64.urlsafe_b64encode(raw).decode(), self._thread_of(headers))

    def find_sent(self, message_id: str) -> bool:
        return bool(self._search(message_id, "in:sent"))

    def close(self) -> None:
        api, self._open_api = self._open_api, None
        if api is not None:
            api.close()

    @property
    def _api(self) -> GmailApi:
        if self._open_api is None:
            self._open_api = GmailApi(self._account)
        return self._open_api

    @property
    def _floor(self) -> int:
        since = self._account.since
        return int(datetime(since.year, since.month, since.day, tzinfo=UTC).timestamp()) if since else 0

    def _begin(self, since: int, remap: bool = False) -> Place:
        now = int(time.time())
        return Place(str(self._api.profile()["historyId"]), now, syncing=True, since=since, remap=remap)

    def _sync(self, folder: str, place: Place, limit: int) -> Generator[Batch, None, Place]:
        ids = self._listed(folder, place.since)
        rest = ids[ids.index(place.after) + 1 :] if place.after in ids else ids
        for chunk in _chunks(rest, limit, self._large(folder, place.since, rest)):
            place = replace(place, after=chunk[-1])
            yield Batch(self._messages(folder, chunk), place.cursor(), place.remap)
        done = Place(place.history, place.at)
        self._read_to[folder] = done.history
        yield Batch((), done.cursor(), place.remap)
        return done

    def _large(self, folder: str, since: int, of: Sequence[str]) -> frozenset[str]:
        """Ids of the large mails since then; not asked for where there is but one to be read."""
        return frozenset(self._listed(folder, since, f"larger:{SMALL}") if len(of) > 1 else ())

    def _listed(self, folder: str, since: int, only: str = "") -> list[str]:
        """Ids since then, oldest first: Google lists the newest first, so all pages are needed (5 units
        each).
        """
        query = " ".join(filter(None, (QUERIES[folder], f"after:{since}" if since else "", only)))
        ids: list[str] = []
        page = None
        while True:
            answer = self._api.messages(query, page)
            ids += [item["id"] for item in answer.get("messages", ())]
            page = answer.get("nextPageToken")
            if page is None:
                return ids[::-1]

    def _follow(self, folder: str, place: Place, limit: int) -> Generator[Batch, None, bool]:
        """Read the history to its end; False when it does not go back to `place`."""
        page = None
        while True:
            answer = self._api.history(place.history, page, limit)
            if answer is None:
                return False
            records = answer.get("history", ())
            came = [id_ for record in records for id_ in _arrived(record, folder)]
            large = self._large(folder, max(0, place.at - MARGIN), came)
            for ids, record in _steps(records, folder, limit, large):
                self._read_to[folder] = record
                yield Batch(self._messages(folder, ids), Place(record, int(time.time())).cursor())
            page = answer.get("nextPageToken")
            if page is None:
                self._read_to.setdefault(folder, place.history)
                return True

    def _messages(self, folder: str, ids: Sequence[str]) -> tuple[RawMessage, ...]:
        found = self._api.raw(ids)
        messages = (_message(folder, found[id_]) for id_ in ids if id_ in found)
        return tuple(m for m in messages if m.received_at.timestamp() >= self._floor)

    def _thread_of(self, headers: Message) -> str | None:
        parent = self._search(str(headers["In-Reply-To"] or "").strip(), "")
        return str(parent[0]["threadId"]) if parent else None

    def _search(self, message_id: str, where: str) -> list[Answer]:
        known = SEARCHABLE_ID.fullmatch(message_id)
        if known is None:
            return []
        found: list[Answer] = self._api.messages(f"rfc822msgid:{known[1]} {where}".strip()).get(
            "messages", []
        )
        return found


def _chunks(ids: Sequence[str], limit: int, large: Collection[str]) -> Iterator[list[str]]:
    """Ids to read at once, in order: at most `limit`, and a large one alone."""
    chunk: list[str] = []
    for id_ in ids:
        if chunk and (len(chunk) == limit or id_ in large or chunk[-1] in large):
            yield chunk
            chunk = []
        chunk.append(id_)
    if chunk:
        yield chunk


def _steps(
    records: Sequence[Answer], folder: str, limit: int, large: Collection[str]
) -> Iterator[tuple[list[str], str]]:
    """A page of history as ids to read, each with the record up to which all is read then: at most `limit`,
    and a large one alone, unless one record holds more. The last step may have no ids: it moves the cursor
    past what is not ours.
    """
    seen: set[str] = set()
    ids: list[str] = []
    done = ""
    for record in records:
        fresh = [id_ for id_ in dict.fromkeys(_arrived(record, folder)) if id_ not in seen]
        if ids and fresh and (len(ids) + len(fresh) > limit or any(id_ in large for id_ in ids + fresh)):
            yield ids, done
            ids = []
        ids = ids + fresh
        seen.update(fresh)
        done = str(record["id"])
    if done:
        yield ids, done


def _arrived(record: Answer, folder: str) -> Iterator[str]:
    """Ids of the mails that came into the folder by one change."""
    for added in record.get("messagesAdded", ()):
        if _belongs(set(added["message"].get("labelIds", ())), folder):
            yield added["message"]["id"]
    for labelled in record.get("labelsAdded", ()):
        if folder in labelled["labelIds"]:
            yield labelled["message"]["id"]


def _belongs(labels: set[str], folder: str) -> bool:
    if folder == SPAM:
        return SPAM in labels
    return labels.isdisjoint({SPAM, "TRASH"}) and (INBOX in labels or labels.isdisjoint(NOT_RECEIVED))


def _message(folder: str, answer: Answer) -> RawMessage:
    raw = base64.urlsafe_b64decode(answer["raw"] + "==")
    return RawMessage(
        folder=folder,
        key=answer["id"],
        raw=raw[:BODY_BOUND],
        received_at=datetime.fromtimestamp(int(answer["internalDate"]) / 1000, UTC),
        truncated=len(raw) > BODY_BOUND,
    )


def _addresses(headers: Message, *names: str) -> set[str]:
    fields = [str(value) for name in names for value in headers.get_all(name, [])]
    return {address.casefold() for _, address in getaddresses(fields)}
