"""Speaking to the Gmail API: credentials, quota, back-off, and errors in our own words.

Google counts units for each user and minute; a call that goes over is answered 429, or 403 with a reason, and
must be repeated later. So every call pays its units here first and waits when they are spent, which keeps a
long first read just under the limit instead of bouncing against it.
"""

import http.client
import random
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from typing import Any
from urllib.parse import urlsplit

import google_auth_httplib2  # type: ignore[import-untyped]
import httplib2  # type: ignore[import-untyped]
from google.api_core.client_options import ClientOptions
from google.auth.exceptions import GoogleAuthError
from googleapiclient.discovery import build  # type: ignore[import-untyped]
from googleapiclient.errors import BatchError, HttpError  # type: ignore[import-untyped]
from googleapiclient.http import BatchHttpRequest, HttpRequest  # type: ignore[import-untyped]

from inbox.mailbox import Account
from inbox.oauth import credentials, refused, withdrawn
from shared.errors import MailboxError, MailboxRefused, MailboxUnreachable, MailRejected

GOOGLE = "https://gmail.googleapis.com/"
TIMEOUT = 60.0

UNITS_A_MINUTE = 6000
"""What a project made since May 2026 has for each of its users."""
UNITS = {"profile": 1, "history": 2, "list": 5, "get": 20, "send": 100}

GETS_AT_ONCE = 20
"""Mails of one batch request. Google allows 100, but throttles what comes in one request as if it came at
once.
"""

BACKOFF = (1.0, 2.0, 4.0, 8.0, 16.0)
"""Seconds before each further try, with up to half as much again so that mailboxes do not keep step."""

BUSY = frozenset({"rateLimitExceeded", "userRateLimitExceeded", "quotaExceeded", "dailyLimitExceeded"})
"""Reasons of a 403 that mean "later"; all others mean "never"."""

LOST = (OSError, http.client.HTTPException, ValueError)
"""A connection that broke, or an answer that is no JSON."""

Answer = dict[str, Any]


