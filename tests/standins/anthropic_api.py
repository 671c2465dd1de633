"""A server that speaks Anthropic's Messages API: what a test queues is answered, what was asked is kept."""

import contextlib
import json
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

KEY = "sk-ant-test"


@dataclass(frozen=True)
class Answer:
    """One HTTP answer. `text` becomes the model's only block; `error` an error of that type instead.

    `delay` (seconds) comes before it. Errors ask to be tried again at once, so that tests do not wait.
    """

    text: str = ""
    stop_reason: str = "end_turn"
    status: int = 200
    error: str = ""
    delay: float = 0.0
    input_tokens: int = 1000
    output_tokens: int = 200

    def body(self, model: str) -> dict[str, Any]:
        if self.error:
            return {"type": "error", "error": {"type": self.error, "message": "no"}, "request_id": "req_1"}
        return {
            "id": "msg_1",
            "type": "message",
            "role": "assistant",
            "model": model,
            "content": [{"type": "text", "text": self.text}] if self.text else [],
            "stop_reason": self.stop_reason,
            "stop_sequence": None,
            "usage": {"input_tokens": self.input_tokens, "output_tokens": self.output_tokens},
        }


def written(body: str, passages: list[str] | None = None, needs_person: str = "") -> Answer:
    """An answer of the form that the responder asks for."""
    return Answer(json.dumps({"body": body, "passages": passages or [], "needs_person": needs_person}))


OVERLOADED = Answer(status=529, error="overloaded_error")
THROTTLED = Answer(status=429, error="rate_limit_error")


@dataclass
class MessagesApi:
    """The running server. `answers` are given in order, and the last one for ever."""

    url: str = ""
    answers: list[Answer] = field(default_factory=list)
    requests: list[dict[str, Any]] = field(default_factory=list)
    gone: threading.Event = field(default_factory=threading.Event)

    def answer(self, headers: Mapping[str, str], request: dict[str, Any]) -> tuple[Answer, str]:
        if headers["Authorization"] != f"Bearer {KEY}":
            return Answer(status=401, error="authentication_error"), ""
        self.requests.append(request)
        answer = self.answers.pop(0) if len(self.answers) > 1 else self.answers[0]
        return answer, str(request["model"])


@contextlib.contextmanager
def messages_api() -> Iterator[MessagesApi]:
    api = MessagesApi()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            request = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            if self.path != "/v1/messages":
                self.send_error(404)
                return
            answer, model = api.answer(self.headers, request)
            api.gone.wait(answer.delay)
            body = json.dumps(answer.body(model)).encode()
            self.send_response(answer.status)
            self.send_header("content-type", "application/json")
            self.send_header("content-length", str(len(body)))
            self.send_header("retry-after-ms", "1")
            self.end_headers()
            with contextlib.suppress(BrokenPipeError):
                self.wfile.write(body)

        def log_message(self, *args: object) -> None:
            """Say nothing: pytest's output is for failures."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    api.url = f"http://127.0.0.1:{server.server_port}"
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield api
    finally:
        api.gone.set()
        server.shutdown()
        server.server_close()
