"""Names and shapes are brought together where it is provable, and never otherwise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from loadstone.core import Artifact, Target, TensorFact
from loadstone.core.facts import StateDict
from loadstone.statedict.match import match
from loadstone.statedict.select import select


def tensor(*shape: int) -> TensorFact:
    return TensorFact("float32", shape)


NET = {
    "fc1.weight": tensor(5, 10),
    "fc1.bias": tensor(5),
    "fc2.weight": tensor(2, 5),
    "fc2.bias": tensor(2),
}


def renamed(rename):
    return {rename(key): fact for key, fact in NET.items()}


@pytest.mark.parametrize(
    ("saved", "kinds"),
    [
        (NET, []),
        (renamed(lambda key: f"module.{key}"), ["wrapper"]),
        (renamed(lambda key: f"_orig_mod.{key}"), ["wrapper"]),
        (renamed(lambda key: f"module._orig_mod.{key}"), ["wrapper"]),
        (renamed(lambda key: f"_orig_mod.module.{key}"), ["wrapper"]),
        (renamed(lambda key: key.replace("fc1.", "fc1._orig_mod.")), ["wrapper"]),
        (renamed(lambda key: f"net.{key}"), ["prefix"]),
        (renamed(lambda key: f"a.b.{key}"), ["prefix"]),
        (renamed(lambda key: key.replace("fc2", "out")), ["renamed"]),
        (renamed(lambda key: f"module.{key.replace('fc2', 'out')}"), ["wrapper", "renamed"]),
        (renamed(lambda key: key.replace("fc1", "a").replace("fc2", "b")), ["renamed"]),
    ],
)
def test_every_step_leads_to_the_names_expected(saved, kinds):
    result = match(saved, NET)
    assert [step.kind for step in result.steps] == kinds
    assert result.complete
    current = dict(saved)
    for step in result.steps:
        current = {step.edit(key): fact for key, fact in current.items()}
    assert current == NET


def test_a_target_that_is_wrapped_itself_gets_the_prefix_added():
    wrapped = renamed(lambda key: f"module.{key}")
    result = match(NET, wrapped)
    assert result.complete
    assert result.steps[0].edit.add == "module."


def test_a_wrapper_word_that_the_target_uses_is_left_alone():
    saved = {"module.weight": tensor(2, 2), "head.weight": tensor(1, 2)}
    assert match(saved, saved).steps == ()


def test_two_keys_that_would_collide_are_not_renamed():
    saved = {"module.a": tensor(2), "a": tensor(2)}
    assert match(saved, {"a": tensor(2)}).steps == ()


def test_other_shapes_are_a_mismatch_and_no_renaming():
    saved = {**NET, "fc2.weight": tensor(3, 5), "fc2.bias": tensor(3)}
    result = match(saved, NET)
    assert result.mismatched == ("fc2.weight", "fc2.bias")
    assert not result.steps


def test_equal_siblings_that_were_both_renamed_are_declined():
    saved = {"a.weight": tensor(4, 4), "b.weight": tensor(4, 4), "stem.weight": tensor(4, 3)}
    target = {"x.weight": tensor(4, 4), "y.weight": tensor(4, 4), "stem.weight": tensor(4, 3)}
    result = match(saved, target)
    assert not result.steps
    assert result.renamed_beyond_proof(target)
    assert [options[0] for options in result.ambiguous] == ["a", "b"]


PATHS = st.lists(
    st.lists(st.sampled_from(["a", "b", "block", "0", "1", "head"]), min_size=1, max_size=3).map(
        ".".join
    ),
    min_size=1,
    max_size=8,
    unique=True,
)


@st.composite
def trees(draw):
    """A module tree, and the same one with every module renamed."""
    paths = draw(PATHS)
    order = draw(st.permutations(range(len(paths))))
    sizes = draw(st.lists(st.integers(1, 3), min_size=len(paths), max_size=len(paths)))
    saved, expected, truth = {}, {}, {}
    for index, path in enumerate(paths):
        new = f"m{order[index]}"
        for leaf, shape in (("weight", (sizes[index], 2)), ("bias", (sizes[index],))):
            saved[f"{path}.{leaf}"] = TensorFact("float32", shape)
            expected[f"{new}.{leaf}"] = TensorFact("float32", shape)
            truth[f"{path}.{leaf}"] = f"{new}.{leaf}"
    return saved, expected, truth, sizes


@given(trees())
def test_a_random_renaming_is_recovered_or_declined_and_never_wrong(case):
    saved, expected, truth, sizes = case
    result = match(saved, expected)
    for step in result.steps:
        assert dict(step.renames) == truth
    if len(set(sizes)) == len(sizes):
        assert result.complete


def artifact(*states: StateDict) -> Artifact:
    return Artifact("m.pth", "torch-zip", "checkpoint", 1, state_dicts=states)


def test_the_state_dict_that_fits_the_target_is_selected():
    other = {"w": tensor(1)}
    file = artifact(StateDict("generator", NET), StateDict("discriminator", other))
    assert select(file, None) is None
    chosen = select(file, Target("Net", other))
    assert chosen is not None
    assert chosen.entry == "discriminator"


def test_an_optimizer_is_never_selected():
    file = artifact(StateDict("optimizer", NET, role="optimizer"))
    assert select(file, Target("Net", NET)) is None


def test_of_a_model_and_its_average_the_model_is_selected():
    file = artifact(StateDict("ema", NET, role="ema"), StateDict("model", NET))
    chosen = select(file, Target("Net", NET))
    assert chosen is not None
    assert chosen.entry == "model"


@pytest.mark.parametrize(
    ("saved", "expected"),
    [
        (("net.0", "net.1", "net.2"), ("net.1", "net.2", "net.3")),  # a layer without tensors first
        (("fc1", "fc2"), ("fc2", "fc3")),
        (("a", "b"), ("b", "c")),
    ],
)
def test_names_that_moved_by_one_are_not_taken_for_a_rename(saved, expected):
    found = match(linears(saved), linears(expected))
    assert not found.complete
    assert found.steps == ()


def test_a_rename_in_its_place_among_equal_layers():
    found = match(linears(("fc1", "fc2", "fc3")), linears(("fc1", "middle", "fc3")))
    assert found.complete
    assert found.steps[0].words == ("fc2", "middle")


def linears(names):
    return {
        f"{name}.{leaf}": TensorFact("float32", shape)
        for name in names
        for leaf, shape in (("weight", (5, 5)), ("bias", (5,)))
    }


def test_a_prefix_is_seen_beside_what_does_not_fit():
    head = {**NET, "fc2.weight": tensor(7, 5), "fc2.bias": tensor(7), "fc0.bias": tensor(9)}
    head |= {"fc0.weight": tensor(9, 9)}
    saved = renamed(lambda key: f"net.{key}") | {"net.fc0.weight": tensor(9, 9)}
    result = match({**saved, "net.fc0.bias": tensor(9), "loss.weight": tensor(3)}, head)
    assert [(step.kind, step.words) for step in result.steps] == [("prefix", ("net.",))]
    assert result.mismatched == ("fc2.weight", "fc2.bias")
    assert result.unexpected == ("loss.weight",)


def test_a_prefix_that_explains_less_than_half_is_no_cause():
    saved = {"net.fc1.weight": tensor(5, 10), "net.x": tensor(3), "net.y": tensor(4)}
    assert not match(saved, NET).steps
