"""Damaged files: what is wrong, and what is still whole."""

import struct
import zipfile
import zlib

import pytest
import safetensors.torch
import torch
from reader_truth import joined, packed, read

from loadstone import readers

LEGACY = {"_use_new_zipfile_serialization": False}


def kinds(artifact):
    return [item.kind for item in artifact.damage]


@pytest.fixture
def weights():
    torch.manual_seed(1)
    return {f"layer{i}.weight": torch.randn(40, 50) for i in range(6)}


def test_truncated_zip_at_every_place(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.save(weights, path)
    data = path.read_bytes()
    whole = readers.read(path)
    ends = {
        key: fact.extent.offset + fact.extent.nbytes
        for key, fact in whole.state_dicts[0].tensors.items()
    }
    for cut in range(1100, len(data) - 22, 997):
        path.write_bytes(data[:cut])
        artifact = read(path)
        assert (artifact.format, kinds(artifact)) == ("torch-zip", ["truncated"]), cut
        detail = artifact.damage[0].detail
        kept = [key for key, end in ends.items() if end <= cut]
        assert (detail["have"], detail["whole"], detail["of"]) == (cut, len(kept), 6), cut
        assert detail.get("need", 0) <= len(data)
        tensors = artifact.state_dicts[0].tensors
        assert list(tensors) == list(weights)
        assert [key for key, fact in tensors.items() if fact.extent] == kept
        assert all(joined(path, tensors[key]) == packed(weights[key]) for key in kept)
        assert artifact.opening_runs_code == "unknown"


def test_need_is_nearly_the_true_size(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.save(weights, path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 3])
    need = read(path).damage[0].detail["need"]
    assert len(data) - 2500 < need <= len(data)


def test_truncated_zip_inside_the_pickle(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.save(weights, path)
    path.write_bytes(path.read_bytes()[:300])
    artifact = read(path)
    assert (artifact.format, kinds(artifact)) == ("torch-zip", ["truncated"])


@pytest.mark.parametrize("cut", [40, 200, 5000, 20_000, 48_000])
def test_truncated_legacy(tmp_path, weights, cut):
    path = tmp_path / "w.pt"
    torch.save(weights, path, **LEGACY)
    data = path.read_bytes()
    path.write_bytes(data[:cut])
    artifact = read(path)
    assert (artifact.format, kinds(artifact)) == ("torch-legacy", ["truncated"])
    detail = artifact.damage[0].detail
    assert detail["have"] == cut
    if artifact.state_dicts:
        assert detail["need"] == len(data)
        tensors = artifact.state_dicts[0].tensors
        kept = [key for key, fact in tensors.items() if fact.extent]
        assert (detail["whole"], detail["of"]) == (len(kept), 6)
        assert all(joined(path, tensors[key]) == packed(weights[key]) for key in kept)


def test_truncated_safetensors(tmp_path, weights):
    path = tmp_path / "w.safetensors"
    safetensors.torch.save_file(weights, path)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) - 8001])
    artifact = read(path)
    assert artifact.damage[0].detail == {
        "have": len(data) - 8001,
        "need": len(data),
        "whole": 4,
        "of": 6,
    }
    path.write_bytes(data[:100])
    assert kinds(read(path)) == ["truncated"]
    path.write_bytes(data + b"\0" * 5)
    assert kinds(read(path)) == ["trailing"]


