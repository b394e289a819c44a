"""Which word each kind of file gets: by content, never by suffix."""

import bz2
import gzip
import io
import json
import lzma
import os
import pickle
import socket
import tarfile
import zipfile

import numpy as np
import pytest
import safetensors.torch
import torch
from reader_truth import joined, packed, read

from loadstone import readers

LFS = (
    b"version https://git-lfs.github.com/spec/v1\n"
    b"oid sha256:4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393\nsize 12345\n"
)


def npy():
    buffer = io.BytesIO()
    np.save(buffer, np.ones(3))
    return buffer.getvalue()


def npz():
    buffer = io.BytesIO()
    np.savez(buffer, a=np.ones(3))
    return buffer.getvalue()


def zipped(**members):
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for name, body in members.items():
            archive.writestr(name.replace("__", "."), body)
    return buffer.getvalue()


def weights():
    buffer = io.BytesIO()
    torch.save({"a": torch.ones(2)}, buffer)
    return buffer.getvalue()


def tarred(**members):
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w") as archive:
        for name, body in members.items():
            info = tarfile.TarInfo(name.replace("__", "."))
            info.size = len(body)
            archive.addfile(info, io.BytesIO(body))
    return buffer.getvalue()


CASES = {
    "empty": (b"", "none", {}),
    "zeros": (b"\0" * 200_000, "none", {}),
    "git-lfs-pointer": (
        LFS,
        "none",
        {
            "oid": "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393",
            "size": 12345,
        },
    ),
    "html": (
        b"\xef\xbb\xbf\n <!DOCTYPE html><html><title>Google Drive &amp; Quota\n exceeded</title>",
        "none",
        {"title": "Google Drive & Quota exceeded"},
    ),
    "xml": (
        b'<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
        "none",
        {"title": None, "first": "AccessDenied"},
    ),
    "json": (
        b'{"error": "Not Found", "code": 404}',
        "none",
        {
            "first": '{"error": "Not Found", "code": 404}',
            "keys": "error, code",
            "message": "Not Found",
        },
    ),
    "text": (b"Entry not found\nx", "none", {"first": "Entry not found"}),
    "gguf": (b"GGUF\3\0\0\0" + b"\0" * 16, "model", {"version": 3}),
    "npz": (npz(), "container", {"members": "a.npy", "count": 1}),
    "onnx": (
        b"\x08\x08\x12\x07pytorch\x1a\x03\x32\x2e\x31\x3a\x00\x42\x02\x10\x11",
        "program",
        {"ir_version": 8, "opset": 17},
    ),
    "gzip": (
        gzip.compress(weights(), mtime=0),
        "container",
        {"members": None, "inner": "zip", "model": ""},
    ),
    "tar": (
        tarred(model__pth=weights()),
        "container",
        {"members": "model.pth", "count": 1, "inner": "zip", "model": "model.pth"},
    ),
    "zip": (
        zipped(model__pth=weights()),
        "container",
        {"members": "model.pth", "count": 1, "inner": "zip", "model": "model.pth"},
    ),
    "bzip2": (bz2.compress(b"x"), "container", {"inner": "text"}),
    "xz": (lzma.compress(b"\xff\0"), "container", {"inner": "unknown"}),
    "zstd": (b"\x28\xb5\x2f\xfd\0\0\0", "container", {}),
    "unknown": (b"\xffabc\0\1\2\3", "none", {"first": "ff 61 62 63 00 01 02 03"}),
}


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("suffix", [".pt", ".safetensors", ".json"])
def test_words(tmp_path, name, suffix):
    data, content, detail = CASES[name]
    path = tmp_path / f"model{suffix}"
    path.write_bytes(data)
    artifact = read(path)
    assert (artifact.format, artifact.content) == (name, content)
    assert dict(artifact.detail) == detail
    assert artifact.size == len(data)
    assert artifact.damage == ()


@pytest.mark.parametrize(
    "text",
    [
        b"Not Found",
        b"Forbidden",
        b"404: Not Found\n",
        b"Access denied",
        b"Invalid username",
        b".",
        b"N.",
    ],
)
def test_error_bodies_are_text(tmp_path, text):
    path = tmp_path / "m.pt"
    path.write_bytes(text)
    assert read(path).format == "text"


def test_npy(tmp_path):
    path = tmp_path / "m.pt"
    path.write_bytes(npy())
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("npy", "tensor")
    assert artifact.detail["pickled"] is False


def test_paths_that_are_no_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        readers.read(tmp_path / "absent")
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(readers.Unreadable, match="is a pipe, not a file"):
        readers.read(tmp_path / "pipe")
    with pytest.raises(readers.Unreadable, match="a character device"):
        readers.read("/dev/null")
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "socket"))
        with pytest.raises(readers.Unreadable, match="a socket"):
            readers.read(tmp_path / "socket")


def test_the_path_is_kept_as_given(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "m.pt").write_bytes(weights())
    assert readers.read("m.pt").path == "m.pt"


