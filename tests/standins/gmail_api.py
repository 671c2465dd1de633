"""A server that speaks the routes of the Gmail API which Relance uses, and the token route of Google's login.

It forgets its history, throttles, withdraws access, indexes late and hangs up, when told to.
"""

import base64
import contextlib
import json
import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from email import message_from_bytes
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, ClassVar
from urllib.parse import parse_qs, urlsplit

ADDRESS = "anna@example.org"
REFRESH_TOKEN = "1//good"

Query = dict[str, list[str]]
Reply = tuple[int, dict[str, Any]]


@dataclass
class Stored:
    """One mail in the mailbox."""

    id: str
    thread: str
    raw: bytes
    labels: set[str]
    at: float

    def header(self, name: str) -> str:
        return str(message_from_bytes(self.raw)[name] or "")


@dataclass
class GmailServer:
    """The mailbox of one user, and how the server is to behave.

    `throttle` counts calls still to be answered `throttle_status`; `unindexed` counts looks at the history
    that do not show yet what came last; `calls` keeps the path of every call, those inside a batch too;
    `most_bytes` is the size of the largest answer.
    """

    url: str = ""
    mails: dict[str, Stored] = field(default_factory=dict)
    records: list[dict[str, Any]] = field(default_factory=list)
    calls: list[str] = field(default_factory=list)
    sent: list[dict[str, str]] = field(default_factory=list)
    address: str = ADDRESS
    page: int = 500
    oldest: int = 0
    number: int = 1000
    throttle: int = 0
    throttle_status: int = 429
    unindexed: int = 0
    revoked: bool = False
    token: str = "token-1"
    refreshes: int = 0
    send_status: int = 200
    hang_up_on_send: bool = False
    forbidden: bool = False
    most_bytes: int = 0
    lock: threading.RLock = field(default_factory=threading.RLock)

    def secret(self, refresh_token: str = REFRESH_TOKEN) -> str:
        return json.dumps(
            {
                "client_id": "client",
                "client_secret": "client-secret",
                "refresh_token": refresh_token,
                "token_uri": f"{self.url}/token",
            }
        )

    def deliver(self, raw: bytes, folder: str = "INBOX", at: float | None = None, thread: str = "") -> str:
        with self.lock:
            id_ = f"{self._next():x}"
            labels = {folder, "UNREAD"} if folder else {"UNREAD"}
            self.mails[id_] = Stored(id_, thread or f"t{id_}", raw, labels, time.time() if at is None else at)
            self._record("messagesAdded", id_, {})
            return id_

    def label(self, id_: str, add: str, remove: str = "") -> None:
        with self.lock:
            mail = self.mails[id_]
            mail.labels = (mail.labels | {add}) - {remove}
            self._record("labelsAdded", id_, {"labelIds": [add]})

    def read_everything(self) -> None:
        for mail in self.mails.values():
            mail.labels.discard("UNREAD")

    def delete_everything(self) -> None:
        self.mails.clear()

    def unread(self) -> int:
        return sum("UNREAD" in mail.labels for mail in self.mails.values())

    def forget_history(self) -> None:
        """Every history id given out so far is too old from now on."""
        self.oldest = self._next()
        self.records.clear()

    def expire_token(self) -> None:
        self.token = f"token-{self._next()}"

    def _next(self) -> int:
        self.number += 1
        return self.number

    def _record(self, kind: str, id_: str, more: dict[str, Any]) -> None:
        mail = self.mails[id_]
        message = {"id": id_, "threadId": mail.thread, "labelIds": sorted(mail.labels)}
        self.records.append({"id": str(self._next()), kind: [{"message": message, **more}]})

    def answer(self, method: str, path: str, query: Query, body: bytes) -> Reply:
        with self.lock:
            self.calls.append(path)
            if self.forbidden:
                return _error(403, "insufficientPermissions")
            if self.throttle > 0:
                self.throttle -= 1
                return _error(self.throttle_status, "rateLimitExceeded")
            for pattern, route in self.routes.items():
                if match := re.fullmatch(pattern, f"{method} {path.removeprefix('/gmail/v1/users/me')}"):
                    reply: Reply = route(self, query, body, *match.groups())
                    return reply
            return _error(404, "notFound")

    def _profile(self, query: Query, body: bytes) -> Reply:
        return 200, {"emailAddress": self.address, "historyId": str(self.number)}

    def _list(self, query: Query, body: bytes) -> Reply:
        words = query.get("q", [""])[0].split()
        found = sorted(
            (m for m in self.mails.values() if _matches(m, words)), key=lambda m: (-m.at, -int(m.id, 16))
        )
        start, size = int(query.get("pageToken", ["0"])[0]), min(int(query["maxResults"][0]), self.page)
        page = {"messages": [{"id": m.id, "threadId": m.thread} for m in found[start : start + size]]}
        return 200, page | ({"nextPageToken": str(start + size)} if len(found) > start + size else {})

    def _get(self, query: Query, body: bytes, id_: str) -> Reply:
        mail = self.mails.get(id_)
        if mail is None:
            return _error(404, "notFound")
        raw = base64.urlsafe_b64encode(mail.raw).decode()
        return 200, {"id": id_, "threadId": mail.thread, "raw": raw, "internalDate": str(int(mail.at * 1000))}

    def _history(self, query: Query, body: bytes) -> Reply:
        start = int(query["startHistoryId"][0])
        if start < self.oldest:
            return _error(404, "notFound")
        records = [record for record in self.records if int(record["id"]) > start]
        if self.unindexed > 0:
            self.unindexed -= 1
            records = records[:-1]
        kinds = {
            {"messageAdded": "messagesAdded", "labelAdded": "labelsAdded"}[k] for k in query["historyTypes"]
        }
        records = [record for record in records if kinds & set(record)]
        first, size = int(query.get("pageToken", ["0"])[0]), min(int(query["maxResults"][0]), self.page)
        page: dict[str, Any] = {"historyId": str(self.number)}
        if records[first : first + size]:
            page["history"] = records[first : first + size]
        return 200, page | ({"nextPageToken": str(first + size)} if len(records) > first + size else {})

    def _send(self, query: Query, body: bytes) -> Reply:
        request = json.loads(body)
        if self.send_status != 200:
            return _error(self.send_status, "invalidArgument" if self.send_status == 400 else "backendError")
        self.sent.append(request)
        raw = base64.urlsafe_b64decode(request["raw"])
        id_ = self.deliver(raw, "SENT", thread=request.get("threadId", ""))
        return 200, {"id": id_, "threadId": self.mails[id_].thread}

    routes: ClassVar[dict[str, Callable[..., Reply]]] = {
        r"GET /profile": _profile,
        r"GET /messages": _list,
        r"GET /messages/(\w+)": _get,
        r"GET /history": _history,
        r"POST /messages/send": _send,
    }

    def refresh(self, body: bytes) -> Reply:
        form = parse_qs(body.decode())
        if self.revoked or form["refresh_token"] != [REFRESH_TOKEN]:
            return 400, {"error": "invalid_grant", "error_description": "Token has been expired or revoked."}
        self.refreshes += 1
        return 200, {"access_token": self.token, "expires_in": 3600, "token_type": "Bearer"}


