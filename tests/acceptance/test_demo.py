"""The main job from outside: a village of companies, a whole campaign, every lead where it belongs."""

import os
import subprocess
import sys

import psutil
import pytest


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_every_lead_of_the_village_reaches_its_expected_end_and_no_process_stays() -> None:
    before = {process.pid for process in psutil.process_iter()}
    ran = subprocess.run(
        [sys.executable, "-m", "tests.village.demo", "--once"],
        capture_output=True,
        text=True,
        timeout=580,
        env={name: value for name, value in os.environ.items() if not name.startswith("RELANCE_")},
        check=False,
    )
    assert ran.returncode == 0, ran.stdout[-6000:] + ran.stderr[-3000:]
    assert "Every lead reached its expected end." in ran.stdout
    left = [p for p in psutil.process_iter(["name", "cmdline"]) if p.pid not in before]
    names = ("chromium", "redis-server", "postgres", "workers.pool", "streamlit")
    assert [p.info for p in left if any(name in " ".join(p.info["cmdline"] or ()) for name in names)] == []
