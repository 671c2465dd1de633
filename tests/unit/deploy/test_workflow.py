"""The workflow of CI runs what anyone runs, and nothing of it needs a registry or a secret of ours."""

import re

import yaml

from tests.unit.deploy.conftest import DEPLOY, ROOT
from tests.unit.deploy.test_images import TARGETS

TEXT = (ROOT / ".github" / "workflows" / "ci.yml").read_text()
JOBS = yaml.safe_load(TEXT)["jobs"]


def test_it_calls_the_make_targets_that_exist() -> None:
    called = re.findall(r"run: make ([\w-]+)", TEXT)
    assert called == ["lint", "test", "demo"]
    makefile = (ROOT / "Makefile").read_text()
    assert all(re.search(rf"^{target}:", makefile, re.MULTILINE) for target in called)


def test_it_builds_and_scans_every_image() -> None:
    matrix = JOBS["images"]["strategy"]["matrix"]["include"]
    assert {one["target"] for one in matrix} == set(TARGETS)
    assert all(one["program"] in TARGETS[one["target"]] for one in matrix)
    used = [step.get("uses", "").split("@")[0] for step in JOBS["images"]["steps"]]
    assert {"docker/build-push-action", "aquasecurity/trivy-action"} <= set(used)


def test_it_checks_every_overlay() -> None:
    overlays = {path.name for path in (DEPLOY / "k8s" / "overlays").iterdir()}
    assert set(JOBS["manifests"]["strategy"]["matrix"]["overlay"]) == overlays


def test_it_needs_no_secret_and_may_only_read() -> None:
    assert "secrets." not in TEXT
    assert yaml.safe_load(TEXT)["permissions"] == {"contents": "read"}


def test_every_action_is_pinned_to_a_version() -> None:
    used = re.findall(r"uses: (\S+)", TEXT)
    assert used
    assert all(re.search(r"@v?\d", one) for one in used)
