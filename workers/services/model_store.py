"""Where trained reply models are kept: in Postgres, so that a model that one pod promoted serves in all.

A process reads a model's files once and keeps them in a folder of its own, named by the version. The version
is derived from the files' hashes, which are checked before anything is loaded.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sqlalchemy import delete, select

from classifiers import artifact
from shared.db import transaction
from shared.errors import NotFound
from shared.models import ModelChange, ReplyModel, ReplyModelFile
from shared.settings import settings


@dataclass(frozen=True, slots=True)
class Change:
    """A promotion or a rollback; `version` is empty for the shipped model."""

    version: str
    when: datetime
    by: str
    reason: str


def keep(tenant_id: int, folder: Path) -> str:
    """Store a sealed folder as the tenant's candidate; its version. An older one that never served goes.

    Raises ArtifactInvalid for a folder that is not whole.
    """
    version = artifact.check(folder).version
    served = select(ModelChange.version)
    with transaction(tenant_id) as session:
        session.execute(delete(ReplyModel).where(ReplyModel.version.not_in(served)))
        # A model that served before is a candidate again: its files are the same, its place is the newest.
        session.execute(delete(ReplyModel).where(ReplyModel.version == version))
        row = ReplyModel(tenant_id=tenant_id, version=version)
        session.add(row)
        session.flush()
        for path in sorted(folder.iterdir()):
            content = path.read_bytes()
            session.add(ReplyModelFile(tenant_id=tenant_id, model_id=row.id, name=path.name, content=content))
    return version


def candidate(tenant_id: int) -> str:
    """The version that was trained last. Raises NotFound where none was."""
    with transaction(tenant_id) as session:
        version = session.scalar(select(ReplyModel.version).order_by(ReplyModel.id.desc()).limit(1))
    if version is None:
        raise NotFound("No model was trained yet: run `relance classifier train`.")
    return version


def changes(tenant_id: int) -> list[Change]:
    """Promotions and rollbacks, oldest first."""
    with transaction(tenant_id) as session:
        rows: Sequence[ModelChange] = session.scalars(select(ModelChange).order_by(ModelChange.id)).all()
    return [Change(row.version, row.created_at, row.by, row.reason) for row in rows]


def serving(tenant_id: int) -> str:
    """The version that serves; empty for the shipped one."""
    with transaction(tenant_id) as session:
        newest = select(ModelChange.version).order_by(ModelChange.id.desc()).limit(1)
        return session.scalar(newest) or ""


def folder(tenant_id: int, version: str) -> Path:
    """Where the files of a version lie on this machine, fetched where they are not; empty is the shipped one.

    Raises NotFound for a version that the tenant has not, ArtifactInvalid where its files were changed.
    """
    if not version:
        return artifact.SHIPPED
    place = settings().home / "models" / version
    if not place.exists():
        _fetch(tenant_id, version, place)
    return place


def _fetch(tenant_id: int, version: str, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent) as part:
        whole = Path(part) / version
        whole.mkdir()
        for name, content in _files(tenant_id, version).items():
            (whole / name).write_bytes(content)
        artifact.check(whole)
        try:
            whole.rename(place)
        except OSError:
            # Another process was faster; what it put there is the same.
            if not place.exists():
                raise


def _files(tenant_id: int, version: str) -> dict[str, bytes]:
    known = (artifact.MANIFEST, *artifact.FILES, *artifact.EXTRA)
    query = (
        select(ReplyModelFile.name, ReplyModelFile.content)
        .join(ReplyModel, ReplyModel.id == ReplyModelFile.model_id)
        .where(ReplyModel.version == version, ReplyModelFile.name.in_(known))
    )
    with transaction(tenant_id) as session:
        files: dict[str, bytes] = {row.name: row.content for row in session.execute(query)}
    if not files:
        raise NotFound(f"There is no model {version!r}.")
    return files


def change(tenant_id: int, version: str, by: str, reason: str) -> Change:
    """Let a version serve from now on."""
    with transaction(tenant_id) as session:
        row = ModelChange(tenant_id=tenant_id, version=version, by=by, reason=reason)
        session.add(row)
        session.flush()
        session.refresh(row)
    return Change(row.version, row.created_at, row.by, row.reason)


def before(tenant_id: int) -> str:
    """The version that served when the one that serves now first came; going back again leads further back.

    Raises NotFound where the shipped one serves.
    """
    versions = ["", *(one.version for one in changes(tenant_id))]
    if not versions[-1]:
        raise NotFound("The shipped model serves: there is nothing to go back to.")
    return versions[versions.index(versions[-1]) - 1]
