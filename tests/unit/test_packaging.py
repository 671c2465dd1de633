"""The top-level names are plain words: each must be ours, and the package index must never take them."""

import importlib
import tomllib
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
PACKAGES: list[str] = PROJECT["tool"]["setuptools"]["packages"]


@pytest.mark.parametrize("name", PACKAGES)
def test_a_package_resolves_inside_the_repository(name: str) -> None:
    module = importlib.import_module(name)
    assert Path(str(module.__file__)).is_relative_to(ROOT)


def test_every_package_of_the_repository_is_listed() -> None:
    tops = {name.partition(".")[0] for name in PACKAGES}
    folders = {path.parent for top in tops for path in (ROOT / top).rglob("__init__.py")}
    assert {".".join(folder.relative_to(ROOT).parts) for folder in folders} == set(PACKAGES)


def test_it_cannot_be_uploaded() -> None:
    assert "Private :: Do Not Upload" in PROJECT["project"]["classifiers"]


def test_a_package_holds_one_docstring_and_nothing_else() -> None:
    longer = [
        name
        for name in PACKAGES
        if len((ROOT / name.replace(".", "/") / "__init__.py").read_text(encoding="utf-8").splitlines()) > 3
    ]
    assert longer == ["shared.models", "shared.migrations"]
