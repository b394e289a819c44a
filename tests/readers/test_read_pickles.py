"""Pickles as people have them: compressed, of joblib, with files beside them, several in one."""

import bz2
import collections
import gzip
import io
import json
import lzma
import pickle
import shutil
import sys
import zlib
from pathlib import Path

import joblib
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from reader_truth import joined, read

from loadstone import readers
from loadstone.core.facts import Artifact
from loadstone.core.jsonable import from_json, to_json

FILES = Path(__file__).parents[1] / "files" / "pickles"
OLD = FILES / "joblib-0.9"
WEIGHTS = {
    "weight": np.arange(600.0).reshape(20, 30),
    "bias": np.asfortranarray(np.arange(40, dtype=">i4").reshape(5, 8)),
    "running_mean": np.ones(40, "f2"),
}


def dumped(value, **options):
    out = io.BytesIO()
    joblib.dump(value, out, **options)
    return out.getvalue()


@pytest.mark.parametrize("compress", [("zlib", 3), ("gzip", 3), ("bz2", 3), ("lzma", 3), ("xz", 3)])
def test_each_compressor_of_joblib(tmp_path, compress):
    path = tmp_path / "model.joblib"
    path.write_bytes(dumped(WEIGHTS, compress=compress))
    found = read(path)
    assert found.detail["compression"] == {"bz2": "bzip2"}.get(compress[0], compress[0])
    assert (found.format, found.content, found.opening_runs_code) == (
        "joblib",
        "state-dict",
        "library",
    )
    facts = found.state_dicts[0].tensors
    assert {key: (fact.dtype, fact.shape) for key, fact in facts.items()} == {
        "weight": ("float64", (20, 30)),
        "bias": ("int32", (5, 8)),
        "running_mean": ("float16", (40,)),
    }
    assert all(fact.extent is None for fact in facts.values())


@pytest.mark.parametrize("module", [gzip, bz2, lzma])
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_pickles_in_compressed_files(tmp_path, module, protocol):
    path = tmp_path / "model.pkl"
    with module.open(path, "wb") as file:
        pickle.dump({"a": 1}, file, protocol=protocol)
    found = read(path)
    assert (found.format, found.content) == ("pickle", "object")
    assert found.entries == {"a": "int 1"}
    assert found.size == path.stat().st_size


def test_places_of_arrays_are_where_their_bytes_lie(tmp_path):
    path = tmp_path / "model.joblib"
    for data in (dumped(WEIGHTS), pickle.dumps(WEIGHTS, 4), pickle.dumps(WEIGHTS, 5)):
        path.write_bytes(data)
        found = read(path)
        for key, fact in found.state_dicts[0].tensors.items():
            little = WEIGHTS[key].astype(WEIGHTS[key].dtype.newbyteorder("<"))
            assert joined(path, fact) == np.ascontiguousarray(little).tobytes(), key


