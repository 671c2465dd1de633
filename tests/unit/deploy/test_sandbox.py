"""The seccomp profile around a real Chromium, as a container runs it: nobody, and no new privileges."""

import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from ctypes.util import find_library
from pathlib import Path

import pytest

from browser.chrome import find_program
from tests.unit.deploy.conftest import DEPLOY, ROOT

PROFILE = DEPLOY / "seccomp" / "chromium.json"
NEEDED = ("chroot", "clone", "clone3", "setns", "unshare")
PAGE = "data:text/html,<p>it works"

pytestmark = pytest.mark.skipif(
    not find_library("seccomp") or sys.platform != "linux", reason="libseccomp is not installed"
)


def allowed() -> set[str]:
    return {name for group in json.loads(PROFILE.read_text())["syscalls"] for name in group["names"]}


@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder that the user nobody may write to; pytest's own are closed to others."""
    with tempfile.TemporaryDirectory(prefix="relance-nobody-") as name:
        Path(name).chmod(0o777)
        yield Path(name)


def confined(*command: str, folder: Path, without: str = "") -> subprocess.CompletedProcess[str]:
    """Run a command under the profile."""
    own = [sys.executable, str(ROOT / "tests" / "unit" / "deploy" / "confined.py"), str(PROFILE)]
    environment = {"PATH": os.environ["PATH"], "HOME": str(folder), "TMPDIR": str(folder), "WITHOUT": without}
    return subprocess.run(
        [*own, *command], env=environment, cwd="/", capture_output=True, text=True, timeout=60
    )


def show_page(folder: Path, without: str = "") -> str:
    """What Chromium with its own sandbox prints of a page."""
    arguments = ["--headless", "--disable-gpu", f"--user-data-dir={folder}/profile", "--dump-dom", PAGE]
    return confined(find_program() or "chromium", *arguments, folder=folder, without=without).stdout


def test_chromium_starts_with_its_sandbox_on(folder: Path) -> None:
    assert "<p>it works</p>" in show_page(folder)


def test_without_an_empty_root_its_sandbox_does_not_start(folder: Path) -> None:
    assert "it works" not in show_page(folder, without="chroot")


def test_what_a_container_must_not_do_is_not_allowed() -> None:
    kernel = {"bpf", "init_module", "kexec_load", "perf_event_open", "reboot", "swapon", "userfaultfd"}
    mounts = {"fsopen", "mount", "move_mount", "open_by_handle_at", "pivot_root", "umount2"}
    others = {"add_key", "io_uring_setup", "keyctl", "process_vm_readv", "process_vm_writev", "ptrace"}
    assert not allowed() & (kernel | mounts | others)


def test_a_user_namespace_gives_no_power_to_mount(folder: Path) -> None:
    ran = confined(
        "unshare", "--user", "--map-root-user", "mount", "-t", "tmpfs", "none", "/mnt", folder=folder
    )
    assert ran.returncode != 0
    assert "ermission" in ran.stderr or "not permitted" in ran.stderr


def test_a_socket_to_the_hypervisor_is_refused(folder: Path) -> None:
    opened = "import socket; socket.socket(socket.AF_UNIX).close(); socket.socket(40, socket.SOCK_STREAM)"
    ran = confined("/usr/bin/env", "python3", "-c", opened, folder=folder)
    assert "PermissionError" in ran.stderr


def test_only_what_the_sandbox_needs_goes_beyond_the_other_groups() -> None:
    last = json.loads(PROFILE.read_text())["syscalls"][-1]
    assert tuple(last["names"]) == NEEDED
    assert json.loads(PROFILE.read_text())["defaultAction"] == "SCMP_ACT_ERRNO"
