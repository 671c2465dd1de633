"""The short form of the soak: Chromium is killed twice among three dozen forms."""

import json
import subprocess
import sys
from pathlib import Path

import pytest

from tests.forms.soak import broken

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_form_is_lost_or_sent_twice_while_chromium_is_killed() -> None:
    """In a process of its own: it kills the Chromiums that it finds below it, and counts those that stay."""
    command = [sys.executable, "-m", "tests.forms.soak", "36", "15"]
    figures = json.loads(subprocess.run(command, cwd=ROOT, capture_output=True, text=True).stdout)
    assert figures["kills"] == {"browser": 1, "renderer": 1}
    assert [bar for bar in broken(figures) if bar != "memory_growth"] == []
