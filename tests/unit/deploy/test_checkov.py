"""checkov's rules on the whole of what a cluster gets.

It is no dependency: it brings a hundred packages of its own into the lock. CI runs it in a step of its own.
"""

import shutil
import subprocess
from pathlib import Path

import pytest
import yaml

from tests.unit.deploy.conftest import DEPLOY, render


@pytest.mark.slow
@pytest.mark.skipif(not shutil.which("checkov"), reason="checkov is not installed (pipx install checkov)")
@pytest.mark.parametrize("overlay", ["overlays/dev", "overlays/prod"])
def test_no_check_fails_but_the_explained_exceptions(overlay: str, tmp_path: Path) -> None:
    path = tmp_path / "rendered.yaml"
    path.write_text(yaml.safe_dump_all(render(overlay)))
    ran = subprocess.run(
        ["checkov", "-f", path, "--config-file", DEPLOY / "checkov.yaml"],
        capture_output=True,
        text=True,
        timeout=110,
    )
    assert ran.returncode == 0, ran.stdout


def test_every_exception_is_explained() -> None:
    lines = (DEPLOY / "checkov.yaml").read_text().split("skip-check:\n")[1].splitlines()
    assert all(len(line.partition(" # ")[2]) > 20 for line in lines)