def test_a_cut_file_is_truncated(tmp_path):
    path = tmp_path / "model.joblib"
    data = dumped(WEIGHTS, compress=3)
    path.write_bytes(data[: len(data) // 2])
    found = read(path)
    assert [item.kind for item in found.damage] == ["truncated"]
    assert found.opening_runs_code == "unknown"


def test_a_bomb_is_not_inflated_to_its_end(tmp_path):
    path = tmp_path / "model.pkl"
    inside = zlib.compressobj(9)
    with path.open("wb") as file:
        file.write(inside.compress(b"\x80\x04\x8e" + (1 << 30).to_bytes(8, "little")))
        for _ in range(256):
            file.write(inside.compress(bytes(1 << 20)))
        file.write(inside.flush())
    found = read(path)
    assert "limit" in [item.kind for item in found.damage]
    assert found.opening_runs_code == "unknown"


def test_files_beside_an_old_dump(tmp_path):
    shutil.copytree(OLD, tmp_path, dirs_exist_ok=True)
    found = read(tmp_path / "model.pkl")
    assert [part.path for part in found.parts] == ["model.pkl_01.npy", "model.pkl_02.npy"]
    assert (found.damage, found.opening_runs_code) == ((), "library")
    (tmp_path / "model.pkl_02.npy").unlink()
    found = read(tmp_path / "model.pkl")
    (damage,) = found.damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", "model.pkl_02.npy")
    assert found.opening_runs_code == "unknown"


def test_files_that_were_renamed_with_the_dump(tmp_path):
    for name in ("model.pkl", "model.pkl_01.npy", "model.pkl_02.npy"):
        shutil.copy(OLD / name, tmp_path / name.replace("model", "best"))
    (damage,) = read(tmp_path / "best.pkl").damage
    assert damage.detail["renamed"] == "best.pkl_01.npy"


def test_a_companion_of_objects_is_a_pickle_of_its_own(tmp_path):
    shutil.copytree(OLD, tmp_path, dirs_exist_ok=True)
    np.save(tmp_path / "model.pkl_01.npy", np.array([None], dtype=object), allow_pickle=True)
    assert read(tmp_path / "model.pkl").opening_runs_code == "yes"


def test_a_companion_is_never_looked_for_outside_of_the_folder(tmp_path):
    data = (OLD / "model.pkl").read_bytes().replace(b"model.pkl_01.npy", b"../../x/pkl1.npy")
    (tmp_path / "model.pkl").write_bytes(data)
    shutil.copy(OLD / "model.pkl_02.npy", tmp_path)
    found = read(tmp_path / "model.pkl")
    assert [part.path for part in found.parts] == ["model.pkl_02.npy"]
    assert found.opening_runs_code == "yes"


def test_the_container_of_old_joblib():
    found = read(OLD / "plain.pkl")
    assert (found.format, found.detail["compression"]) == ("joblib", "zfile")
    assert found.detail["data"] == "list of 3"


def test_several_pickles_in_a_row(tmp_path):
    path = tmp_path / "model.pkl"
    with path.open("wb") as file:
        for value in ({"a": 1}, [1, 2], collections.OrderedDict(b=2)):
            pickle.dump(value, file)
    found = read(path)
    assert found.detail["pickles"] == 3
    assert (found.opening_runs_code, found.globals[0].name) == ("library", "OrderedDict")


@pytest.mark.parametrize(
    ("value", "said"),
    [
        (np.ones(3), "array float64 3"),
        ([1, 2], "list of 2"),
        ({"a": 1}, "dict of 1"),
        ("text", "str 'text'"),
    ],
)
def test_plain_data_is_said(tmp_path, value, said):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(value))
    assert read(path).detail["data"] == said


def test_functions_by_value_tell_the_python(tmp_path):
    cloudpickle = pytest.importorskip("cloudpickle")
    path = tmp_path / "model.pkl"
    path.write_bytes(cloudpickle.dumps(lambda x: x + 1))
    found = read(path)
    told = {10: "3.8 to 3.10", 11: "3.11 or 3.12", 12: "3.11 or 3.12", 13: "3.13"}
    assert found.detail["code_python"] == told.get(sys.version_info[1], "3.14 or newer")
    assert found.opening_runs_code == "yes"


SEEDS = None


def seeds():
    found = [
        path.read_bytes()
        for path in sorted(FILES.glob("*/*"))
        if path.suffix in (".pkl", ".joblib") and path.stat().st_size < 12_000
    ]
    found += [path.read_bytes() for path in (FILES.parent / "skops").glob("*.skops")]
    found += [path.read_bytes() for path in (FILES.parent / "fasttext").glob("*.bin")]
    found += [dumped(WEIGHTS, compress=c) for c in (0, ("zlib", 3), ("xz", 3), ("bz2", 3))]
    return found


@st.composite
def mutated(draw):
    global SEEDS  # noqa: PLW0603 - read once, and not while collecting
    SEEDS = SEEDS or seeds()
    data = bytearray(draw(st.sampled_from(SEEDS)))
    for _ in range(draw(st.integers(1, 4))):
        at = draw(st.integers(0, len(data)))
        kind = draw(st.integers(0, 3))
        if kind == 0 and at > 20:
            del data[at:]
        elif kind == 1 and at < len(data):
            data[at] = draw(st.integers(0, 255))
        elif kind == 2:
            data[at:at] = draw(st.binary(max_size=8))
        else:
            del data[at : at + draw(st.integers(1, 40))]
    return bytes(data)


@settings(
    deadline=None,
    max_examples=300,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(data=mutated())
def test_mutated_files_give_well_typed_facts(tmp_path, data):
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    artifact = readers.read(path)
    told = to_json(artifact)
    json.dumps(told, allow_nan=False).encode()
    assert from_json(Artifact, told) == artifact


BY_VALUE = {
    "cloudpickle-1.6.0_py3.8": "3.8 to 3.10",
    "cloudpickle-2.2.1_py3.10": "3.8 to 3.10",
    "cloudpickle-3.1.3_py3.11": "3.11",
    "cloudpickle-3.1.3_py3.12": "3.12",
    "cloudpickle-3.1.3_py3.13": "3.13",
    "dill-0.3.3_py3.8": "3.8 to 3.10",
    "dill-0.3.6_py3.10": "3.8 to 3.10",
    "dill-0.4.1_py3.11": "3.11",
    "dill-0.4.1_py3.12": "3.12",
    "dill-0.4.1_py3.13": "3.13",
}


@pytest.mark.parametrize("name", BY_VALUE)
def test_code_by_value_is_told_with_its_python(name):
    found = read(Path(__file__).parents[1] / "files" / "by_value" / f"{name}.pkl")
    assert found.entries == {
        "prepare": "function prepare, by value",
        "model": "object of class Model, by value",
        "last": "function <lambda>, by value",
    }
    assert found.detail["pickled_by"] == name.partition("-")[0]
    assert found.detail["by_value"] == "class Model, function prepare, function <lambda>"
    assert set(found.detail["imports"].split(", ")) == {"collections", "json"}
    assert found.detail["code_python"] == BY_VALUE[name]
    assert found.opening_runs_code == "yes"
    assert "data" not in found.detail


SMALL = {
    "bias": np.array([0.5, -1.0], "f4"),
    "again": np.array([0.5, -1.0], "f4"),
    "one": np.array([7], "u1"),
    "scale": np.asfortranarray(np.arange(6, dtype=">i2").reshape(2, 3)),
}


@pytest.mark.parametrize("protocol", [3, 4, 5])
def test_small_arrays_have_their_place(tmp_path, protocol):
    """What pickle copies has one too, else a bias of two numbers would keep a net from a fix."""
    path = tmp_path / "net.pkl"
    path.write_bytes(pickle.dumps(SMALL, protocol))
    facts = read(path).state_dicts[0].tensors
    places = {key: fact.extent for key, fact in facts.items()}
    data = path.read_bytes()
    for key, value in SMALL.items():
        held = data[places[key].offset :][: places[key].nbytes]
        assert held == value.tobytes("A")
    assert len({place.storage for place in places.values()}) == len(SMALL)


@pytest.mark.parametrize("protocol", [0, 2])
def test_bytes_that_a_text_stands_for_have_no_place(tmp_path, protocol):
    path = tmp_path / "net.pkl"
    path.write_bytes(pickle.dumps(SMALL, protocol))
    assert not any(fact.extent for fact in read(path).state_dicts[0].tensors.values())


def test_bytes_that_were_read_before_have_no_place(tmp_path):
    """Of an array that is filled from what another read, the place is not told."""
    array = pickle.dumps(SMALL["bias"], 3)
    assert array.count(b"C\x08") == 1
    at = array.index(b"C\x08")
    memo = array[at + 10 : at + 12]  # BINPUT
    first = array[2:-1]
    other = array[2:at] + b"h" + memo[1:] + array[at + 12 : -1]
    path = tmp_path / "net.pkl"
    path.write_bytes(b"\x80\3}(X\1\0\0\0a" + first + b"X\1\0\0\0b" + other + b"u.")
    facts = read(path).state_dicts[0].tensors
    assert [bool(fact.extent) for fact in facts.values()] == [True, False]


@pytest.mark.parametrize(
    ("value", "content"),
    [
        ({"epoch": 3, "model": SMALL}, "checkpoint"),
        ({"epoch": 3, "model": {"first": SMALL["bias"]}}, "object"),  # no names of weights
        ({"epoch": 3, "notes": {"bias": "low"}}, "object"),
    ],
)
def test_weights_inside_a_dictionary(tmp_path, value, content):
    path = tmp_path / "net.pkl"
    path.write_bytes(pickle.dumps(value, 4))
    found = read(path)
    assert found.content == content
    if content == "checkpoint":
        assert [(held.path, list(held.tensors)) for held in found.state_dicts] == [
            ("model", list(SMALL))
        ]
