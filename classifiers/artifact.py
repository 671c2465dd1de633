"""A model's folder on disk: which files there must be, and that nobody changed them.

`manifest.json` names every file with its SHA-256, the intents in the order of the model's outputs, and the
version, which is derived from those hashes: two folders with one version hold the same bytes.
"""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from classifiers.labels import INTENTS
from shared.errors import ArtifactInvalid, ArtifactOutdated

SHIPPED = Path(__file__).parent / "artifacts"
MANIFEST = "manifest.json"
READER = "reader.onnx"
TOKENIZER = "tokenizer.json"
NGRAMS = "ngrams.npz"
DOUBT = "doubt.json"
CENTRES = "centres.npz"
FILES = (READER, TOKENIZER, NGRAMS, DOUBT, CENTRES)
EXTRA = ("MODEL_CARD.md",)
"""May lie in the folder without being named."""
FORMAT = 2
"""Of the files together: another where one version could not read what another wrote."""


@dataclass(frozen=True, slots=True)
class Manifest:
    """What a checked folder says of itself. `about` is free: data, recipe, figures."""

    version: str
    hashes: Mapping[str, str]
    about: Mapping[str, Any]


def seal(folder: Path, about: Mapping[str, Any]) -> Manifest:
    """Write the manifest of a folder that holds all `FILES`; the version is today's content, not today's
    date.
    """
    hashes = {name: _sha256(folder / name) for name in FILES}
    version = _version(hashes)
    content = {
        "format": FORMAT,
        "version": version,
        "intents": INTENTS,
        "files": hashes,
        "about": dict(about),
    }
    (folder / MANIFEST).write_text(json.dumps(content, indent=1) + "\n", encoding="utf-8")
    return Manifest(version, hashes, dict(about))


def check(folder: Path) -> Manifest:
    """The manifest of an unchanged folder.

    Raises ArtifactInvalid for a missing folder, file or field, a foreign file or a changed file, and of its
    kind ArtifactOutdated for what another version of Relance wrote.
    """
    content = _read(folder)
    if content.get("format") != FORMAT or content.get("intents") != list(INTENTS):
        raise ArtifactOutdated(f"{folder / MANIFEST} was written for another version of Relance")
    hashes = content.get("files")
    if not isinstance(hashes, dict) or set(hashes) != set(FILES):
        raise ArtifactInvalid(f"{folder / MANIFEST} does not name exactly {', '.join(FILES)}")
    _no_foreign(folder)
    for name in FILES:
        if _sha256(folder / name) != hashes[name]:
            raise ArtifactInvalid(f"{folder / name} is not the file that was released: its hash differs")
    if content.get("version") != _version(hashes):
        raise ArtifactInvalid(f"{folder / MANIFEST} names another version than its files make")
    return Manifest(_version(hashes), hashes, content.get("about", {}))


def _version(hashes: Mapping[str, str]) -> str:
    return hashlib.sha256(json.dumps(dict(hashes), sort_keys=True).encode()).hexdigest()[:12]


def _read(folder: Path) -> dict[str, Any]:
    try:
        content = json.loads((folder / MANIFEST).read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ArtifactInvalid(f"{folder / MANIFEST} cannot be read: {error}") from error
    if not isinstance(content, dict):
        raise ArtifactInvalid(f"{folder / MANIFEST} is not a manifest")
    return content


def _no_foreign(folder: Path) -> None:
    foreign = sorted({path.name for path in folder.iterdir()} - {*FILES, *EXTRA, MANIFEST})
    if foreign:
        raise ArtifactInvalid(f"{folder} holds a foreign file: {foreign[0]}")


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ArtifactInvalid(f"{path} cannot be read: {error}") from error
