"""Models of LightGBM's and CatBoost's are let through where their numbers lead to parts of them."""

import pickle
import re
import struct
from pathlib import Path

import pytest
from tests.runtime.test_pickles_composed import new

from loadstone import readers
from loadstone.runtime import audited, catboost_trees, lightgbm_trees, patience, pickles

FILES = Path(__file__).parents[1] / "files"
LIGHTGBM = sorted((FILES / "lightgbm").glob("*.txt"))
CATBOOST = sorted((FILES / "catboost").glob("*.cbm"))
TEXT = (FILES / "lightgbm/4.7.0-categories.txt").read_bytes().decode()
CORE = (FILES / "catboost/1.2.7-categories.cbm").read_bytes()


def made(module, name, protocol=4, **state):
    """Return the pickle of a booster that is filled with a state of one's own."""
    held = pickle.dumps(state, protocol)
    held = held[11 if held[2:3] == b"\x95" else 2 : -1]  # without a frame
    return b"\x80\5" + new(module, name) + held + b"b."


def judged(data):
    return audited.verdict(pickles.read(data))


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("path", LIGHTGBM, ids=lambda path: path.name)
def test_a_model_of_lightgbm_is(path, protocol):
    data = made("lightgbm.basic", "Booster", protocol, handle=path.read_bytes().decode())
    assert judged(data) == ("library", [])
    assert readers.read(path).opening_runs_code == "no"


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("path", CATBOOST, ids=lambda path: path.name)
def test_a_model_of_catboost_is(path, protocol):
    for name in ("CatBoost", "CatBoostClassifier", "CatBoostRegressor"):
        data = made("catboost.core", name, protocol, __model=path.read_bytes(), _random_seed=0)
        assert judged(data) == ("library", [])
    assert readers.read(path).opening_runs_code == "no"


@pytest.mark.parametrize(
    ("old", "other", "why"),
    [
        (r"tree_sizes=\d+", "tree_sizes=999999999", "a tree goes beyond the text"),
        (r"tree_sizes=\d+", "tree_sizes=0", "a tree goes beyond the text"),
        (r"tree_sizes=\d+ ", "tree_sizes=", "a tree has no end"),
        (r"num_tree_per_iteration=1", "num_tree_per_iteration=0", "it has no such number of cl"),
        (r"max_feature_idx=\d+", "max_feature_idx=0", "a node splits by a feature beyond all"),
        (r"num_leaves=\d+", "num_leaves=9999999", "a tree has no such number of leaves"),
        (r"num_leaves=\d", "num_leaves=9", "a list is shorter than its tree"),
        (r"num_cat=\d+", "num_cat=9", "the sets of categories differ in number"),
        (r"cat_boundaries=0 \d", "cat_boundaries=0 9", "a set of categories lies beyond all"),
        (r"left_child=-?\d", "left_child=9", "a child is beyond its tree, or that of two nodes"),
        (r"leaf_value=\S+ ", "leaf_value=", "a list is shorter than its tree"),
        (r"split_feature=\d", "split_feature=x", "a number is none"),
        (r"shrinkage=", "shrinkage", "a line of a tree is none"),
        (r"\n", "\0\n", "a text ends before its end"),
    ],
)
def test_a_number_of_lightgbm_that_leads_elsewhere_is_not(old, other, why, tmp_path):
    text, times = re.subn(old, other, TEXT, count=1)
    assert times == 1
    first = re.search(r"(?<=tree_sizes=)\d+", text)
    if old[:4] not in ("tree", "num_t", "max_", "\\n"):  # the first tree is longer or shorter now
        size = int(first[0]) + len(text) - len(TEXT)
        text = text[: first.start()] + str(size) + text[first.end() :]
    assert lightgbm_trees.why_unsound(text).startswith(why)
    for key in ("handle", "_handle"):
        says, names = judged(made("lightgbm.basic", "Booster", **{key: text}))
        assert says == "yes"
        assert names[0].startswith("LightGBM's C++, which follows its model as it is: " + why)
    (tmp_path / "model.txt").write_bytes(text.encode())
    assert readers.read(tmp_path / "model.txt").opening_runs_code != "no"


def test_a_model_of_lightgbm_that_is_cut_is_not():
    end = TEXT.index("\nend of trees")
    for at in range(TEXT.index("tree_sizes=") + 12, end - 2, 97):
        assert judged(made("lightgbm.basic", "Booster", handle=TEXT[:at]))[0] == "yes"


def _place(field):
    """Return where the numbers of a field of the trees lie in the file."""
    core = catboost_trees._Buffer(CORE[8:])
    return 8 + core.table(core.table(core.root(), 1), field) + 4


