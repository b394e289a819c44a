"""Pickles of Keras 2.8 to 2.11: a SavedModel in a tar is read, and what loads more is told."""

import io
import pickle
import tarfile

import numpy as np
import pytest

from loadstone import readers

FILES = "tests/files"
LOADER = b"ckeras.saving.pickle_utils\ndeserialize_model_from_bytecode\n"
UUID = "4202cdfa-5643-486a-9dc7-65c2bbee7c14"


def verdict(tmp_path, data):
    path = tmp_path / "model.pkl"
    path.write_bytes(data)
    return readers.read(path).opening_runs_code


@pytest.fixture
def here(request):
    return request.config.rootpath / FILES


def members(folder):
    """Return the files of a SavedModel by name."""
    paths = [path for path in sorted(folder.rglob("*")) if path.is_file()]
    return {str(path.relative_to(folder)): path.read_bytes() for path in paths}


def packed(held, folders=("variables/", "assets/"), **changed):
    """Return a tar as Keras writes it; a member is changed by what is given of its header."""
    out = io.BytesIO()
    with tarfile.open(fileobj=out, mode="w") as made:
        for name in folders:
            item = tarfile.TarInfo(name if ":" in name else f"ram://{UUID}/{name}")
            item.type = tarfile.DIRTYPE
            made.addfile(item)
        for name, data in held:
            item = tarfile.TarInfo(name)
            item.size = len(data)
            for key, value in changed.items():
                setattr(item, key, value)
            made.addfile(item, io.BytesIO(data))
    return out.getvalue()


def pickled(tar, array=lambda data: np.frombuffer(data, "u1"), protocol=4):
    held = pickle.dumps(array(tar), protocol)
    start = 11 if held[2:3] == b"\x95" else 2
    return held[:2] + LOADER + held[start:-1] + b"\x85R."


@pytest.mark.parametrize(("name", "word"), [("dense", "library"), ("lambda", "yes")])
def test_pickles_of_keras(here, name, word):
    found = readers.read(here / f"keras_pickles/{name}-2.10.pkl")
    assert (found.format, found.framework, found.opening_runs_code) == ("pickle", "keras", word)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_saved_model_in_a_tar_is_library(tmp_path, here, protocol):
    held = members(here / "tensorflow/tf-2.8.4/keras").items()
    assert verdict(tmp_path, pickled(packed(held), protocol=protocol)) == "library"


def test_tar_of_what_loads_more_is_told(tmp_path, here):
    """Tables of words name their files, and own layers their class."""
    for folder in ("tensorflow/tf-2.15.1/text", "keras_crossings/own"):
        held = members(here / folder).items()
        assert verdict(tmp_path, pickled(packed(held))) == "yes"


@pytest.mark.parametrize(
    "name",
    [
        *("/tmp/saved_model.pb", "../saved_model.pb", "variables/../../x", "a/b", "ram://x/y"),
        *("hdfs://host/x", "assets/sub/x", "saved_model.pbtxt", "variables/x\n", "assets/.."),
    ],
)
def test_members_that_lie_elsewhere_are_told(tmp_path, here, name):
    held = [*members(here / "tensorflow/tf-2.8.4/keras").items(), (name, b"x")]
    assert verdict(tmp_path, pickled(packed(held))) == "yes"


@pytest.mark.parametrize(
    "folder", ["ram://../x/variables/", f"ram://{UUID}/../x", "file:///tmp/x", "gs://x/variables"]
)
def test_folders_that_lie_elsewhere_are_told(tmp_path, here, folder):
    held = members(here / "tensorflow/tf-2.8.4/keras").items()
    assert verdict(tmp_path, pickled(packed(held, [folder]))) == "yes"


def test_members_of_another_kind_are_told(tmp_path, here):
    held = members(here / "tensorflow/tf-2.8.4/keras").items()
    for kind in (tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CONTTYPE):
        assert verdict(tmp_path, pickled(packed(held, type=kind, linkname="x"))) == "yes"


def test_a_tar_that_is_read_otherwise_is_told(tmp_path, here):
    held = members(here / "tensorflow/tf-2.8.4/keras")
    program = ("saved_model.pb", held["saved_model.pb"])
    twice = packed([*held.items(), program])
    without = packed([item for item in held.items() if item != program])
    zipped = packed(held.items()) + b"PK\5\6" + bytes(18)
    for tar in (twice, without, zipped, packed(held.items())[:5000], bytes(9)):
        assert verdict(tmp_path, pickled(tar)) == "yes"


@pytest.mark.parametrize(
    "array",
    [
        lambda data: np.frombuffer(data, "u1").reshape(2, -1),
        lambda data: np.frombuffer(data, "<u2"),
        lambda data: np.frombuffer(data, "u1").astype("O"),
    ],
)
def test_arrays_of_another_shape_are_told(tmp_path, here, array):
    held = members(here / "tensorflow/tf-2.8.4/keras").items()
    assert verdict(tmp_path, pickled(packed(held), array)) == "yes"


def test_what_is_done_to_the_model_is_told(tmp_path, here):
    held = members(here / "tensorflow/tf-2.8.4/keras").items()
    more = pickled(packed(held))[:-1] + b"}b."
    assert verdict(tmp_path, more) == "yes"
