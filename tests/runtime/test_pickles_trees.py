"""Trees of scipy's are let through where their nodes lead nowhere else.

The first of the others made scipy write at an address of the file's choice when it was opened.
"""

import pickle

import joblib
import numpy as np
import pytest
from scipy.spatial import KDTree, cKDTree
from tests.runtime.test_pickles_composed import new

from loadstone import readers
from loadstone.runtime import audited, pickles

POINTS = np.random.default_rng(0).random((40, 2))
LESS, GREATER = 7, 8  # numbers of a node that say where its parts are


def made(nodes, others, protocol):
    """Return the pickle of a tree that is filled with nodes of one's own."""
    state = pickle.dumps((nodes, *others), protocol)
    state = state[11 if state[2:3] == b"\x95" else 2 : -1]  # without a frame
    return b"\x80\5" + new("scipy.spatial._kdtree", "KDTree") + state + b"b."


def verdict(data):
    return audited.verdict(pickles.read(data))[0]


@pytest.mark.parametrize("protocol", range(2, 6))
@pytest.mark.parametrize("kind", [KDTree, cKDTree])
@pytest.mark.parametrize("points", [POINTS, POINTS[:3]], ids=len)
def test_a_tree_is(kind, points, protocol):
    assert verdict(pickle.dumps(kind(points, leafsize=4), protocol)) == "library"


@pytest.mark.parametrize("compress", [0, 3])
def test_a_tree_of_joblib_is(compress, tmp_path):
    joblib.dump(KDTree(POINTS, leafsize=4), tmp_path / "tree.joblib", compress=compress)
    assert readers.read(tmp_path / "tree.joblib").opening_runs_code == "library"


@pytest.mark.parametrize("node", [1 << 40, -1, 31, 0, 1])
@pytest.mark.parametrize("part", [LESS, GREATER])
@pytest.mark.parametrize("protocol", [2, 4, 5])
def test_a_tree_that_leads_elsewhere_is_not(part, node, protocol):
    state = KDTree(POINTS, leafsize=4).__getstate__()
    nodes = np.frombuffer(state[0].tobytes(), "<i8").reshape(-1, 9).copy()
    assert len(nodes) == 31
    if node == nodes[0, part]:  # both lead to the same
        node = nodes[0, LESS + GREATER - part]
    nodes[0, part] = node
    assert verdict(made(nodes.view("S1").ravel(), state[1:], protocol)) == "yes"


@pytest.mark.parametrize("kind", ["b1", "i1", "u1", "S2"])
def test_a_tree_of_numbers_is_not(kind):  # scipy would write the text of each
    state = KDTree(POINTS, leafsize=4).__getstate__()
    assert verdict(made(state[0].view(kind), state[1:], 4)) == "yes"


@pytest.mark.parametrize(("deep", "says"), [(9_000, "library"), (300_000, "yes")])
def test_a_tree_too_deep_to_follow_is_not(deep, says):
    nodes = np.full((2 * deep + 1, 9), -1, "<i8")
    nodes[0:-1:2, 0] = 0
    nodes[0:-1:2, LESS] = np.arange(1, 2 * deep, 2)
    nodes[0:-1:2, GREATER] = np.arange(2, 2 * deep + 1, 2)
    state = KDTree(POINTS, leafsize=4).__getstate__()
    assert verdict(made(nodes.view("S1").ravel(), state[1:], 4)) == says


def test_a_tree_that_is_cut_is_not():
    state = KDTree(POINTS, leafsize=4).__getstate__()
    for held in (state[0][:-1], state[0][:72], state[0][:0], state[0].view("S2")):
        assert verdict(made(held, state[1:], 4)) == "yes"
    assert verdict(made(state[0], state[1:], 4)) == "library"
