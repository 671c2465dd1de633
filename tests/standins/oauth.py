"""The token route of an OAuth server, and the one where a mail server asks whose a token is."""

import contextlib
import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit


@dataclass
class OAuthServer:
    """`tokens` serve now, by whom they are of. With `rotates` each refresh token serves once."""

    address: str
    url: str = ""
    refresh_token: str = "refresh-0"
    rotates: bool = False
    revoked: bool = False
    tokens: dict[str, str] = field(default_factory=dict)
    refreshes: int = 0

    def secret(self) -> str:
        stored = {"client_id": "client", "client_secret": "hush", "refresh_token": self.refresh_token}
        return json.dumps(stored | {"token_uri": f"{self.url}/token"})

    def refresh(self, form: dict[str, list[str]]) -> tuple[int, dict[str, Any]]:
        if self.revoked or form["refresh_token"] != [self.refresh_token]:
            return 400, {"error": "invalid_grant"}
        self.refreshes += 1
        token = f"access-{self.refreshes}"
        self.tokens[token] = self.address
        answer: dict[str, Any] = {"access_token": token, "expires_in": 3600, "token_type": "Bearer"}
        if self.rotates:
            self.refresh_token = f"refresh-{self.refreshes}"
            answer["refresh_token"] = self.refresh_token
        return 200, answer


class _Handler(BaseHTTPRequestHandler):
    server_of: OAuthServer

    def do_GET(self) -> None:
        token = parse_qs(urlsplit(self.path).query).get("access_token", [""])[0]
        owner = self.server_of.tokens.get(token)
        self._reply(200 if owner else 401, {"email": owner} if owner else {"error": "invalid_token"})

    def do_POST(self) -> None:
        form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
        self._reply(*self.server_of.refresh(form))

    def _reply(self, status: int, answer: dict[str, Any]) -> None:
        body = json.dumps(answer).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *args: object) -> None:
        """Say nothing: pytest's output is for failures."""


@contextlib.contextmanager
def oauth_server(address: str, port: int) -> Iterator[OAuthServer]:
    running = OAuthServer(address, f"http://127.0.0.1:{port}")
    handler = type("Handler", (_Handler,), {"server_of": running})
    server = ThreadingHTTPServer(("127.0.0.1", port), handler)
    threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
    try:
        yield running
    finally:
        server.shutdown()
        server.server_close()
