"""What real files say of the environment that they were made in."""

from __future__ import annotations

from pathlib import Path

import pytest

from loadstone import inspect
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, GlobalFact, ModuleFact
from loadstone.environment import rebuild
from loadstone.environment.choose import UnknownVersionError, choose
from loadstone.environment.infer import backend as backend_of
from loadstone.environment.infer import infer, preferred
from loadstone.environment.releases import Release
from loadstone.environment.wishes import Wishes

FILES = Path(__file__).parents[1] / "files"


def needs(name: str) -> dict[str, set[str]]:
    found = infer(inspect(FILES / name))
    asked: dict[str, set[str]] = {}
    for item in (*found.requirements, *found.python):
        asked.setdefault(item.distribution, set()).add(item.specifier)
        assert item.because
    return asked


@pytest.mark.parametrize(
    ("name", "version", "numpy"),
    [
        ("sklearn-0.19", "0.19.2", {"<2"}),
        ("sklearn-0.20-python-2.7", "0.20.4", {"<2"}),
        ("sklearn-1.3", "1.3.2", {"<2"}),
        ("sklearn-1.9", "1.9.1", {">=2", ">=1.26.4"}),
    ],
)
def test_the_version_of_sklearn_is_read_and_numpys_generation_is_told(name, version, numpy):
    asked = needs(f"pickles/{name}/forest.pkl")
    assert asked["scikit-learn"] == {f"=={version}"}
    assert asked["numpy"] <= numpy
    assert asked["numpy"]


def test_padded_arrays_need_the_joblib_that_writes_them():
    assert needs("pickles/sklearn-1.5/text.joblib")["joblib"] == {">=1.2"}
    assert needs("pickles/sklearn-0.24/text.joblib")["joblib"] == {""}


@pytest.mark.parametrize(
    ("name", "distribution", "specifier"),
    [
        ("xgboost/0.90-binary.model", "xgboost", "<1"),
        ("xgboost/1.3.3-binary.json", "xgboost", "==1.3.3"),
        ("xgboost/2.1.4-dart.ubj", "xgboost", "==2.1.4"),
        ("xgboost/1.7.6-binary.model", "xgboost", "==1.7.*"),
        ("lightgbm/2.3.1-three.txt", "lightgbm", ">=2.3,<4"),
        ("lightgbm/4.5.0-three.txt", "lightgbm", ">=4"),
        ("catboost/1.2.7-three.cbm", "catboost", "==1.2.7"),
        ("onnx/pipeline_onnx1.17.0.onnx", "onnxruntime", ">=1.18.0"),
    ],
)
def test_the_format_tells_a_version_or_a_range(name, distribution, specifier):
    assert needs(name)[distribution] == {specifier}


def test_a_container_asks_for_what_its_model_needs_and_not_for_itself():
    asked = needs("containers/mlflow")
    assert asked["scikit-learn"] == {"==1.5.2"}
    assert asked["pandas"] == {"==3.1.1"}
    assert "mlflow" not in asked


def test_a_module_that_moved_bounds_the_library_that_moved_it():
    found = (GlobalFact("sklearn.linear_model.logistic", "LogisticRegression", ("new",)),)
    asked = infer(Artifact("m.pkl", "pickle", "object", 1, globals=found))
    (requirement,) = asked.of("scikit-learn")
    assert requirement.specifier.startswith("<=0.2")
    assert "sklearn.linear_model.logistic" in requirement.because


def test_the_users_own_modules_are_told_apart():
    found = (GlobalFact("my_project.features", "Scaler"), GlobalFact("collections", "OrderedDict"))
    asked = infer(Artifact("m.pkl", "pickle", "object", 1, globals=found))
    assert asked.own == ("my_project",)
    assert not asked.requirements


def test_bytecode_bounds_the_python():
    artifact = Artifact("m.pkl", "pickle", "object", 1, detail={"code_python": "3.8 to 3.10"})
    assert [str(item) for item in infer(artifact).python] == ["python>=3.8,<3.11"]


@pytest.mark.parametrize(
    ("name", "python", "date"),
    [
        ("pickles/sklearn-0.19/forest.pkl", "3.6", "2018-07-15"),
        ("pickles/sklearn-0.24/forest.pkl", "3.8", "2021-04-28"),
        ("pickles/sklearn-1.0/forest.pkl", "3.9", "2021-12-25"),
        ("xgboost/1.3.3-binary.json", "3.8", "2021-01-20"),
    ],
)
def test_the_python_that_was_settled_on_that_day_is_the_first_choice(name, python, date):
    plan = choose(infer(inspect(FILES / name)))
    assert (plan.pythons[0], plan.date) == (python, date)


def test_a_range_that_began_later_moves_the_day():
    """joblib 1.2 came out after scikit-learn 1.0.2: a day before would have no such joblib."""
    artifact = inspect(FILES / "pickles/sklearn-1.0/forest.pkl")
    plain = choose(infer(artifact))
    padded = choose(infer(artifact), pins={"joblib": ">=1.2"})
    assert plain.date == "2021-12-25"
    assert padded.date == "2022-09-16"


def test_the_user_overrides_a_version_and_the_python():
    needs_of = infer(inspect(FILES / "pickles/sklearn-1.0/forest.pkl"))
    plan = choose(needs_of, pins={"scikit-learn": "==1.1.3"}, python="3.10")
    assert "scikit-learn==1.1.3" in map(str, plan.requirements)
    assert "scikit-learn==1.0.2" not in map(str, plan.requirements)
    assert plan.pythons == ("3.10",)


