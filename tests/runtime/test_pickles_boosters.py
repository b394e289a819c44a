"""Models of XGBoost's are let through where their numbers lead to parts of the model.

Its C++ ended the process, or wrote elsewhere, for most of the others when they were opened.
"""

import pickle
import re
import struct
from pathlib import Path

import pytest
from tests.runtime.test_pickles_composed import new

from loadstone import readers
from loadstone.runtime import audited, pickles
from loadstone.runtime.xgboost_trees import why_unsound

FILES = Path(__file__).parents[1] / "files/xgboost"
UBJSON = sorted(FILES.glob("*.ubj"))
BINARY = sorted(FILES.glob("*binary.model"))
JSON = [path for path in sorted(FILES.glob("*.json")) if not re.search("config|dump", path.name)]
UNSOUND = "XGBoost's C++, which follows its model as it is: "


def made(handle, protocol=4):
    """Return the pickle of a booster that is filled with a model of one's own."""
    state = pickle.dumps({"handle": bytearray(handle)}, protocol)
    state = state[11 if state[2:3] == b"\x95" else 2 : -1]  # without a frame
    return b"\x80\5" + new("xgboost.core", "Booster") + state + b"b."


def judged(data):
    return audited.verdict(pickles.read(data))


def changed(data, key, place, number, form=">i"):
    """Return UBJSON with one number of the first array under a key changed."""
    found = re.search(re.escape(key.encode()) + rb"\[\$.#L.{8}", data, re.DOTALL)
    at = found.end() + place * struct.calcsize(form)
    return data[:at] + struct.pack(form, number) + data[at + struct.calcsize(form) :]


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("path", [*UBJSON, *BINARY, *JSON], ids=lambda path: path.name)
def test_a_model_is(path, protocol):
    assert judged(made(path.read_bytes(), protocol)) == ("library", [])


@pytest.mark.parametrize("path", [*UBJSON, *BINARY, *JSON], ids=lambda path: path.name)
def test_a_file_of_it_is(path):
    found = readers.read(path)
    assert (found.opening_runs_code, found.damage) == ("no", ())


@pytest.mark.parametrize(
    ("key", "place", "number", "why"),
    [
        ("left_children", 0, 1 << 20, "a child is beyond its tree, or that of two nodes"),
        ("left_children", 0, -2, "a child is beyond its tree, or that of two nodes"),
        ("left_children", 0, 0, "a child is beyond its tree, or that of two nodes"),
        ("left_children", 0, 2, "a child is beyond its tree, or that of two nodes"),
        ("right_children", 0, 1, "a child is beyond its tree, or that of two nodes"),
        ("right_children", 0, -1, "a child is beyond its tree, or that of two nodes"),
        ("parents", 1, 1 << 20, "a node is no child of its parent"),
        ("parents", 0, 0, "a node is no child of its parent"),
        ("split_indices", 0, 1 << 20, "a node splits by a feature beyond all"),
        ("split_indices", 0, -1, "a node splits by a feature below all"),
    ],
)
def test_a_number_that_leads_elsewhere_is_not(key, place, number, why, tmp_path):
    data = changed(UBJSON[-1].read_bytes(), key, place, number)
    assert judged(made(data)) == ("yes", [UNSOUND + why])
    (tmp_path / "model.ubj").write_bytes(data)
    found = readers.read(tmp_path / "model.ubj")
    assert found.opening_runs_code == "unknown"
    assert [item.why for item in found.damage] == [why]


@pytest.mark.parametrize(
    ("old", "other", "why"),
    [
        (rb'"num_trees":"\d+"', b'"num_trees":"99"', "the numbers of its trees differ"),
        (rb'"num_nodes":"\d+"', b'"num_nodes":"1"', "the arrays of a tree differ in length"),
        (rb'"tree_info":\[0', b'"tree_info":[7', "a tree is of a group beyond all"),
        (rb'"num_feature":"\d+","num_target', b'"num_feature":"0","num_target', "a node splits"),
        (rb'"id":0', b'"id":1', "its trees are not counted"),
        (rb'"categories_segments":\[0', b'"categories_segments":[99', "a set of categories lies"),
        (rb'"categories_nodes":\[\d', b'"categories_nodes":[9', "nodes that split by categories"),
        (rb'"feature_segments":\[0', b'"feature_segments":[3', "the places of its categories"),
        (rb'"offsets":\[0', b'"offsets":[9', "a category lies beyond its texts"),
    ],
)
def test_a_count_that_does_not_hold_is_not(old, other, why, tmp_path):
    data = (FILES / "3.4.1-sets.json").read_bytes()
    data, times = re.subn(old, other, data, count=1)
    assert times == 1
    says, names = judged(made(data))
    assert says == "yes"
    assert names[0].startswith(UNSOUND + why)
    (tmp_path / "model.json").write_bytes(data)
    assert readers.read(tmp_path / "model.json").opening_runs_code == "unknown"


@pytest.mark.parametrize("path", [*UBJSON[-1:], *BINARY[:1]], ids=lambda path: path.name)
def test_a_model_that_is_cut_is_not(path):
    data = path.read_bytes()
    for end in range(1, len(data) - 8, 97):
        assert judged(made(data[:end]))[0] == "yes"


def test_a_child_beyond_a_tree_of_the_old_format_is_not(tmp_path):
    data = BINARY[0].read_bytes()
    child = data.index(struct.pack("<2i", 1, 2))  # of the first node
    data = data[:child] + struct.pack("<i", 1 << 20) + data[child + 4 :]
    assert judged(made(data))[0] == "yes"
    (tmp_path / "old.model").write_bytes(data)
    assert readers.read(tmp_path / "old.model").opening_runs_code == "unknown"


def test_a_wrapper_that_holds_the_bytes_is_read_too():
    data = BINARY[0].read_bytes()
    for held, says in ((data, "library"), (data[:-300], "yes")):
        state = pickle.dumps({"_Booster": bytearray(held)}, 4)[11:-1]
        found = judged(b"\x80\5" + new("xgboost.sklearn", "XGBClassifier") + state + b"b.")
        assert found[0] == says


def test_what_is_no_bytes_is_not():
    assert why_unsound(b"") is not None
    state = pickle.dumps({"handle": [1, 2]}, 4)[11:-1]
    assert judged(b"\x80\5" + new("xgboost.core", "Booster") + state + b"b.")[0] == "yes"
