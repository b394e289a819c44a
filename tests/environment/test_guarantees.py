"""The environment at hand is used where a library's own words cover it, and only there."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadstone import inspect
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Environment
from loadstone.core.needs import Needs, Requirement
from loadstone.environment.guarantees import choice
from loadstone.environment.infer import infer

FILES = Path(__file__).parents[1] / "files"


def where(name: str, **installed: str) -> str:
    artifact = inspect(FILES / name)
    here = {key.replace("_", "-"): version for key, version in installed.items()}
    return choice(artifact, infer(artifact), Environment("3.11.7", here)).where


@pytest.mark.parametrize(
    ("installed", "expected"),
    [("1.3.3", "here"), ("3.4.1", "here"), ("1.2.1", "rebuilt")],
)
def test_a_newer_xgboost_reads_json(installed, expected):
    assert where("xgboost/1.3.3-binary.json", xgboost=installed) == expected


def test_xgboosts_binary_has_no_guarantee():
    assert where("xgboost/1.7.6-binary.model", xgboost="2.1.4") == "rebuilt"


@pytest.mark.parametrize(
    ("written", "installed", "same"),
    [
        ("2.13.0", "2.13.0+cpu", True),
        ("2.13.0+cpu", "2.13.0", True),
        ("2.13.0+cpu", "2.13.0+cpu", True),
        ("2.13.0+cpu", "2.13.0+cu126", False),
        ("2.13.0", "2.13.1+cpu", False),
    ],
)
def test_how_a_wheel_was_built_is_no_other_version(written, installed, same):
    artifact = Artifact("kept", "bundle", "bundle", 1, framework="torch")
    needs = Needs((Requirement("torch", f"=={written}", "what the save ran with"),))
    here = Environment("3.11.7", {"torch": installed})
    assert (choice(artifact, needs, here).where == "here") is same


@pytest.mark.parametrize(
    ("installed", "expected"),
    [("1.0.2", "here"), ("1.0.1", "rebuilt"), ("1.1.3", "rebuilt")],
)
def test_a_pickle_of_sklearn_has_no_guarantee_but_of_the_same_version(installed, expected):
    stack = {"numpy": "1.21.6", "scipy": "1.7.3", "joblib": "1.1.0"}
    assert where("pickles/sklearn-1.0/forest.pkl", scikit_learn=installed, **stack) == expected


def test_another_generation_of_numpy_is_another_environment():
    stack = {"scipy": "1.14.1", "joblib": "1.4.2"}
    name = "pickles/sklearn-1.5/forest.pkl"
    detail = inspect(FILES / name).detail["numpy"]
    other = {"1": "2.0.2", "2": "1.26.4"}[str(detail)]
    same = {"1": "1.26.4", "2": "2.0.2"}[str(detail)]
    assert where(name, scikit_learn="1.5.2", numpy=same, **stack) == "here"
    assert where(name, scikit_learn="1.5.2", numpy=other, **stack) == "rebuilt"


@pytest.mark.parametrize(
    ("installed", "expected"), [("4.7.0", "here"), ("4.1.0", "rebuilt"), ("3.3.5", "rebuilt")]
)
def test_lightgbms_text_is_read_by_the_versions_that_were_measured(installed, expected):
    assert where("lightgbm/2.3.1-three.txt", lightgbm=installed) == expected


def test_onnx_needs_a_runtime_that_knows_the_opset():
    name = "onnx/pipeline_onnx1.17.0.onnx"
    assert where(name, onnxruntime="1.32.0") == "here"
    assert where(name, onnxruntime="1.17.0") == "rebuilt"


def test_a_library_that_is_not_here_is_rebuilt():
    assert where("catboost/1.2.7-three.cbm") == "rebuilt"


@pytest.mark.parametrize("distribution", ["tensorflow", "tensorflow-cpu"])
@pytest.mark.parametrize(
    ("name", "installed", "expected"),
    [
        ("tf-2.15.1/keras", "2.15.1", "here"),
        ("tf-2.15.1/keras", "2.21.0", "here"),
        ("tf-2.15.1/keras", "2.13.1", "rebuilt"),
        ("tf-1.15.5/simple", "1.15.5", "here"),
        ("tf-1.15.5/simple", "2.15.1", "rebuilt"),
    ],
)
def test_a_savedmodel_is_read_by_later_versions_of_its_major_release(
    name, installed, expected, distribution
):
    assert where(f"tensorflow/{name}", **{distribution: installed}) == expected


@pytest.mark.parametrize("backend", ["torch", "jax", "tensorflow", "tensorflow-cpu"])
def test_keras_3_needs_one_of_its_backends(backend):
    name = "keras_values/trained-3.15.0.keras"
    assert where(name, keras="3.15.0", **{backend: "2.21.0"}) == "here"
    assert where(name, keras="3.15.0") == "rebuilt"
    assert where(name, keras="3.14.0", **{backend: "2.21.0"}) == "rebuilt"


def test_bytecode_of_another_python_is_not_for_this_one():
    """The same Keras is here, and the function of a `Lambda` is Python 3.13's."""
    detail = {"lambdas": 1, "bytecode_of": "3.13", "generation": 3}
    artifact = Artifact("m.keras", "keras", "model", 1, framework="keras", detail=detail)
    wrote = (Requirement("keras", "==3.15.0", "`keras_version` is `3.15.0`"),)
    needs = replace(infer(artifact), requirements=wrote)
    for python, expected in (("3.11.7", "rebuilt"), ("3.13.0", "here")):
        here = Environment(python, {"keras": "3.15.0", "torch": "2.13.0"})
        assert choice(artifact, needs, here).where == expected
