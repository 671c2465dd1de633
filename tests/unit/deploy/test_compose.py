"""compose.yaml: the same processes as on Kubernetes, hardened, nothing open but the panel to this machine."""

import re

import yaml

from shared.settings import Settings
from tests.unit.deploy.conftest import DEPLOY, named, of_kind, pod, render
from tests.unit.deploy.test_images import TARGETS
from tests.unit.deploy.test_kubernetes import grace
from workers.services.claims import QUEUES

COMPOSE = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
SERVICES = COMPOSE["services"]
OURS = {name: one for name, one in SERVICES.items() if one["image"].startswith("relance/")}


def test_it_runs_the_same_processes_as_kubernetes() -> None:
    objects = render("base")
    there = {
        one["metadata"]["name"]: pod(one)["containers"][0]["args"]
        for one in of_kind(objects, "Deployment", "Job")
    }
    here = {name: one["command"] for name, one in OURS.items() if "profiles" not in one}
    assert here == there


def test_each_process_has_the_same_image_as_on_kubernetes() -> None:
    for one in of_kind(render("base"), "Deployment", "Job"):
        service = OURS[one["metadata"]["name"]]
        assert service["image"] == pod(one)["containers"][0]["image"]
        assert service["build"]["target"] == service["image"].removeprefix("relance/").split(":")[0]
        assert service["build"]["target"] in TARGETS


def test_each_process_is_shut_in() -> None:
    for one in OURS.values():
        assert one["read_only"] is True
        assert one["cap_drop"] == ["ALL"]
        assert "no-new-privileges:true" in one["security_opt"]
        assert one["tmpfs"][0].startswith("/tmp:")
        assert "privileged" not in one


def test_the_browser_has_memory_to_share_and_the_profile_of_its_sandbox() -> None:
    browser = SERVICES["browser"]
    assert browser["shm_size"] == "512m"
    assert f"seccomp={(DEPLOY / 'seccomp' / 'chromium.json').relative_to(DEPLOY)}" in browser["security_opt"]
    objects = render("base")
    (shm,) = (
        one["emptyDir"]
        for one in pod(named(objects, "Deployment", "browser"))["volumes"]
        if one["name"] == "shm"
    )
    assert shm == {"medium": "Memory", "sizeLimit": "512Mi"}


def test_only_the_panel_is_open_and_only_to_this_machine() -> None:
    assert {name: one["ports"] for name, one in SERVICES.items() if "ports" in one} == {
        "panel": ["127.0.0.1:8501:8501"]
    }


def test_what_needs_no_internet_has_none() -> None:
    assert COMPOSE["networks"]["data"] == {"internal": True}
    assert COMPOSE["networks"]["web"] == {"internal": True}
    assert SERVICES["egress"]["environment"] == {}
    outside = {name for name, one in SERVICES.items() if "internet" in one["networks"]}
    assert outside == {"egress", "inbox", "respond", "send", "relance"}


def test_pools_have_time_to_leave() -> None:
    for queue in QUEUES:
        seconds = int(SERVICES[queue]["stop_grace_period"].removesuffix("s"))
        assert Settings().visit_timeout < grace() < seconds


def test_the_queue_is_written_down_and_loses_nothing_when_full() -> None:
    command = " ".join(SERVICES["redis"]["command"])
    assert "--appendonly yes" in command
    assert "--maxmemory-policy noeviction" in command


def test_everything_waits_for_the_schema() -> None:
    for name in OURS.keys() - {"egress", "migrate"}:
        assert OURS[name]["depends_on"]["migrate"] == {"condition": "service_completed_successfully"}
    assert OURS["migrate"]["restart"] == "no"


def test_every_secret_comes_from_outside_and_every_variable_is_a_setting() -> None:
    known = {f"RELANCE_{name.upper()}" for name in Settings.model_fields}
    for one in OURS.values():
        assert set(one["environment"]) <= known
    secret = re.compile(r"PASSWORD|KEY")
    for one in SERVICES.values():
        for name, value in one.get("environment", {}).items():
            if secret.search(name):
                assert value.startswith("${"), name
