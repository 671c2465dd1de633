"""Probes tell the truth: a part that is away makes them fail, and names itself."""

from collections.abc import Iterator
from urllib.error import HTTPError
from urllib.request import urlopen

import pytest

from shared.settings import settings
from workers import broker, health


@pytest.fixture
def asked() -> Iterator["Asked"]:
    with Asked() as server:
        yield server


class Asked:
    """A health endpoint whose answers a test sets."""

    def __init__(self) -> None:
        self.live = True

    def __enter__(self) -> "Asked":
        self._server = health.serve(
            0, {"threads": lambda: self.live}, {"database": health.database, "queue": broker.takes}
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    def get(self, path: str) -> tuple[int, str]:
        try:
            with urlopen(f"http://127.0.0.1:{self._server.server_port}{path}") as answer:
                return answer.status, answer.read().decode()
        except HTTPError as error:
            return error.code, error.read().decode()


def test_a_process_whose_parts_work_is_well(asked: Asked, database: str, queue: str) -> None:
    assert asked.get("/healthz") == (200, "ok")
    assert asked.get("/readyz") == (200, "ok")


def test_a_part_that_hangs_is_named(asked: Asked) -> None:
    asked.live = False
    assert asked.get("/healthz") == (503, "threads")


def test_without_its_servers_a_process_is_alive_but_not_ready(
    asked: Asked, fresh_settings: pytest.MonkeyPatch
) -> None:
    fresh_settings.setenv("RELANCE_DATABASE_URL", "postgresql://postgres@127.0.0.1:9/postgres")
    fresh_settings.setenv("RELANCE_REDIS_URL", "redis://127.0.0.1:9/0")
    settings.cache_clear()
    assert asked.get("/healthz") == (200, "ok")
    assert asked.get("/readyz") == (503, "database, queue")


def test_metrics_are_served_beside(asked: Asked) -> None:
    status, body = asked.get("/metrics")
    assert status == 200
    assert "relance_outcomes_total" in body