def _matches(mail: Stored, words: list[str]) -> bool:
    places = {"in:spam": "SPAM", "in:sent": "SENT", "in:trash": "TRASH", "in:drafts": "DRAFT"}
    for word in words:
        if word.startswith("after:") and mail.at < int(word.removeprefix("after:")):
            return False
        if (
            word.startswith("rfc822msgid:")
            and mail.header("Message-ID") != f"<{word.removeprefix('rfc822msgid:')}>"
        ):
            return False
        if word.startswith("larger:") and len(mail.raw) <= int(word.removeprefix("larger:")):
            return False
        place = places.get(word.removeprefix("-"))
        if place and (place in mail.labels) == word.startswith("-"):
            return False
    return True


def _error(status: int, reason: str) -> Reply:
    details = {"code": status, "message": reason, "errors": [{"reason": reason, "message": reason}]}
    return status, {"error": details}


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    mailbox: GmailServer

    def do_GET(self) -> None:
        self._serve(b"")

    def do_POST(self) -> None:
        self._serve(self.rfile.read(int(self.headers["Content-Length"])))

    def _serve(self, body: bytes) -> None:
        if self.path == "/token":
            self._reply(*self.mailbox.refresh(body))
        elif self.headers["Authorization"] != f"Bearer {self.mailbox.token}" or self.mailbox.revoked:
            self._reply(*_error(401, "authError"))
        elif self.path.startswith("/batch/gmail/v1"):
            self._reply_to_batch(body)
        else:
            parts = urlsplit(self.path)
            reply = self.mailbox.answer(self.command, parts.path, parse_qs(parts.query), body)
            if parts.path.endswith("/send") and self.mailbox.hang_up_on_send:
                self.close_connection = True
                return
            self._reply(*reply)

    def _reply_to_batch(self, body: bytes) -> None:
        kind = self.headers["Content-Type"].encode()
        batch = message_from_bytes(b"Content-Type: " + kind + b"\r\n\r\n" + body)
        parts = []
        for part in batch.get_payload():
            line = str(part.get_payload()).splitlines()[0]  # type: ignore[union-attr]
            method, target, _ = line.split(" ")
            url = urlsplit(target)
            status, answer = self.mailbox.answer(method, url.path, parse_qs(url.query), b"")
            content_id = str(part["Content-ID"]).replace("<", "<response-", 1)  # type: ignore[index]
            parts.append(
                f"--batch\r\nContent-Type: application/http\r\nContent-ID: {content_id}\r\n\r\n"
                f"HTTP/1.1 {status} X\r\nContent-Type: application/json\r\n\r\n{json.dumps(answer)}\r\n"
            )
        self._reply_bytes(200, "multipart/mixed; boundary=batch", "".join([*parts, "--batch--"]).encode())

    def _reply(self, status: int, answer: dict[str, Any]) -> None:
        self._reply_bytes(status, "application/json; charset=UTF-8", json.dumps(answer).encode())

    def _reply_bytes(self, status: int, kind: str, body: bytes) -> None:
        self.mailbox.most_bytes = max(self.mailbox.most_bytes, len(body))
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: pytest's output is for failures."""


@contextlib.contextmanager
def gmail_api() -> Iterator[GmailServer]:
    mailbox = GmailServer()
    handler = type("Handler", (_Handler,), {"mailbox": mailbox})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    mailbox.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield mailbox
    finally:
        server.shutdown()
        server.server_close()