def test_folders(tmp_path):
    assert read(tmp_path).format == "folder"
    (tmp_path / "a.txt").write_text("x")
    (tmp_path / "model.pth").write_bytes(weights())
    artifact = read(tmp_path)
    assert (artifact.format, artifact.content, artifact.is_folder) == ("folder", "container", True)
    assert artifact.detail == {"candidates": "model.pth", "count": 2}
    (tmp_path / "saved_model.pb").write_bytes(b"")
    assert read(tmp_path).format == "savedmodel"
    (tmp_path / "loadstone.json").write_text('{"schema": "x/1", "framework": "torch"}')
    artifact = read(tmp_path)
    assert (artifact.format, artifact.content, artifact.framework) == (
        "loadstone",
        "bundle",
        "torch",
    )


def test_a_bundle_in_one_file(tmp_path):
    path = tmp_path / "review.lode"
    path.write_bytes(zipped(loadstone__json='{"schema": "x/1", "framework": "torch"}'))
    assert read(path).content == "bundle"


def test_safetensors_metadata(tmp_path):
    path = tmp_path / "model.pt"
    held = {"b": torch.ones(2, 3), "a": torch.zeros((), dtype=torch.bfloat16), "e": torch.ones(0)}
    safetensors.torch.save_file(held, path, metadata={"format": "pt", "torch_version": "2.1"})
    artifact = read(path)
    assert (artifact.format, artifact.framework) == ("safetensors", "torch")
    assert artifact.producer == {"format": "pt", "torch": "2.1"}
    assert artifact.opening_runs_code == "no"
    tensors = artifact.state_dicts[0].tensors
    with safetensors.safe_open(path, "pt") as opened:
        assert set(tensors) == set(opened.keys())
        for key, fact in tensors.items():
            tensor = opened.get_tensor(key)
            assert joined(path, fact) == packed(tensor)
            assert fact.shape == tuple(tensor.shape)


def test_shards(tmp_path):
    safetensors.torch.save_file({"a": torch.ones(2)}, tmp_path / "model-1.safetensors")
    safetensors.torch.save_file({"b": torch.ones(3)}, tmp_path / "model-2.safetensors")
    index = tmp_path / "model.safetensors.index.json"
    table = {"a": "model-1.safetensors", "b": "model-2.safetensors"}
    index.write_text(json.dumps({"metadata": {"total_size": 20}, "weight_map": table}))
    for path in (index, tmp_path):
        artifact = read(path)
        assert (artifact.format, artifact.content) == ("safetensors-index", "state-dict")
        tensors = artifact.state_dicts[0].tensors
        assert list(tensors) == ["a", "b"]
        assert joined(path, tensors["b"]) == packed(torch.ones(3))
    (tmp_path / "model-2.safetensors").unlink()
    artifact = read(index)
    assert [(item.kind, item.detail["member"]) for item in artifact.damage] == [
        ("missing-member", "model-2.safetensors")
    ]
    assert list(artifact.state_dicts[0].tensors) == ["a"]


def test_an_index_cannot_reach_outside(tmp_path):
    index = tmp_path / "model.safetensors.index.json"
    index.write_text(json.dumps({"weight_map": {"a": "../x.safetensors", "b": "/x.safetensors"}}))
    assert read(index).format == "json"


def test_plain_pickles(tmp_path):
    path = tmp_path / "model.pkl"
    for protocol in range(6):
        path.write_bytes(pickle.dumps({"a": [1, "x"], "b": None}, protocol=protocol))
        artifact = read(path)
        assert (artifact.format, artifact.content) == ("pickle", "object")
        assert artifact.entries == {"a": "list of 2", "b": "None"}
    path.write_bytes(pickle.dumps(1) + pickle.dumps(2))
    (found,) = read(path).damage
    assert (found.kind, found.detail["another_pickle"]) == ("trailing", True)


def test_torch_tar(tmp_path):
    storages = pickle.dumps(1, 2) + pickle.dumps((7, "cpu", torch.FloatStorage), 2)
    storages += (6).to_bytes(8, "little") + np.arange(6, dtype="<f4").tobytes()
    storages += pickle.dumps([], 2)
    tensors = pickle.dumps(1, 2) + pickle.dumps((9, 7, torch.FloatTensor), 2)
    tensors += (2).to_bytes(8, "little")
    tensors += b"".join(n.to_bytes(8, "little") for n in (2, 3, 3, 1, 0))
    held = b"\x80\x02}X\x01\x00\x00\x00wK\x09Qs."
    path = tmp_path / "old.tar"
    path.write_bytes(tarred(storages=storages, tensors=tensors, pickle=held))
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("torch-tar", "state-dict")
    fact = artifact.state_dicts[0].tensors["w"]
    assert joined(path, fact) == np.arange(6, dtype="<f4").tobytes()
    assert fact.shape == (2, 3)
    assert torch.equal(torch.load(path, weights_only=False)["w"], torch.arange(6.0).reshape(2, 3))
