"""Containers undone: proved by checksums, refused where they do not match, never half-written."""

from __future__ import annotations

import bz2
import gzip
import io
import json
import lzma
import tarfile
import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file, save_file

import loadstone
from loadstone import readers
from loadstone.core import UndoLineEndings, Unwrap
from loadstone.fixes.restore import CannotRestoreError, restore
from loadstone.render import diff
from loadstone.render.view import View

FILES = Path(__file__).parents[1] / "files"
STATE = {"a": torch.arange(6.0).reshape(2, 3), "b": torch.ones(4), "c": torch.zeros(5)}


def saved() -> bytes:
    stream = io.BytesIO()
    torch.save(STATE, stream)
    return stream.getvalue()


MODEL = saved()


def zipped(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w", zipfile.ZIP_DEFLATED) as file:
        for name, data in members:
            file.writestr(name, data)
    return stream.getvalue()


def tarred(*members: tuple[str, bytes]) -> bytes:
    stream = io.BytesIO()
    with tarfile.open(fileobj=stream, mode="w") as file:
        for name, data in members:
            item = tarfile.TarInfo(name)
            item.size = len(data)
            file.addfile(item, io.BytesIO(data))
    return stream.getvalue()


def names(folder) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def fixes(path) -> list[str]:
    return [item.finding.fix.safety for item in loadstone.check(path).found if item.finding.fix]


PACKED = {
    "model.pth.gz": (gzip.compress(MODEL), "model.pth"),
    "model.pth.bz2": (bz2.compress(MODEL), "model.pth"),
    "model.pth.xz": (lzma.compress(MODEL), "model.pth"),
    "model.pth": (gzip.compress(MODEL), "model.unpacked.pth"),
    "twice.pth.gz": (gzip.compress(MODEL[:500]) + gzip.compress(MODEL[500:]), "twice.pth"),
    "twice.pth.bz2": (bz2.compress(MODEL[:500]) + bz2.compress(MODEL[500:]), "twice.pth"),
    "twice.pth.xz": (lzma.compress(MODEL[:500]) + lzma.compress(MODEL[500:]), "twice.pth"),
    "a.zip": (zipped(("README", b"read me"), ("v1/w.pth", MODEL)), "w.pth"),
    "a.tar": (tarred(("README", b"read me"), ("v1/w.pth", MODEL)), "w.pth"),
    "w.zip": (zipped(("w.zip", MODEL)), "w.unpacked.zip"),
}


@pytest.mark.parametrize("name", PACKED)
def test_the_model_inside_is_written_as_it_was(tmp_path, name):
    data, inner = PACKED[name]
    (tmp_path / name).write_bytes(data)
    sizes: list[int] = []
    report = loadstone.fix(tmp_path / name, progress=sizes.append)
    assert [item.check.code for item in report.fixed] == ["LS011"]
    assert report.wrote == (str(tmp_path / inner),)
    assert report.artifact.format == "torch-zip"
    assert (tmp_path / inner).read_bytes() == MODEL
    assert (tmp_path / name).read_bytes() == data
    assert names(tmp_path) == sorted([name, inner])
    assert sum(sizes) == len(MODEL)


def test_a_name_that_is_taken_is_not_written_over(tmp_path):
    (tmp_path / "model.pth.gz").write_bytes(gzip.compress(MODEL))
    (tmp_path / "model.pth").write_text("mine")
    with pytest.raises(FileExistsError, match="nothing is written over"):
        loadstone.fix(tmp_path / "model.pth.gz")
    assert (tmp_path / "model.pth").read_text() == "mine"
    report = loadstone.fix(tmp_path / "model.pth.gz", out=tmp_path / "other.pth")
    assert report.wrote == (str(tmp_path / "other.pth"),)
    assert (tmp_path / "other.pth").read_bytes() == MODEL


def flipped(data: bytes, at: int) -> bytes:
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


BROKEN = {
    "crc.gz": flipped(gzip.compress(MODEL), -6),
    "size.gz": flipped(gzip.compress(MODEL), -2),
    "cut.gz": gzip.compress(MODEL)[:-9],
    "more.gz": gzip.compress(MODEL) + b"something else",
    "crc.bz2": flipped(bz2.compress(MODEL), -3),
    "cut.xz": lzma.compress(MODEL)[:-20],
    "cut.tar": tarred(("w.pth", MODEL))[: 512 + len(MODEL) // 2],
}


@pytest.mark.parametrize("name", BROKEN)
def test_what_does_not_match_its_checksum_is_not_kept(tmp_path, name):
    (tmp_path / name).write_bytes(BROKEN[name])
    edit = Unwrap("w.pth", "w.pth" if name.endswith(".tar") else "")
    with pytest.raises(CannotRestoreError, match="cannot be unpacked"):
        restore(tmp_path / name, edit, tmp_path / "w.pth")
    assert names(tmp_path) == [name]


def test_a_member_that_does_not_match_its_crc_is_not_kept(tmp_path):
    data = zipped(("w.pth", MODEL))
    at = data.rindex(b"PK\x01\x02") + 16
    (tmp_path / "a.zip").write_bytes(flipped(data, at))
    assert "safe" not in fixes(tmp_path / "a.zip")
    with pytest.raises(CannotRestoreError, match="differ in size or CRC"):
        restore(tmp_path / "a.zip", Unwrap("w.pth", "w.pth"), tmp_path / "w.pth")
    stored = io.BytesIO()
    with zipfile.ZipFile(stored, "w") as file:
        file.writestr("w.pth", MODEL)
    (tmp_path / "a.zip").write_bytes(flipped(stored.getvalue(), 400))
    assert "safe" not in fixes(tmp_path / "a.zip")
    with pytest.raises(CannotRestoreError, match="do not match their CRC"):
        restore(tmp_path / "a.zip", Unwrap("w.pth", "w.pth"), tmp_path / "w.pth")
    assert names(tmp_path) == ["a.zip"]


@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize(
    "name",
    ["../w.pth", "/tmp/w.pth", "a/../../w.pth", "..\\w.pth", "C:w.pth", ".bashrc", "a\nb.pth"],
)
def test_a_name_that_leads_elsewhere_is_left_to_the_user(tmp_path, pack, name):
    (tmp_path / "archive").write_bytes(pack((name, MODEL)))
    report = loadstone.fix(tmp_path / "archive")
    assert "LS011" in [item.check.code for item in report.found]
    assert report.wrote == ()
    assert names(tmp_path) == ["archive"]


@pytest.mark.filterwarnings("ignore:Duplicate name")
@pytest.mark.parametrize("pack", [zipped, tarred])
@pytest.mark.parametrize("second", ["v.pth", "w.pth"])
def test_of_several_models_none_is_chosen(tmp_path, pack, second):
    (tmp_path / "archive").write_bytes(pack(("w.pth", MODEL), (second, MODEL)))
    report = loadstone.fix(tmp_path / "archive")
    assert "safe" not in fixes(tmp_path / "archive")
    assert report.wrote == ()
    with pytest.raises(CannotRestoreError):
        restore(tmp_path / "archive", Unwrap("w.pth", second * 2), tmp_path / "w.pth")
    if second == "w.pth":
        with pytest.raises(CannotRestoreError, match="2 times"):
            restore(tmp_path / "archive", Unwrap("w.pth", "w.pth"), tmp_path / "w.pth")
    assert names(tmp_path) == ["archive"]


@pytest.mark.parametrize("pack", [lzma.compress, lambda data: zipped(("w.pth", data))])
def test_a_bomb_is_not_unpacked(tmp_path, pack):
    bomb = MODEL[:400] + bytes(90 << 20)
    (tmp_path / "bomb.xz").write_bytes(pack(bomb))
    with pytest.raises(CannotRestoreError, match="more than 200 times its size"):
        loadstone.fix(tmp_path / "bomb.xz")
    assert names(tmp_path) == ["bomb.xz"]


def test_line_endings_are_undone_across_every_chunk(tmp_path, monkeypatch):
    monkeypatch.setattr("loadstone.fixes.restore._STEP", 7)
    (tmp_path / "m.pth").write_bytes(MODEL.replace(b"\n", b"\r\n"))
    report = loadstone.fix(tmp_path / "m.pth")
    assert [item.check.code for item in report.fixed] == ["LS008"]
    assert (tmp_path / "m.fixed.pth").read_bytes() == MODEL
    assert names(tmp_path) == ["m.fixed.pth", "m.pth"]


def test_line_endings_that_were_others_before_are_not_undone(tmp_path):
    stream = io.BytesIO()
    torch.save({"a": torch.tensor(list(b"\r\n" * 50), dtype=torch.uint8)}, stream)
    converted = stream.getvalue().replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")
    (tmp_path / "m.pth").write_bytes(flipped(converted, -1) + b"\r\n")
    assert "safe" not in fixes(tmp_path / "m.pth")
    with pytest.raises(CannotRestoreError, match="would not be whole"):
        restore(tmp_path / "m.pth", UndoLineEndings("m.fixed.pth"), tmp_path / "m.fixed.pth")
    assert names(tmp_path) == ["m.pth"]


def test_what_is_whole_before_the_cut_is_salvaged_and_the_rest_is_named(tmp_path):
    path = tmp_path / "m.safetensors"
    save_file(STATE, path)
    path.write_bytes(path.read_bytes()[:-30])
    assert loadstone.fix(path).wrote == ()
    report = loadstone.fix(path, unsafe=True)
    (found,) = report.fixed
    (edit,) = found.finding.fix.edits
    assert sorted([*edit.whole, *edit.lost]) == ["a", "b", "c"]
    state = load_file(tmp_path / "m.salvaged.safetensors")
    assert set(state) == set(edit.whole)
    assert edit.lost
    assert all(torch.equal(state[key], STATE[key]) for key in state)
    recipe = json.loads((tmp_path / "m.fix.json").read_text())
    assert recipe["edits"][0]["lost"] == list(edit.lost)
    assert names(tmp_path) == ["m.fix.json", "m.safetensors", "m.salvaged.safetensors"]


@pytest.mark.parametrize("old", [False, True])
def test_every_cut_gives_whole_tensors_or_none(tmp_path, old):
    stream = io.BytesIO()
    torch.save(STATE, stream, _use_new_zipfile_serialization=not old)
    data = stream.getvalue()
    salvaged = set()
    for end in range(20, len(data), 13):
        folder = tmp_path / str(end)
        folder.mkdir()
        (folder / "m.pth").write_bytes(data[:end])
        written = loadstone.fix(folder / "m.pth", unsafe=True).wrote
        assert written or names(folder) == ["m.pth"]
        if written:
            state = load_file(written[0])
            assert all(torch.equal(state[key], STATE[key]) for key in state)
            salvaged.add(len(state))
    assert salvaged >= {1, 2}


class Pipe(io.BytesIO):
    """A stream that cannot go back, so that headers keep no sizes and no checksums."""

    def seekable(self) -> bool:
        return False

    def tell(self) -> int:
        raise OSError("a pipe")

    def seek(self, *_: object) -> int:
        raise OSError("a pipe")


def arrays(save=np.savez, stream=io.BytesIO) -> bytes:
    file = stream()
    rng = np.random.default_rng(0)
    save(file, **{f"layer{number}/w": rng.normal(size=(7, 9)) for number in range(6)}, n=np.ones(3))
    return file.getvalue()


KEPT = {  # a file, and how many of its tensors the longest cuts leave at least
    "arrays.npz": (arrays, 5),
    "packed.npz": (lambda: arrays(np.savez_compressed), 5),
    "piped.npz": (lambda: arrays(stream=Pipe), 5),
    "keras2.h5": ((FILES / "keras/tf-2.15.1/sequential.h5").read_bytes, 3),
    "keras3.weights.h5": ((FILES / "keras/keras-3.15.0/model.weights.h5").read_bytes, 1),
    "model.gguf": ((FILES / "gguf/aligned.gguf").read_bytes, 2),
}


def tensors(path) -> dict[str, bytes]:
    (state,) = [item for item in readers.read(path).state_dicts if item.role != "optimizer"]
    return {
        key: b"".join(map(bytes, readers.tensor_bytes(path, fact)))
        for key, fact in state.tensors.items()
        if fact.extent is not None
    }


@pytest.mark.parametrize("name", KEPT)
def test_every_cut_of_other_formats_gives_whole_tensors_or_none(tmp_path, name):
    """What is kept is bit for bit what the whole file held; longer files keep no less."""
    make, least = KEPT[name]
    data = make()
    (tmp_path / name).write_bytes(data)
    told = tensors(tmp_path / name)
    most = 0
    for end in range(len(data) // 60, len(data), len(data) // 60):
        folder = tmp_path / str(end)
        folder.mkdir()
        (folder / name).write_bytes(data[:end])
        written = loadstone.fix(folder / name, unsafe=True).wrote
        assert written or names(folder) == [name]
        if written:
            kept = tensors(written[0])
            assert kept.items() <= told.items()
            assert len(kept) >= most
            most = len(kept)
    assert most >= least


def test_a_changed_byte_in_what_is_left_of_an_npz_is_lost_too(tmp_path):
    data = bytearray(arrays()[:-700])
    data[400] ^= 1
    (tmp_path / "m.npz").write_bytes(data)
    (edit,) = loadstone.fix(tmp_path / "m.npz", unsafe=True).fixed[0].finding.fix.edits
    assert edit.lost[0] == "layer0/w"
    assert "layer1/w" in edit.whole


def test_the_diff_shows_what_would_be_written(tmp_path):
    (tmp_path / "model.pth.gz").write_bytes(gzip.compress(MODEL))
    (tmp_path / "crlf.pth").write_bytes(MODEL.replace(b"\n", b"\r\n"))
    save_file(STATE, tmp_path / "m.safetensors")
    (tmp_path / "m.safetensors").write_bytes((tmp_path / "m.safetensors").read_bytes()[:-30])
    before = names(tmp_path)
    reports = [
        loadstone.fix(tmp_path / name, dry_run=True, unsafe=True)
        for name in ("model.pth.gz", "crlf.pth", "m.safetensors")
    ]
    text = diff.render(reports, View())
    assert "\n+model.pth\n" in text
    assert "\n+crlf.fixed.pth\n" in text
    assert "lost: " in text
    assert names(tmp_path) == before


def test_loading_fixes_a_copy_and_leaves_nothing(tmp_path):
    path = tmp_path / "model.pth.gz"
    path.write_bytes(gzip.compress(MODEL))
    state = torch.load(io.BytesIO(MODEL), weights_only=True)
    net = Holding(state)
    with pytest.raises(loadstone.LoadError) as caught:
        loadstone.load(path, into=net)
    assert f'loadstone.fix("{path}")' in str(caught.value)
    loaded = loadstone.load(path, into=net, fix="safe").model.state_dict()
    assert all(torch.equal(loaded[key], value) for key, value in state.items())
    assert names(tmp_path) == ["model.pth.gz"]


class Holding(torch.nn.Module):
    """A module with parameters of given names without dots."""

    def __init__(self, state):
        super().__init__()
        for key, value in state.items():
            self.register_buffer(key, torch.zeros_like(value))


def test_the_shell_fixes_the_container_or_says_why_not(tmp_path, capsys):
    from loadstone.cli.main import main

    path = tmp_path / "x.pth.gz"
    path.write_bytes(gzip.compress(MODEL))
    assert main(["check", str(path), "--fix"]) == 0
    out = capsys.readouterr().out
    assert "fixed[LS011]" in out
    assert f"Wrote {tmp_path / 'x.pth'}." in out
    assert main(["check", str(path), "--fix"]) == 2
    assert "exists already" in capsys.readouterr().err
    path.write_bytes(gzip.compress(MODEL) + b"something else")
    assert main(["check", str(path), "--fix", "-o", str(tmp_path / "y.pth")]) == 2
    assert "14 bytes follow the gzip bytes" in capsys.readouterr().err
    assert names(tmp_path) == ["x.pth", "x.pth.gz"]


FILES = Path(__file__).parents[1] / "files"
WITHOUT_CHECKSUMS = [
    "keras/tf-2.15.1/sequential.h5",
    "gguf/tiny.gguf",
    "numpy/float32_numpy2.3.5.npy",
    "flax/chunked.msgpack",
    "xgboost/2.1.4-three.ubj",
    "onnx/graph_onnx1.19.1.onnx",
    "catboost/1.2.7-three.cbm",
    "by_value/dill-0.4.1_py3.11.pkl",
]


@pytest.mark.parametrize("name", WITHOUT_CHECKSUMS)
def test_line_endings_are_undone_where_every_length_then_fits(tmp_path, name):
    original = (FILES / name).read_bytes()
    assert b"\n" in original
    path = tmp_path / Path(name).name
    path.write_bytes(original.replace(b"\n", b"\r\n"))
    report = loadstone.check(path)
    (found,) = report.errors
    assert (found.check.code, found.finding.fix.safety) == ("LS008", "unsafe")
    assert report.artifact.format == loadstone.inspect(FILES / name).format
    assert not loadstone.fix(path).wrote
    (written,) = loadstone.fix(path, unsafe=True).wrote
    assert Path(written).read_bytes() == original


def test_line_endings_are_left_where_undoing_them_gives_nothing_whole(tmp_path):
    path = tmp_path / "model.onnx"
    path.write_bytes(b"\x93\r\n\0\xff\r\n" * 40)
    assert [item.check.code for item in loadstone.check(path).errors] == ["LS012"]
    original = (FILES / "keras/tf-2.15.1/sequential.h5").read_bytes()
    path.write_bytes(original.replace(b"\n", b"\r\n")[:-100])
    report = loadstone.check(path)
    assert report.errors
    assert report.edits(unsafe=True) == ()
