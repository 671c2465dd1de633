"""The manifests as a cluster would get them, and the programs that check them."""

import os
import shutil
import subprocess
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path

import pytest
import yaml

ROOT = Path(__file__).parents[3]
DEPLOY = ROOT / "deploy"
OVERLAYS = ("base", "overlays/dev", "overlays/prod")


def program(*names: str) -> str:
    """The first of these programs that is here; the test is skipped where none is, and fails in CI."""
    for name in names:
        if path := shutil.which(name):
            return path
    missing = f"none of {', '.join(names)} is installed"
    if os.environ.get("CI"):
        pytest.fail(missing)
    pytest.skip(missing)


@lru_cache
def render(overlay: str) -> tuple[dict, ...]:
    """Every object of a kustomization of deploy/k8s."""
    command = (
        [path, "kustomize"]
        if (path := program("kubectl", "kustomize")).endswith("kubectl")
        else [path, "build"]
    )
    ran = subprocess.run([*command, DEPLOY / "k8s" / overlay], capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    return tuple(yaml.safe_load_all(ran.stdout))


@pytest.fixture(params=OVERLAYS)
def objects(request: pytest.FixtureRequest) -> tuple[dict, ...]:
    """The objects of the base and of each overlay in turn."""
    return render(request.param)


def of_kind(objects: tuple[dict, ...], *kinds: str) -> Iterator[dict]:
    """The objects of these kinds."""
    return (one for one in objects if one["kind"] in kinds)


def named(objects: tuple[dict, ...], kind: str, name: str, namespace: str = "relance") -> dict:
    """The one object of this kind and name; a namespace itself is in none."""
    key = (name, namespace)
    (found,) = (
        one
        for one in of_kind(objects, kind)
        if (one["metadata"]["name"], one["metadata"].get("namespace", namespace)) == key
    )
    return found


def settings_of(objects: tuple[dict, ...]) -> dict[str, str]:
    """The ConfigMap of all processes; its name ends in a hash of what it holds."""
    (found,) = (one for one in of_kind(objects, "ConfigMap") if one["metadata"]["namespace"] == "relance")
    return found["data"]


def pod(workload: dict) -> dict:
    """The spec of the pods of a Deployment, StatefulSet, DaemonSet or Job."""
    return workload["spec"]["template"]["spec"]
