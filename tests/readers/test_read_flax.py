"""Flax's msgpack and orbax's folders: what jax held after loading them."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "flax"
TRUTH = json.loads((FILES / "truth.json").read_text())


@pytest.mark.parametrize("name", [name for name in TRUTH if name.endswith(".msgpack")])
def test_facts_are_what_flax_restored(name):
    path = FILES / name
    artifact = read(path)
    assert (artifact.format, artifact.framework) == ("flax-msgpack", "flax")
    assert not artifact.damage
    (state,) = artifact.state_dicts
    assert set(state.tensors) == set(TRUTH[name])
    for key, told in TRUTH[name].items():
        fact = state.tensors[key]
        assert (fact.dtype, list(fact.shape)) == (told["dtype"], told["shape"])
        if fact.extent is not None:
            assert hashlib.sha256(joined(path, fact)).hexdigest() == told["sha256"]
    placed = [key for key, fact in state.tensors.items() if fact.extent is None]
    assert placed == (["big"] if name == "chunked.msgpack" else [])


def test_values_that_are_no_arrays_are_told():
    others = read(FILES / "more.msgpack").state_dicts[0].others
    assert others == {"name": "text", "step": "int 7"}


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda data: data[:-1], "truncated"),
        (lambda data: data + b"\0", "trailing"),
        (lambda data: data.replace(b"\xa6kernel", b"\xc1kernel"), "malformed"),
        (lambda data: data.replace(b"\x93\x91\x04", b"\x93\x91\x05"), "malformed"),
    ],
)
def test_damage(tmp_path, change, kind):
    path = tmp_path / "m.msgpack"
    whole = (FILES / "params.msgpack").read_bytes()
    assert change(whole) != whole
    path.write_bytes(change(whole))
    assert {item.kind for item in read(path).damage} == {kind}


def test_a_key_that_is_there_twice_disagrees(tmp_path):
    array = b"\xc7\x0e\x01\x93\x90\xa7float32\xc4\x04" + bytes(4)
    array = b"\xc7" + bytes([len(array) - 3]) + array[2:]
    path = tmp_path / "m.msgpack"
    path.write_bytes(b"\x82\xa1a" + array + b"\xa1a" + array)
    assert [item.kind for item in read(path).disagreements] == ["duplicate-key"]


def test_deep_nesting_is_a_limit(tmp_path):
    path = tmp_path / "m.msgpack"
    start = (FILES / "params.msgpack").read_bytes()
    path.write_bytes(b"\x82\xa1a" + start + b"\xa1b" + b"\x81\xa1a" * 5000 + b"\xc0")
    assert {item.kind for item in read(path).damage} == {"limit"}


def test_an_orbax_folder_of_zarr_tells_all():
    artifact = read(FILES / "orbax_zarr")
    assert (artifact.format, artifact.is_folder) == ("orbax", True)
    (state,) = artifact.state_dicts
    told = {key: [fact.dtype, list(fact.shape)] for key, fact in state.tensors.items()}
    assert told == {
        key: [item["dtype"], item["shape"]] for key, item in TRUTH["orbax_zarr"].items()
    }


def test_an_orbax_folder_of_ocdbt_tells_all():
    artifact = read(FILES / "orbax_ocdbt")
    (state,) = artifact.state_dicts
    told = {key: [fact.dtype, list(fact.shape)] for key, fact in state.tensors.items()}
    assert told == {
        key: [item["dtype"], item["shape"]] for key, item in TRUTH["orbax_ocdbt"].items()
    }
    assert artifact.detail["ocdbt"] is True


def test_a_database_that_is_gone_is_damage(tmp_path):
    folder = tmp_path / "saved"
    shutil.copytree(FILES / "orbax_ocdbt", folder)
    (folder / "manifest.ocdbt").unlink()
    (damage,) = read(folder).damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", "manifest.ocdbt")


def test_metadata_that_is_no_json_is_damage(tmp_path):
    folder = tmp_path / "saved"
    shutil.copytree(FILES / "orbax_zarr", folder)
    (folder / "_METADATA").write_text("{")
    assert [item.kind for item in read(folder).damage] == ["malformed"]
