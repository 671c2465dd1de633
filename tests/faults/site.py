"""A company's server that counts what it takes, by the address that was typed."""

import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Lock, Thread
from urllib.parse import parse_qs

THINKS = 0.15
"""Seconds between a form's arrival and the answer: a worker may die in between."""

THANKS = b"<!doctype html><html><body><p>Thank you, your message has been sent.</p></body></html>"


class Site:
    """The POSTs that arrived, by address."""

    def __init__(self) -> None:
        self.posts: Counter[str] = Counter()
        self.lock = Lock()
        self.url = ""

    def twice(self) -> int:
        """Addresses that were posted more than once."""
        return sum(count > 1 for count in self.posts.values())


class _Server(ThreadingHTTPServer):
    request_queue_size = 128
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Who asked was killed: that is what this is about."""


@contextmanager
def counting() -> Iterator[Site]:
    """The server, until the block ends."""
    site = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"])).decode()
            with site.lock:
                site.posts[parse_qs(body)["email"][0]] += 1
            time.sleep(THINKS)
            self.send_response(200)
            self.send_header("Content-Type", "text/html; charset=utf-8")
            self.send_header("Content-Length", str(len(THANKS)))
            self.end_headers()
            self.wfile.write(THANKS)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    site.url = f"http://127.0.0.1:{server.server_port}/"
    Thread(target=server.serve_forever, args=(0.1,), daemon=True).start()
    try:
        yield site
    finally:
        server.shutdown()
        server.server_close()
