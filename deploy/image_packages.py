"""The part of requirements.lock that one image needs, hashes and all.

usage: python deploy/image_packages.py [--without PACKAGE...] >requirements.txt

An image starts from what `pyproject.toml` lists under `dependencies` (so nothing of the extras `train` and
`dev`), less the packages it names, and keeps what those need, as the lock's "via" comments tell.
"""

import argparse
import re
import sys
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path

ROOT = Path(__file__).parent.parent

_PIN = re.compile(r"([a-z0-9][a-z0-9.-]*)(?:\[[a-z,-]+\])?==")
_NAME = re.compile(r"[A-Za-z0-9._-]+")


def packages(lock: str) -> dict[str, str]:
    """Each package's part of a lock that uv wrote with annotations, by name.

    A package may be locked several times, each time for other versions of Python.
    """
    parts: dict[str, str] = {}
    for entry in re.split(r"(?m)^(?=[a-z0-9])", lock)[1:]:
        name = _pinned(entry)
        parts[name] = parts.get(name, "") + entry
    return parts


def kept(lock: str, wanted: Sequence[str]) -> str:
    """The parts of `wanted` and of all that they need. Raises KeyError for a name that is not locked."""
    entries = packages(lock)
    needs = _needs(entries)
    found: set[str] = set()
    left = list(wanted)
    while left:
        name = left.pop()
        if name not in found:
            found.add(name)
            left += needs[name]
    return "".join(entry for name, entry in entries.items() if name in found)


def roots(pyproject: str, without: Sequence[str]) -> list[str]:
    """The normalized names of the serving dependencies less `without`. Raises ValueError for a stranger."""
    names = [_name(line) for line in tomllib.loads(pyproject)["project"]["dependencies"]]
    if strangers := set(without) - set(names):
        raise ValueError(f"not among the dependencies: {', '.join(sorted(strangers))}")
    return [name for name in names if name not in without]


def _needs(entries: Mapping[str, str]) -> dict[str, list[str]]:
    needs: dict[str, list[str]] = {name: [] for name in entries}
    for name, entry in entries.items():
        for parent in _parents(entry):
            needs.setdefault(parent, []).append(name)  # a parent may stand outside the lock, as torch does
    return needs


def _parents(entry: str) -> list[str]:
    comments = [line.strip(" #") for line in entry.splitlines() if line.lstrip().startswith("#")]
    return [re.sub(r"^via\s*", "", comment) for comment in comments if comment != "via"]


def _pinned(entry: str) -> str:
    pin = _PIN.match(entry)
    if not pin:
        raise ValueError(f"not a pinned package: {entry.splitlines()[0]}")
    return pin[1]


def _name(requirement: str) -> str:
    name = _NAME.match(requirement)
    if not name:
        raise ValueError(f"not a requirement: {requirement}")
    return re.sub(r"[-_.]+", "-", name[0]).lower()


def main() -> None:
    """Print the entries of one image."""
    parser = argparse.ArgumentParser(description="The part of requirements.lock that one image needs.")
    parser.add_argument("--without", nargs="*", default=[], metavar="PACKAGE")
    without = parser.parse_args().without
    wanted = roots((ROOT / "pyproject.toml").read_text(), without)
    sys.stdout.write(kept((ROOT / "requirements.lock").read_text(), wanted))


if __name__ == "__main__":
    main()