def test_flipped_byte_is_found_by_verify(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.save(weights, path)
    extent = readers.read(path).state_dicts[0].tensors["layer3.weight"].extent
    data = bytearray(path.read_bytes())
    data[extent.offset + 77] ^= 1
    path.write_bytes(data)
    artifact = read(path)
    assert artifact.damage == ()
    (found,) = readers.verify(path, artifact)
    assert (found.kind, found.detail["member"]) == ("crc", "w/data/3")


def test_a_crc_of_zero_was_not_computed(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.serialization.set_crc32_options(compute_crc32=False)
    try:
        torch.save(weights, path)
    finally:
        torch.serialization.set_crc32_options(compute_crc32=True)
    artifact = read(path)
    assert (artifact.damage, readers.verify(path, artifact)) == ((), ())


@pytest.mark.parametrize("options", [{}, LEGACY], ids=["zip", "legacy"])
def test_converted_line_endings(tmp_path, weights, options):
    path = tmp_path / "w.pt"
    torch.save(weights, path, **options)
    path.write_bytes(path.read_bytes().replace(b"\n", b"\r\n"))
    artifact = read(path)
    assert kinds(artifact) == ["crlf"]
    assert artifact.format == ("torch-legacy" if options else "torch-zip")
    assert artifact.damage[0].detail["recovers"] is (None if options else True)


def rezip(path, out, rename, *, method=zipfile.ZIP_STORED, drop=(), also=()):
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(out, "w", method) as new:
        for info in old.infolist():
            if info.filename not in drop:
                new.writestr(rename(info.filename), old.read(info))
        for name, body in also:
            new.writestr(name, body)


@pytest.fixture
def saved(tmp_path, weights):
    path = tmp_path / "w.pt"
    torch.save(weights, path)
    return path


@pytest.mark.parametrize("method", [zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED])
@pytest.mark.parametrize(
    ("rename", "damage"),
    [
        (lambda name: name, []),
        (lambda name: name.removeprefix("w/"), ["layout-flat"]),
        (lambda name: f"outer/{name}", ["layout-nested"]),
    ],
    ids=["same", "flat", "nested"],
)
def test_zipped_again(saved, weights, rename, damage, method):
    out = saved.with_name("again.pt")
    rezip(saved, out, rename, method=method)
    artifact = read(out)
    assert (artifact.format, kinds(artifact), artifact.disagreements) == ("torch-zip", damage, ())
    tensors = artifact.state_dicts[0].tensors
    assert all(joined(out, tensors[key]) == packed(weights[key]) for key in weights)
    assert readers.verify(out, artifact) == ()


def test_a_missing_storage(tmp_path, saved):
    out = tmp_path / "again.pt"
    rezip(saved, out, lambda name: name, drop={"w/data/2"})
    artifact = read(out)
    assert [dict(item.detail) for item in artifact.damage] == [{"member": "w/data/2"}]
    assert kinds(artifact) == ["missing-member"]
    assert artifact.state_dicts[0].tensors["layer2.weight"].extent is None


def test_an_empty_storage(tmp_path, saved):
    out = tmp_path / "again.pt"
    rezip(saved, out, lambda name: name, drop={"w/data/2"}, also=[("w/data/2", b"")])
    assert kinds(read(out)) == ["empty-member"]


def test_a_version_that_no_torch_reads(tmp_path, saved):
    out = tmp_path / "again.pt"
    rezip(saved, out, lambda name: name, drop={"w/version"}, also=[("w/version", b"99\n")])
    artifact = read(out)
    assert kinds(artifact) == ["version"]
    assert artifact.damage[0].detail == {"version": 99, "newest": 10}


@pytest.mark.filterwarnings("ignore:Duplicate name")
def test_duplicate_members_disagree(tmp_path, saved):
    out = tmp_path / "again.pt"
    rezip(saved, out, lambda name: name, also=[("w/data.pkl", b"\x80\x02}.")])
    artifact = read(out)
    assert [item.kind for item in artifact.disagreements] == ["duplicate-member"]
    assert artifact.opening_runs_code == "unknown"
    assert artifact.tensors == 6  # torch reads the first


def test_local_header_that_disagrees(saved):
    data = bytearray(saved.read_bytes())
    at = data.index(b"w/data.pkl")
    data[at : at + 10] = b"w/Data.pkl"
    saved.write_bytes(data)
    artifact = read(saved)
    assert [item.kind for item in artifact.disagreements] == ["local-header"]
    assert artifact.opening_runs_code == "unknown"


def test_two_directories_disagree(saved):
    data = saved.read_bytes()
    end = data.rindex(b"PK\x05\x06")
    saved.write_bytes(data + data[end:])
    assert "two-directories" in [item.kind for item in read(saved).disagreements]


def test_trailing_bytes(saved):
    saved.write_bytes(saved.read_bytes() + b"junk")
    artifact = read(saved)
    assert kinds(artifact) == ["trailing"]
    assert artifact.tensors == 6


def test_encrypted_members(saved):
    data = bytearray(saved.read_bytes())
    at = data.index(b"PK\x01\x02")
    while data[at : at + 4] == b"PK\x01\x02":
        data[at + 8] |= 1
        at += 46 + sum(struct.unpack_from("<HHH", data, at + 28))
    saved.write_bytes(data)
    assert "encrypted" in kinds(read(saved))


def test_unzipped_folder(tmp_path, saved, weights):
    with zipfile.ZipFile(saved) as archive:
        archive.extractall(tmp_path / "w_folder")
    for path in (tmp_path / "w_folder", tmp_path / "w_folder" / "w"):
        artifact = read(path)
        assert (artifact.format, artifact.content, artifact.is_folder) == (
            "torch-unpacked",
            "state-dict",
            True,
        )
        tensors = artifact.state_dicts[0].tensors
        assert all(joined(path, tensors[key]) == packed(weights[key]) for key in weights)
    inside = tmp_path / "w_folder" / "w" / "data.pkl"
    artifact = read(inside)
    assert artifact.format == "torch-unpacked"
    tensors = artifact.state_dicts[0].tensors
    assert all(joined(inside, tensors[key]) == packed(weights[key]) for key in weights)


def test_a_storage_too_small_for_its_view(tmp_path, weights):
    path = tmp_path / "w.safetensors"
    safetensors.torch.save_file({"a": torch.ones(4)}, path)
    data = path.read_bytes()
    path.write_bytes(data.replace(b'"shape":[4]', b'"shape":[9]'))
    assert kinds(read(path)) == ["malformed"]


def test_safetensors_key_twice(tmp_path):
    header = (
        b'{"a":{"dtype":"U8","shape":[1],"data_offsets":[0,1]},'
        b'"a":{"dtype":"I8","shape":[1],"data_offsets":[0,1]}}'
    )
    path = tmp_path / "w.safetensors"
    path.write_bytes(len(header).to_bytes(8, "little") + header + b"\1")
    artifact = read(path)
    assert [item.kind for item in artifact.disagreements] == ["duplicate-key"]
    assert artifact.opening_runs_code == "unknown"


def test_a_bomb_stops_at_the_limit(tmp_path, saved):
    out = tmp_path / "bomb.pt"
    stream = zlib.compressobj(9, zlib.DEFLATED, -15)
    size = 300 << 20
    body = b"".join(stream.compress(b"\0" * (1 << 20)) for _ in range(300)) + stream.flush()
    name = b"w/data.pkl"
    local = struct.pack("<4sHHHHHIIIHH", b"PK\3\4", 20, 0, 8, 0, 0, 1, len(body), size, 10, 0)
    entry = struct.pack(
        "<4sHHHHHHIIIHHHHHII",
        *(b"PK\1\2", 20, 20, 0, 8, 0, 0, 1, len(body), size, 10, 0, 0, 0, 0, 0, 0),
    )
    start = len(local) + len(name) + len(body)
    end = struct.pack("<4sHHHHIIH", b"PK\5\6", 0, 0, 1, 1, 46 + len(name), start, 0)
    out.write_bytes(local + name + body + entry + name + end)
    assert "limit" in kinds(read(out))
