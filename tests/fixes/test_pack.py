"""A folder that should be an archive is packed: every file is in it, as it was."""

import hashlib
import shutil
import zipfile
from pathlib import Path

import pytest

from loadstone import fix, inspect
from loadstone.core import PackFolder
from loadstone.fixes import restore as packing
from loadstone.fixes.restore import CannotRestoreError, restore

FOLDER = Path(__file__).parents[1] / "files" / "keras" / "keras-3.15.0" / "folder"
EDIT = PackFolder("m.packed.keras")


def digests(folder):
    files = (path for path in folder.rglob("*") if path.is_file())
    return {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in files
    }


@pytest.fixture
def folder(tmp_path):
    return Path(shutil.copytree(FOLDER, tmp_path / "m.keras"))


def test_fix_writes_the_archive_beside_the_folder(folder):
    before = digests(folder)
    fix(folder)
    packed = folder.with_name("m.packed.keras")
    with zipfile.ZipFile(packed) as archive:
        held = {name: hashlib.sha256(archive.read(name)).hexdigest() for name in archive.namelist()}
    assert held == before == digests(folder)
    found, was = inspect(packed), inspect(folder)
    assert (found.format, found.damage, found.is_folder) == ("keras", (), False)
    assert [len(one.tensors) for one in found.state_dicts] == [
        len(one.tensors) for one in was.state_dicts
    ]


def test_a_link_is_not_packed(folder, tmp_path):
    (tmp_path / "secret").write_text("secret")
    (folder / "assets").mkdir(exist_ok=True)
    (folder / "assets" / "a.txt").symlink_to(tmp_path / "secret")
    with pytest.raises(CannotRestoreError, match=r"`assets/a.txt` is no plain file"):
        restore(folder, EDIT, tmp_path / "out.keras")
    assert not (tmp_path / "out.keras").exists()


def test_what_reads_back_otherwise_is_not_kept(folder, tmp_path, monkeypatch):
    digest = packing._digest
    monkeypatch.setattr(
        packing, "_digest", lambda source, *rest: digest(source, *rest) + bytes(len(rest))
    )
    with pytest.raises(CannotRestoreError, match="reads back otherwise"):
        restore(folder, EDIT, tmp_path / "out.keras")
    assert not (tmp_path / "out.keras").exists()


def test_what_is_no_model_is_not_kept(folder, tmp_path):
    (folder / "config.json").write_text("{")
    with pytest.raises(CannotRestoreError, match="would not be whole"):
        restore(folder, EDIT, tmp_path / "out.keras")
    assert not (tmp_path / "out.keras").exists()
