"""orbax 0.4, 0.6 and 0.12 in zarr 2 and 3, beside and in OCDBT: what each restored."""

import json
import shutil
from pathlib import Path

import pytest
from reader_truth import read

from loadstone.readers import _crc32c

FILES = Path(__file__).parents[1] / "files" / "orbax"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
PYTHONS = {"int": "scalar int64", "float": "scalar float64"}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_orbax_restored(name):
    artifact = read(FILES / name)
    assert (artifact.format, artifact.damage) == ("orbax", ())
    assert artifact.opening_runs_code == "no"
    states = {state.path: state for state in artifact.state_dicts}
    for path, told in TOLD[name].items():
        known = {key: value[:2] for key, value in told.items() if len(value) == 3}
        found = {key: [fact.dtype, list(fact.shape)] for key, fact in states[path].tensors.items()}
        assert found == known
        plain = {key: value[0] for key, value in told.items() if len(value) == 2}
        half = {"kinds.half": "scalar float16"} if "kinds.half" in plain else {}
        kept = {key: PYTHONS[word] for key, word in plain.items()} | half
        others = {key: word for key, word in states[path].others.items() if "scalar" in word}
        assert others == kept
    assert artifact.detail.get("ocdbt", False) == ("ocdbt" in name or "manager" in name)
    assert artifact.detail.get("zarr", 2) == (3 if name.endswith("3") else 2)
    assert "untyped_arrays" not in artifact.detail


def copied(tmp_path, name):
    folder = tmp_path / "saved"
    shutil.copytree(FILES / name, folder)
    return folder


@pytest.mark.parametrize(("change", "kind"), [("gone", "missing-member"), ("cut", "short-member")])
def test_a_part_of_the_database_that_is_not_there(tmp_path, change, kind):
    folder = copied(tmp_path, "0.12.8-ocdbt")
    (node,) = (folder / "d").iterdir()
    if change == "gone":
        node.unlink()
    else:
        node.write_bytes(node.read_bytes()[:-1])
    artifact = read(folder)
    assert [(item.kind, item.detail["member"]) for item in artifact.damage] == [
        (kind, f"d/{node.name}")
    ]
    assert artifact.state_dicts[0].others["params.Dense_0.kernel"] == "jax.Array 3×4"


def test_bytes_of_the_database_that_changed(tmp_path):
    folder = copied(tmp_path, "0.6.4-ocdbt3")
    (node,) = (folder / "d").iterdir()
    data = bytearray(node.read_bytes())
    data[60] ^= 1
    node.write_bytes(data)
    assert [item.kind for item in read(folder).damage] == ["crc"]
    data[-4:] = _crc32c.crc32c(bytes(data[:-4])).to_bytes(4, "little")
    node.write_bytes(data)
    assert {item.kind for item in read(folder).damage} <= {"malformed"}


def node(body, magic=b"\x0c\xdb\x20\xde"):
    """Return a node that is not packed, with its length and its checksum."""
    head = magic + (len(body) + 18).to_bytes(8, "little") + b"\0\0"
    return head + body + _crc32c.crc32c(head + body).to_bytes(4, "little")


def manifest(root):
    path, at, size, height = root
    table = bytes([1, len(path), 0]) + path
    version = bytes([1, 1, height, 0, at, size, 1, 1, 0]) + bytes(8)
    return node(bytes(16) + bytes([0, 100, 100, 4, 0]) + table + version, b"\x0c\xdb\x3a\x2a")


@pytest.mark.parametrize(
    ("path", "kind"), [(b"../x", "malformed"), (b"/etc/passwd", "malformed"), (b"d/a", "circle")]
)
def test_a_database_leads_nowhere_else_and_in_no_circle(tmp_path, path, kind):
    folder = copied(tmp_path, "0.12.8-ocdbt")
    inner = bytes([1, 1, 3, 0]) + b"d/a" + bytes([1, 1, 0]) + b"k" + bytes([0, 0, 40, 1, 1, 0])
    held = node(inner)
    inner = inner.replace(bytes([0, 0, 40, 1]), bytes([0, 0, len(held), 1]))
    (folder / "d" / "a").write_bytes(node(inner))
    (folder / "manifest.ocdbt").write_bytes(manifest((path, 0, len(held), 1)))
    (damage,) = read(folder).damage
    assert damage.kind == "malformed"
    assert ("not in the folder" if kind == "malformed" else "circle") in damage.why


def test_a_save_that_did_not_end(tmp_path):
    folder = copied(tmp_path, "0.12.8-ocdbt")
    for name in ("_METADATA", "manifest.ocdbt"):
        (folder / name).unlink()
    shutil.rmtree(folder / "d")
    (damage,) = read(folder).damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", "_METADATA")
    assert "the save did not end" in damage.why
