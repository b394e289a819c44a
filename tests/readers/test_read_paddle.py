"""PaddlePaddle 2.6, 3.0, 3.2 and 3.3: programs, parameters and states as each loaded them."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

from loadstone.engine import check

FILES = Path(__file__).parents[1] / "files" / "paddle"
TOLD = {
    path.stem.removeprefix("truth_"): json.loads(path.read_text())
    for path in FILES.glob("truth_*.json")
}
LOADED = [
    (tag, tail, word)
    for tag, told in sorted(TOLD.items())
    for tail, word in (("", "inference"), ("-two", "two"))
    if word in told
]


def described(path, facts, *, places=True):
    return {
        key: {
            "dtype": fact.dtype,
            "shape": list(fact.shape),
            "sha256": hashlib.sha256(joined(path, fact)).hexdigest() if places else "",
        }
        for key, fact in facts.items()
    }


def program(tag, tail):
    suffix = "pdmodel" if tag.startswith("paddle2") else "json"
    return FILES / f"{tag}{tail}.{suffix}"


@pytest.mark.parametrize(("tag", "tail", "word"), LOADED)
def test_a_program_tells_what_paddle_loaded(tag, tail, word):
    path, told = program(tag, tail), TOLD[tag][word]
    artifact = read(path)
    assert (artifact.framework, artifact.content, artifact.damage) == ("paddle", "program", ())
    (state,) = artifact.state_dicts
    assert described(path, state.tensors) == told["parameters"]
    (signature,) = artifact.signatures
    assert [port.name for port in signature.inputs] == told["feeds"]
    assert [
        {"dtype": port.dtype, "shape": [-1 if size is None else size for size in port.shape]}
        for port in signature.outputs
    ] == [{"dtype": item["dtype"], "shape": item["shape"]} for item in told["fetched"]]
    if tag.startswith("paddle2"):
        assert artifact.producer == {"paddlepaddle": told["version"]}
        assert [port.name for port in signature.outputs] == [
            item["name"] for item in told["fetched"]
        ]


def test_both_inputs_are_typed():
    for tag, tail, word in LOADED:
        if word == "two":
            (signature,) = read(program(tag, tail)).signatures
            assert [(port.dtype, port.shape) for port in signature.inputs] == [
                ("int64", (None, 5)),
                ("float32", (None, 2)),
            ]


@pytest.mark.parametrize(("tag", "tail", "word"), LOADED)
def test_loops_are_counted_with_what_is_inside(tag, tail, word):
    ops = read(program(tag, tail)).ops
    loops = ops.get("while", 0) + ops.get("1.while", 0)
    assert loops == (1 if word == "two" else 0)
    assert ops.get("less_than", 0) + ops.get("1.less_than", 0) == 2 * loops


@pytest.mark.parametrize(
    "path",
    [path for path in sorted(FILES.glob("*.pdparams")) if "checkpoint" not in path.stem],
    ids=lambda path: path.name,
)
def test_a_state_dict_is_paddles_and_no_plain_data(path):
    tag, _, tail = path.stem.partition("-")
    told = TOLD[tag][tail]["state_dict"] if tail else TOLD[tag]["state_dict"]
    artifact = read(path)
    assert (artifact.framework, artifact.content) == ("paddle", "state-dict")
    assert (artifact.opening_runs_code, artifact.damage) == ("library", ())
    (state,) = artifact.state_dicts
    assert (state.role, set(state.others)) == ("model", set())
    kept = {key: fact for key, fact in state.tensors.items() if fact.extent}
    bare = {key: value | {"sha256": ""} for key, value in told.items()}
    assert described(path, state.tensors, places=False) == bare
    assert described(path, kept).items() <= told.items()


@pytest.mark.parametrize("path", sorted(FILES.glob("*.pdopt")), ids=lambda path: path.name)
def test_the_state_of_an_optimizer(path):
    told = TOLD[path.stem.partition("-")[0]]["optimizer"]
    artifact = read(path)
    (state,) = artifact.state_dicts
    assert (artifact.framework, state.role) == ("paddle", "optimizer")
    bare = {key: value | {"sha256": ""} for key, value in told.items()}
    assert described(path, state.tensors, places=False) == bare


@pytest.mark.parametrize("tag", ["paddle2.6.2", "paddle3.3.1"])
def test_parameters_that_are_not_those_of_the_program_are_not_placed(tmp_path, tag):
    path = tmp_path / program(tag, "-two").name
    shutil.copy(program(tag, "-two"), path)
    (damage,) = read(path).damage
    assert damage.kind == "missing-member"
    data = (FILES / f"{tag}-two.pdiparams").read_bytes()
    other = bytearray(data)
    other[data.index(b"\x08\x05\x10\x02", 20) + 3] = 1  # another size of the first
    for held in (bytes(other), data[:-1]):
        path.with_suffix(".pdiparams").write_bytes(held)
        (state,) = read(path).state_dicts
        assert all(fact.extent is None for fact in state.tensors.values())
    path.with_suffix(".pdiparams").write_bytes(data)
    (state,) = read(path).state_dicts
    assert all(fact.extent.file == f"{tag}-two.pdiparams" for fact in state.tensors.values())


def test_states_inside_a_dictionary_are_pairs_of_a_name_and_an_array():
    path = FILES / "paddle3.3.1-checkpoint.pdparams"
    artifact, told = read(path), TOLD["paddle3.3.1-checkpoint"]
    assert (artifact.framework, artifact.content) == ("paddle", "checkpoint")
    assert artifact.opening_runs_code == "library"
    assert [(state.path, state.role) for state in artifact.state_dicts] == [
        ("model", "model"),
        ("optimizer", "optimizer"),
    ]
    for state in artifact.state_dicts:
        wanted = told[state.path]
        kept = {key: fact for key, fact in state.tensors.items() if fact.extent}
        assert len(kept) >= 2
        assert described(path, kept) == {key: wanted[key] for key in kept}
        shapes = {key: (item["dtype"], tuple(item["shape"])) for key, item in wanted.items()}
        assert {key: (fact.dtype, fact.shape) for key, fact in state.tensors.items()} == shapes
    assert {"epoch": "int 3", "classes": "list of 2"}.items() <= artifact.entries.items()


def test_the_state_of_the_model_is_named_with_paddles_own_call():
    path = FILES / "paddle3.3.1-checkpoint.pdparams"
    (found,) = [item for item in check(path).found if item.check.code == "LS103"]
    assert found.finding.fix.safety == "manual"
    assert f"paddle.load({str(path)!r})['model']" in found.finding.fix.python