def test_an_old_xgboost_brings_a_dated_setuptools():
    plan = choose(infer(inspect(FILES / "xgboost/0.90-binary.model")))
    assert "setuptools<58" in map(str, plan.requirements)


def test_a_version_that_is_not_in_the_table_is_named():
    with pytest.raises(UnknownVersionError) as caught:
        choose(infer(inspect(FILES / "xgboost/1.3.3-binary.json")), pins={"xgboost": "==99.1"})
    assert (caught.value.distribution, caught.value.version) == ("xgboost", "99.1")


@pytest.mark.parametrize(
    ("name", "asked", "added"),
    [
        ("1.2.2-theano", {"keras==1.2.2", "theano"}, {"theano==1.0.5", "setuptools", "h5py<3"}),
        ("1.2.2-tensorflow", {"keras==1.2.2"}, {"tensorflow==1.0.1", "tensorflow<2", "h5py<3"}),
        ("2.2.4-theano", {"keras==2.2.4", "theano"}, {"theano==1.0.5", "setuptools", "h5py<3"}),
    ],
)
def test_what_theano_computed_it_computes_again(name, asked, added):
    artifact = inspect(FILES / f"keras_kernels/{name}.h5")
    assert preferred(artifact) == name.partition("-")[2]
    assert set(map(str, infer(artifact).requirements)) == asked
    assert set(map(str, choose(infer(artifact)).requirements)) == asked | added
    with_other = choose(infer(artifact), pins={"theano": "==0.9.0"}, looked_up=_NINE)
    assert "theano==1.0.5" not in set(map(str, with_other.requirements))


_NINE = {("theano", "0.9.0"): Release("2017-03-20", ">=2.7")}


@pytest.mark.parametrize("written", ["1.0.8", "1.1.2"])
def test_keras_1_before_1_2_is_read_by_its_last(written):
    artifact = inspect(FILES / "keras_kernels/1.2.2-tensorflow.h5")
    older = replace(artifact, producer={"keras": written})
    assert [str(item) for item in infer(older).requirements] == ["keras==1.2.2"]


@pytest.mark.parametrize("name", ["mse-3.15.0.h5", "../keras_values/trained-3.15.0.keras"])
def test_keras_3_is_computed_by_what_is_here_and_else_by_the_smallest(name):
    artifact = inspect(FILES / "keras_crossings" / name)
    assert needs(f"keras_crossings/{name}") == {"keras": {"==3.15.0"}}
    assert {"keras==3.15.0", "jax"} == set(map(str, choose(infer(artifact)).requirements))
    pinned = choose(infer(artifact), pins={"tensorflow": ""})
    assert {"keras==3.15.0", "tensorflow"} == set(map(str, pinned.requirements))


@pytest.mark.parametrize(
    ("layer", "backend"),
    [
        ("TextVectorization", "tensorflow"),
        ("TFSMLayer", "tensorflow"),
        ("TorchModuleWrapper", "torch"),
        ("JaxLayer", "jax"),
        ("Dense", ""),
    ],
)
def test_a_layer_that_one_backend_has_asks_for_it(layer, backend):
    artifact = inspect(FILES / "keras_values/trained-3.15.0.keras")
    layers = (*artifact.modules, ModuleFact("own", "keras.layers", layer, {}))
    asked = [str(item) for item in choose(infer(replace(artifact, modules=layers))).requirements]
    known = {"tensorflow": "tensorflow>=2.16", "": "jax"}
    assert asked == ["keras==3.15.0", known.get(backend, backend)]
    other = replace(artifact, modules=(ModuleFact("own", "my_pkg", layer, {}),))  # the user's own
    assert "jax" in map(str, choose(infer(other)).requirements)


def test_what_torch_computes_otherwise_is_computed_as_it_was():
    """HDF5 says the backend; an archive does not."""
    found = inspect(FILES / "keras_backends/uneven.h5")
    artifact = replace(found, producer={"keras": "3.15.0"})
    made_with_torch = replace(artifact, detail={**artifact.detail, "backend": "torch"})
    assert backend_of(made_with_torch) == preferred(made_with_torch) == "torch"
    assert backend_of(artifact) == ""
    assert preferred(artifact) == artifact.detail["backend"] != "torch"
    assert preferred(inspect(FILES / "keras_backends/uneven.keras")) == "jax"
    assert preferred(inspect(FILES / "keras_backends/even.keras")) == ""


def test_code_of_ones_own_is_computed_where_it_was_most_likely_written():
    """It may import TensorFlow, which is the backend by default; here any will be tried."""
    artifact = inspect(FILES / "keras_values/trained-3.15.0.keras")
    own = replace(artifact, detail={**artifact.detail, "custom": "Scale"})
    asked = [str(item) for item in rebuild.plan(own, Wishes())[1].requirements]
    assert asked == ["keras==3.15.0", "tensorflow>=2.16"]
    assert [item.distribution for item in infer(own).requirements] == ["keras"]
    pinned = rebuild.plan(own, Wishes(pins={"torch": "==2.13.0"}))[1].requirements
    assert "tensorflow>=2.16" not in map(str, pinned)


def test_an_architecture_asks_for_no_theano():
    artifact = inspect(FILES / "keras/keras-2.2.4/functional.json")
    assert artifact.detail["backend"] == "theano"
    assert [str(item) for item in infer(artifact).requirements] == ["keras==2.2.4"]
