"""The main job from outside: a village of companies, a whole campaign, every lead where it belongs."""

import os
import subprocess
import sys
import uuid
from contextlib import suppress

import psutil
import pytest

MARK = "VILLAGE_RUN"
"""An environment variable that every process of one run inherits."""


def marked(run: str) -> list[str]:
    """The command lines of the processes that a run left behind."""
    found = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess, psutil.AccessDenied):
            if process.environ().get(MARK) == run and process.status() != psutil.STATUS_ZOMBIE:
                found.append(" ".join(process.cmdline())[:200])
    return found


@pytest.mark.slow
@pytest.mark.timeout(700)
def test_every_lead_of_the_village_reaches_its_expected_end_and_no_process_stays() -> None:
    run = uuid.uuid4().hex
    ran = subprocess.run(
        [sys.executable, "-m", "tests.village.demo", "--once"],
        capture_output=True,
        text=True,
        timeout=680,
        env={name: value for name, value in os.environ.items() if not name.startswith("RELANCE_")}
        | {MARK: run},
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-3000:]
    assert "Every lead reached its expected end." in ran.stdout
    assert marked(run) == []
