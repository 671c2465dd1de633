"""What a process tells its keeper: /metrics, /healthz (well, or to be restarted), /readyz (it can work now).

A check answers whether one part is well and is bounded in time by itself.
"""

import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from socketserver import ThreadingMixIn
from typing import Any, cast
from wsgiref.simple_server import WSGIRequestHandler, WSGIServer, make_server

import redis
from prometheus_client import make_wsgi_app
from sqlalchemy import text

from shared.db import EVERY_TENANT, transaction
from shared.errors import RelanceError
from shared.logs import log

Check = Callable[[], bool]
Checks = Mapping[str, Check]


class _Server(ThreadingMixIn, WSGIServer):
    daemon_threads = True


class _Silent(WSGIRequestHandler):
    def log_message(self, format: str, *args: object) -> None:  # noqa: A002  # the base class names it so
        """Probes come every few seconds: they are no news."""


def serve(port: int, live: Checks, ready: Checks) -> _Server:
    """Answer on `port` from a thread; 0 takes any free port (`server_port` of the result)."""
    metrics = make_wsgi_app()
    answers = {"/healthz": live, "/readyz": ready}

    def application(environ: dict[str, Any], start_response: Any) -> Iterable[bytes]:  # noqa: ANN401  # WSGI's own
        checks = answers.get(environ["PATH_INFO"])
        if checks is None:
            return cast("Iterable[bytes]", metrics(environ, start_response))
        unwell = [name for name, check in checks.items() if not _well(check)]
        start_response("503 Service Unavailable" if unwell else "200 OK", [("Content-Type", "text/plain")])
        return [(", ".join(unwell) or "ok").encode()]

    server = make_server("", port, application, server_class=_Server, handler_class=_Silent)
    threading.Thread(target=server.serve_forever, name="health", daemon=True).start()
    return server


def database() -> bool:
    """Whether Postgres answers."""
    with transaction(EVERY_TENANT) as session:
        return session.scalar(text("SELECT 1")) is not None


def _well(check: Check) -> bool:
    try:
        return check()
    except (RelanceError, redis.RedisError, TimeoutError) as error:
        log("unwell", level=logging.WARNING, why=str(error)[:200])
        return False
