"""The tree of tensors folds what is alike, and loses nothing."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from loadstone.core.facts import TensorFact
from loadstone.render.tree import lines

NAMES = st.text(st.sampled_from("ab012./"), min_size=1, max_size=9)
TENSORS = st.dictionaries(
    NAMES, st.builds(TensorFact, st.just("float32"), st.lists(st.integers(0, 3)).map(tuple))
)


def shown(tensors, most=None):
    return [
        (line.depth, line.name, line.times, str(line.fact or ""), line.tensors)
        for line in lines(tensors, most)
    ]


def weights(*names, shape=(2, 2)):
    return {name: TensorFact("float32", shape) for name in names}


def test_alike_neighbours_are_folded():
    tensors = weights(*[f"layers.{i}.{name}" for i in range(12) for name in ("q", "k")])
    assert shown(tensors) == [
        (0, "layers.{0..11}", 12, "", 24),
        (1, "q", 1, "float32 2×2", 1),
        (1, "k", 1, "float32 2×2", 1),
    ]


def test_only_what_is_alike_and_in_a_row_is_folded():
    tensors = {**weights("a.0", "a.1", "a.3"), **weights("a.4", shape=(9,))}
    assert [line[1:3] for line in shown(tensors)] == [("a", 1), ("{0,1}", 2), ("3", 1), ("4", 1)]


def test_names_below_make_a_difference():
    tensors = weights("a.0.weight", "a.1.weight", "a.2.kernel")
    assert [line[1] for line in shown(tensors)] == ["a", "{0,1}.weight", "2.kernel"]


def test_keras_names_are_parted_by_slashes():
    assert [line[1] for line in shown(weights("dense.1/kernel:0", "dense.1/bias:0"))] == [
        "dense.1",
        "kernel:0",
        "bias:0",
    ]


def test_it_is_as_deep_as_fits():
    tensors = weights(*[f"{a}.x{b}.y{c}" for a in "pqr" for b in range(4) for c in range(4)])
    assert [line[1] for line in shown(tensors, most=3)] == ["p", "q", "r"]
    assert len(shown(tensors, most=15)) == 15
    assert len(shown(tensors)) == 63


@given(TENSORS)
def test_the_top_counts_everything(tensors):
    top = [line for line in lines(tensors) if line.depth == 0]
    assert sum(line.tensors for line in top) == len(tensors)
    assert sum(line.elements for line in top) == sum(fact.count for fact in tensors.values())
    assert sum(line.nbytes for line in top) == sum(fact.nbytes for fact in tensors.values())