@pytest.mark.parametrize(
    ("field", "number", "why"),
    [
        (1, 1 << 20, "a split is beyond all borders"),
        (1, -1, "a split is beyond all borders"),
        (2, 40, "a tree does not begin where the one before it ends"),
        (2, -1, "a tree does not begin where the one before it ends"),
        (3, 7, "a tree does not begin where the one before it ends"),
    ],
)
def test_a_number_of_catboost_that_leads_elsewhere_is_not(field, number, why, tmp_path):
    at = _place(field)
    data = CORE[:at] + struct.pack("<i", number) + CORE[at + 4 :]
    assert catboost_trees.why_unsound(data) == why
    says, names = judged(made("catboost.core", "CatBoostClassifier", __model=data))
    assert (says, names) == ("yes", [f"CatBoost's C++, which follows its model as it is: {why}"])
    (tmp_path / "model.cbm").write_bytes(data)
    assert readers.read(tmp_path / "model.cbm").opening_runs_code == "unknown"


@pytest.mark.parametrize("field", [1, 8])
def test_a_list_of_catboost_that_goes_beyond_its_end_is_not(field):
    at = _place(field) - 4
    for count in (0, 1, 1 << 30, 0xFFFFFFFF):
        data = CORE[:at] + struct.pack("<I", count) + CORE[at + 4 :]
        assert judged(made("catboost.core", "CatBoost", __model=data))[0] == "yes"


def test_what_is_no_model_is_not():
    for held in (b"", b"CBM1", CORE[:40], [1], "text"):
        assert judged(made("catboost.core", "CatBoost", __model=held))[0] == "yes"
    for held in ("", "tree", b"tree", [1], 5):
        assert judged(made("lightgbm.basic", "Booster", handle=held))[0] == "yes"


def test_either_of_two_models_under_one_name_is_read():
    state = b"(X\x07\0\0\0__modelB" + struct.pack("<I", len(CORE)) + CORE
    data = b"\x80\5" + new("catboost.core", "CatBoost") + state + b"X\x07\0\0\0__modelC\x01xdb."
    assert judged(data)[0] == "yes"


def test_tables_of_texts_that_were_not_read_are_told():
    path = FILES / "catboost_tables/1.2.10-texts.cbm"
    data = path.read_bytes()
    assert catboost_trees.why_unsound(data) is None
    assert judged(made("catboost.core", "CatBoost", __model=data)) == ("unknown", [])
    assert readers.read(path).opening_runs_code == "unknown"


def test_tables_of_categories_are_read():
    path = FILES / "catboost_tables/1.2.10-kinds.cbm"
    data = path.read_bytes()
    end = 8 + struct.unpack_from("<I", data, 4)[0]
    assert len(data) > end + 100
    assert judged(made("catboost.core", "CatBoost", __model=data)) == ("library", [])
    assert readers.read(path).opening_runs_code == "no"
    for at in range(end, len(data) - 3, 4):
        for number in (0x62000A0A, 0xFFFFFFFF):
            changed = data[:at] + struct.pack("<I", number) + data[at + 4 :]
            why = catboost_trees.why_unsound(changed)
            if at < end + 12:  # counts, sizes and the first offset
                assert why is not None
    for cut in range(end, len(data), 7):
        assert catboost_trees.why_unsound(data[:cut]) is not None


def test_models_that_are_larger_than_is_read_are_unknown(tmp_path):
    large = TEXT + "\n" * (lightgbm_trees.MOST - len(TEXT) + 1)
    assert judged(made("lightgbm.basic", "Booster", handle=large)) == ("unknown", [])
    (tmp_path / "model.txt").write_text(large)
    assert readers.read(tmp_path / "model.txt").opening_runs_code == "unknown"
    large = CORE + bytes(catboost_trees.MOST - len(CORE) + 1)
    assert judged(made("catboost.core", "CatBoost", __model=large)) == ("unknown", [])
    large = bytearray(catboost_trees.MOST + 1)
    assert judged(made("xgboost.core", "Booster", handle=large))[0] == "unknown"


def test_a_load_follows_models_that_are_larger_than_a_look_does():
    tree = TEXT.index("\nend of trees")
    large = TEXT + "\n" * (lightgbm_trees.MOST - len(TEXT) + 1)
    changed = re.sub(r"left_child=-?\d", "left_child=99", large)
    assert tree > 0
    assert changed != large
    with patience.loading():
        assert judged(made("lightgbm.basic", "Booster", handle=large)) == ("library", [])
        assert judged(made("lightgbm.basic", "Booster", handle=changed))[0] == "yes"
    assert judged(made("lightgbm.basic", "Booster", handle=large)) == ("unknown", [])


def test_trees_without_their_sizes_follow_each_other():
    text = re.sub(r"tree_sizes=.*\n", "", TEXT)
    assert lightgbm_trees.why_unsound(text) is None
    assert lightgbm_trees.why_unsound(re.sub(r"left_child=-?\d", "left_child=9", text)) is not None
    close = re.sub(r"\n+Tree=1", "\nTree=1", text)  # the lines of the next are those of one tree
    assert lightgbm_trees.why_unsound(close) is not None
