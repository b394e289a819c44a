"""Files whose tensors really were on a GPU: read, mended, and predicted with on the CPU."""

import json
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.torch import load_file

import loadstone

FILES = Path(__file__).parents[1] / "files" / "of_a_gpu"
TAGGED = ("state.pt", "legacy.pt", "training.pt", "half.pt", "bf16.pt", "dp.pt", "module.pt")
NESTED = ("plain.pkl", "clf.joblib", "cloudpickle.pkl")
PROGRAMS = ("traced.pt", "scripted.pt", "program.pt2")
SILENT = pytest.mark.filterwarnings("ignore:`torch.jit.load` is deprecated:DeprecationWarning")
HERE = pytest.mark.skipif(torch.cuda.is_available(), reason="a GPU is here: nothing is wrong")


@pytest.fixture(scope="module")
def truth():
    with np.load(FILES / "truth.npz") as held:
        return dict(held)


def codes(report) -> set[str]:
    return {item.check.code for item in report.found}


def tensors(artifact) -> dict:
    return {
        key: fact
        for held in artifact.state_dicts
        if held.role == "model"
        for key, fact in held.tensors.items()
    }


@pytest.mark.parametrize("name", [*TAGGED, *NESTED, "plain2.pkl", *PROGRAMS])
def test_the_device_is_read(name, truth):
    artifact = loadstone.inspect(FILES / name)
    assert set(artifact.devices) - {"cpu"} == {"cuda:0"}
    found = tensors(artifact)
    if name not in ("module.pt", "cloudpickle.pkl"):
        shapes = {key.removeprefix("module."): fact.shape for key, fact in found.items()}
        assert shapes == {key: truth[key].shape for key in truth if key.startswith("fc")}


@HERE
@pytest.mark.parametrize("name", [*TAGGED, *NESTED])
def test_without_one_the_weights_are_taken_out(tmp_path, name, truth):
    place = tmp_path / name
    shutil.copy(FILES / name, place)
    report = loadstone.check(place)
    assert ("LS203" if name in NESTED else "LS202") in codes(report)
    loadstone.fix(place)
    fixed = load_file(next(tmp_path.glob("*.fixed.safetensors")))
    if name in TAGGED[:3] or name in ("plain.pkl", "clf.joblib"):
        assert all(np.array_equal(value.numpy(), truth[key]) for key, value in fixed.items())
        assert len(fixed) == 4


@HERE
@SILENT
@pytest.mark.parametrize("name", PROGRAMS)
def test_programs_are_written_for_the_cpu(tmp_path, name, truth):
    place = tmp_path / name
    shutil.copy(FILES / name, place)
    before = place.read_bytes()
    assert "LS202" in codes(loadstone.check(place))
    loadstone.fix(place)
    fixed = place.with_name(place.stem + ".fixed" + place.suffix)
    again = loadstone.check(fixed)
    assert not again.errors
    assert not codes(again) & {"LS202", "LS319"}
    if name.endswith(".pt2"):
        model = torch.export.load(fixed).module()
    else:
        model = torch.jit.load(fixed).eval()
    assert np.array_equal(model(torch.from_numpy(truth["x"])).detach().numpy(), truth["y"])
    assert place.read_bytes() == before


@HERE
@SILENT
def test_the_trace_fails_with_map_location_alone(truth):
    model = torch.jit.load(FILES / "traced.pt", map_location="cpu").eval()
    with pytest.raises(Exception, match="CUDA"):
        model(torch.from_numpy(truth["x"]))


@HERE
def test_arrays_of_cupy(tmp_path):
    report = loadstone.check(FILES / "cupy.pkl")
    assert codes(report) == {"LS219"}
    fix = report.found[0].finding.fix
    space: dict = {}
    exec(fix.python, space)
    assert np.array_equal(space["value"]["w"], np.arange(6, dtype="float32").reshape(2, 3))


def test_what_opens_anywhere():
    flax = tensors(loadstone.inspect(FILES / "flax.msgpack"))
    assert {fact.dtype for fact in flax.values()} == {"float32", "bfloat16"}
    told = json.loads((FILES / "errors.json").read_text())
    assert {name for name, text in told.items() if text == "loads"} == {"jax.pkl", "lightning.ckpt"}


@pytest.mark.parametrize(
    "name", [*TAGGED, *NESTED, "plain2.pkl", "dcp", "cupy.pkl", "lightning.ckpt"]
)
def test_opening_them_runs_no_other_code(name):
    assert loadstone.inspect(FILES / name).opening_runs_code in ("no", "library")