class Budget:
    """The units of one user: a minute's worth at most, filling up again as time passes."""

    def __init__(self, a_minute: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._full = float(a_minute)
        self._left = self._full
        self._clock = clock
        self._at = clock()
        self._lock = threading.Lock()

    def spend(self, units: int) -> float:
        """Take the units, and say how many seconds to wait before using them."""
        with self._lock:
            now = self._clock()
            a_second = self._full / 60
            self._left = min(self._full, self._left + (now - self._at) * a_second) - units
            self._at = now
            return max(0.0, -self._left / a_second)


_budgets: dict[str, Budget] = {}
"""By address, because a limit outlives the connection of one poll."""


class GmailApi:
    """One user's Gmail. Raises as `Mailbox` says."""

    def __init__(self, account: Account) -> None:
        self._address = account.address
        self._root = (account.host or GOOGLE).rstrip("/") + "/"
        self._budget = _budgets.setdefault(account.address, Budget(UNITS_A_MINUTE))
        self._credentials = credentials(account)
        self._http = google_auth_httplib2.AuthorizedHttp(self._credentials, httplib2.Http(timeout=TIMEOUT))
        options = ClientOptions(api_endpoint=self._root)
        self._service = build("gmail", "v1", http=self._http, client_options=options, static_discovery=True)
        self._users = self._service.users()

    def profile(self) -> Answer:
        """Address and current history id."""
        return self._call("profile", self._users.getProfile(userId="me")) or {}

    def messages(self, query: str, page: str | None = None) -> Answer:
        """One page of the ids that match a search, newest first; spam and trash included."""
        request = self._users.messages().list(
            userId="me", q=query, pageToken=page, maxResults=500, includeSpamTrash=True
        )
        return self._call("list", request) or {}

    def history(self, start: str, page: str | None, limit: int) -> Answer | None:
        """One page of what came in or was relabelled after history id `start`, oldest first.

        None when Google no longer keeps a history that far back.
        """
        request = self._users.history().list(
            userId="me",
            startHistoryId=start,
            historyTypes=["messageAdded", "labelAdded"],
            pageToken=page,
            maxResults=min(limit, 500),
        )
        return self._call("history", request)

    def raw(self, ids: Sequence[str]) -> dict[str, Answer]:
        """These mails as Gmail has them, by id; those that are gone are left out."""
        found: dict[str, Answer] = {}
        for start in range(0, len(ids), GETS_AT_ONCE):
            found |= self._batch(ids[start : start + GETS_AT_ONCE])
        return found

    def send(self, raw: str, thread: str | None) -> None:
        """Send a base64url mail, in a thread where there is one. Never tried twice; raises as `Mailbox.send`
        does.
        """
        self._pay("send")
        body = {"raw": raw} | ({"threadId": thread} if thread else {})
        once = google_auth_httplib2.AuthorizedHttp(self._credentials, _OnceHttp())
        try:
            self._users.messages().send(userId="me", body=body).execute(http=once)
        except HttpError as refusal:
            raise _after_sending(refusal, self._address) from refusal
        except GoogleAuthError as trouble:
            raise refused(trouble, self._address) from None
        except _NotConnected as trouble:
            raise MailboxUnreachable("Gmail cannot be reached.") from trouble
        except LOST as lost:
            raise MailboxError("The answer of Gmail was lost: the mail may have left.") from lost

    def close(self) -> None:
        self._service.close()

    def _call(self, kind: str, request: HttpRequest) -> Answer | None:
        """The answer, None when Google knows no such thing. What is busy is asked again for half a minute."""
        for pause in (*BACKOFF, None):
            self._pay(kind)
            try:
                answer: Answer = self._spoken(request.execute)
                return answer
            except HttpError as refusal:
                if refusal.status_code == 404:
                    return None
                if pause is None or not _busy(refusal):
                    raise _refused(refusal, self._address) from refusal
                time.sleep(_pause(refusal, pause))
        raise AssertionError

    def _batch(self, ids: Sequence[str]) -> dict[str, Answer]:
        found: dict[str, Answer] = {}
        for pause in (*BACKOFF, None):
            answers, refusals = self._ask_for(ids)
            found |= answers
            hopeless = next((r for r in refusals.values() if pause is None or not _busy(r)), None)
            if hopeless is not None:
                raise _refused(hopeless, self._address) from hopeless
            if not refusals:
                break
            ids = list(refusals)
            time.sleep(max(_pause(refusal, pause or 0.0) for refusal in refusals.values()))
        return found

    def _ask_for(self, ids: Sequence[str]) -> tuple[dict[str, Answer], dict[str, HttpError]]:
        """One batch request: what came, and what was refused for another reason than being gone."""
        answers: dict[str, Answer] = {}
        refusals: dict[str, HttpError] = {}

        def keep(id_: str, answer: Answer, refusal: HttpError | None) -> None:
            if refusal is None:
                answers[id_] = answer
            elif refusal.status_code != 404:
                refusals[id_] = refusal

        batch = BatchHttpRequest(callback=keep, batch_uri=f"{self._root}batch/gmail/v1")
        for id_ in ids:
            self._pay("get")
            batch.add(self._users.messages().get(userId="me", id=id_, format="raw"), request_id=id_)
        try:
            self._spoken(lambda: batch.execute(http=self._http))
        except HttpError as refusal:  # the request as a whole
            refusals = dict.fromkeys(ids, refusal)
        return answers, refusals

    def _spoken(self, call: Callable[[], Any]) -> Any:  # noqa: ANN401 - whatever the library answers
        try:
            return call()
        except GoogleAuthError as trouble:
            raise refused(trouble, self._address) from None
        except BatchError as trouble:
            raise MailboxUnreachable("Gmail answered what cannot be understood.") from trouble
        except (*LOST, httplib2.HttpLib2Error) as trouble:
            raise MailboxUnreachable("Gmail cannot be reached.") from trouble

    def _pay(self, kind: str) -> None:
        time.sleep(self._budget.spend(UNITS[kind]))


class _NotConnected(OSError):
    """No connection was made, so nothing was handed over."""


class _OnceHttp:
    """What googleapiclient needs of httplib2.Http, trying once.

    httplib2 repeats a request when a connection ends without an answer, even a POST: that would send a mail
    twice.
    """

    def request(
        self, uri: str, method: str, body: str | bytes | None, headers: Mapping[str, str], **_: object
    ) -> tuple[httplib2.Response, bytes]:
        parts = urlsplit(uri)
        plain = parts.scheme == "http"
        kind = http.client.HTTPConnection if plain else http.client.HTTPSConnection
        connection = kind(parts.netloc, timeout=TIMEOUT)
        sent = {name: value for name, value in headers.items() if name.lower() != "accept-encoding"}
        try:
            _open(connection)
            connection.request(method, uri.removeprefix(f"{parts.scheme}://{parts.netloc}"), body, sent)
            answer = connection.getresponse()
            return httplib2.Response(answer), answer.read()
        finally:
            connection.close()


def _open(connection: http.client.HTTPConnection) -> None:
    try:
        connection.connect()
    except OSError as trouble:
        raise _NotConnected from trouble


def _busy(refusal: HttpError) -> bool:
    status = refusal.status_code
    return status == 429 or status >= 500 or (status == 403 and bool(BUSY & _reasons(refusal)))


def _reasons(refusal: HttpError) -> set[str]:
    details = refusal.error_details if isinstance(refusal.error_details, list) else []
    return {str(detail.get("reason")) for detail in details if isinstance(detail, dict)}


def _pause(refusal: HttpError, usual: float) -> float:
    """Seconds to wait: what Google asks for, at most a minute, or our own back-off."""
    asked = str(refusal.resp.get("retry-after", ""))
    return min(float(asked), 60.0) if asked.isdecimal() else usual * random.uniform(1.0, 1.5)  # noqa: S311


def _refused(refusal: HttpError, address: str) -> MailboxError:
    if _busy(refusal):
        return MailboxUnreachable(f"Gmail asks to slow down for {address} (HTTP {refusal.status_code}).")
    if refusal.status_code == 401:
        return withdrawn(address)
    if refusal.status_code == 403:
        return MailboxRefused(f"Google does not let us do this for {address}: authorise reading and sending.")
    return MailboxUnreachable(f"Gmail answered HTTP {refusal.status_code} for {address}.")


def _after_sending(refusal: HttpError, address: str) -> MailboxError:
    if refusal.status_code >= 500:
        return MailboxError(f"Gmail answered HTTP {refusal.status_code}: the mail may have left.")
    if refusal.status_code in (400, 413):
        return MailRejected(f"Gmail refused the mail: {' '.join(str(refusal.reason).split())[:200]}.")
    return _refused(refusal, address)
