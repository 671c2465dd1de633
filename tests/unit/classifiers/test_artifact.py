import json
import shutil

import pytest

from classifiers import artifact
from classifiers.doubt import Calibration
from classifiers.model import Classifier
from shared.errors import ArtifactInvalid


@pytest.fixture
def copied(tmp_path):
    return shutil.copytree(artifact.SHIPPED, tmp_path / "model")


def test_the_shipped_model_is_whole_and_small():
    manifest = artifact.check(artifact.SHIPPED)
    assert len(manifest.version) == 12
    assert sum(path.stat().st_size for path in artifact.SHIPPED.iterdir()) <= 25_000_000


@pytest.mark.parametrize("name", artifact.FILES)
def test_a_missing_file_is_refused(copied, name):
    (copied / name).unlink()
    with pytest.raises(ArtifactInvalid, match=name):
        Classifier.load(copied)


@pytest.mark.parametrize("name", artifact.FILES)
def test_a_changed_file_is_refused(copied, name):
    with (copied / name).open("r+b") as file:
        file.seek(100)
        byte = file.read(1)
        file.seek(100)
        file.write(bytes([byte[0] ^ 1]))
    with pytest.raises(ArtifactInvalid, match=f"{name} is not the file that was released"):
        Classifier.load(copied)


def test_a_foreign_file_is_refused(copied):
    (copied / "extra.bin").write_bytes(b"x")
    with pytest.raises(ArtifactInvalid, match=r"foreign file: extra\.bin"):
        Classifier.load(copied)


def test_a_missing_folder_is_refused(tmp_path):
    with pytest.raises(ArtifactInvalid, match="cannot be read"):
        Classifier.load(tmp_path / "none")


def edited(folder, **changes):
    path = folder / artifact.MANIFEST
    path.write_text(json.dumps(json.loads(path.read_text()) | changes))


def test_a_manifest_with_other_intents_is_refused(copied):
    edited(copied, intents=["HOT", "COLD"])
    with pytest.raises(ArtifactInvalid, match="another version"):
        Classifier.load(copied)


def test_a_manifest_that_names_other_files_is_refused(copied):
    edited(copied, files={})
    with pytest.raises(ArtifactInvalid, match="does not name exactly"):
        Classifier.load(copied)


@pytest.mark.parametrize("content", ["", "[1]", "{"])
def test_a_manifest_that_is_none_is_refused(copied, content):
    (copied / artifact.MANIFEST).write_text(content)
    with pytest.raises(ArtifactInvalid):
        Classifier.load(copied)


def test_a_sealed_folder_with_broken_contents_is_refused_clearly(copied):
    (copied / artifact.READER).write_bytes(b"not a model")
    artifact.seal(copied, {})
    with pytest.raises(ArtifactInvalid, match="no model that can be read"):
        Classifier.load(copied).predict(["hello there"])
    (copied / artifact.DOUBT).write_text('{"reader": 1}')
    artifact.seal(copied, {})
    with pytest.raises(ArtifactInvalid, match="not a calibration"):
        Classifier.load(copied)


def test_the_version_follows_from_the_content(copied):
    before = artifact.check(copied).version
    assert artifact.seal(copied, {"other": "words"}).version == before
    calibration = Calibration.load(copied / artifact.DOUBT)
    Calibration(1.0, 1.0, 0.5, 0.95, 0.0, 0.0, 0.1, calibration.languages).save(copied / artifact.DOUBT)
    assert artifact.seal(copied, {}).version != before
