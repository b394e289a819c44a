"""Weights of Keras alone, with the model that they are for: what fits, and what predicts.

Files are written by the Keras that is here; `tests/worlds` has those of TensorFlow.
"""

import json
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone import weights_file
from loadstone.adapters.keras import into as targets
from loadstone.cli import main
from loadstone.core.classes import replace
from loadstone.engine import keras_weights
from loadstone.environment import rebuild
from loadstone.errors import LoadError, UsageError

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")
pytestmark = [
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Compiling the loaded model:UserWarning"),
]

CODE = """
import keras

Dense = keras.layers.Dense


def chain(first="left", second="right", units=4):
    layers = [Dense(4, activation="tanh", name=first), Dense(units, name=second)]
    return keras.Sequential([keras.Input((4,)), *layers])


def nested(frozen=False):
    layers = [Dense(4, name="one"), keras.layers.BatchNormalization(name="norm")]
    layers.append(Dense(4, name="two"))
    inner = keras.Sequential([keras.Input((4,)), *layers], name="inner")
    inner.trainable = not frozen
    return keras.Sequential([keras.Input((4,)), inner, Dense(2, name="out")])


class Net(keras.Model):
    def __init__(self, attribute="first"):
        super().__init__()
        self.memory = keras.layers.LSTM(3)
        setattr(self, attribute, Dense(4))
        self.blocks = [Dense(4, name="enc"), Dense(4, name="dec")]
        self.head = keras.Sequential([Dense(2), keras.layers.Dropout(0.1)])
        self.attribute = attribute

    def call(self, x):
        x = getattr(self, self.attribute)(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.memory(x[:, None]))


def net(attribute="first"):
    model = Net(attribute)
    model(keras.ops.zeros((1, 4)))
    return model


class Listed(keras.Model):
    def __init__(self, names=("wide", "thin")):
        super().__init__()
        units = {"wide": 6, "thin": 4}
        self.held = [Dense(units[name], name=name) for name in names]

    def call(self, x):
        held = {layer.name: layer for layer in self.held}
        return held["thin"](held["wide"](x))


def listed(names=("wide", "thin")):
    model = Listed(names)
    model(keras.ops.zeros((1, 4)))
    return model


class ByName(keras.Model):
    def __init__(self, names):
        super().__init__()
        self.held = [Dense(4, name=name) for name in names]

    def call(self, x):
        held = {layer.name: layer for layer in self.held}
        return held["dec"](keras.ops.tanh(held["enc"](x)))


def by_name(names=("enc", "dec")):
    model = ByName(names)
    model(keras.ops.zeros((1, 4)))
    return model


def deep():
    layers = [Dense(4, activation="tanh") for _ in range(130)]
    return keras.Sequential([keras.Input((4,)), *layers])


def two_in():
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    return keras.Model({"a": a, "b": b}, Dense(2)(keras.layers.Concatenate()([a, b])))


def unbuilt():
    return Net()


def neither():
    return {"a": 1}
"""
X = np.random.default_rng(7).random((5, 4)).astype("float32")


@pytest.fixture
def weights(tmp_path, monkeypatch):
    """Return a function that builds with the project's code and writes weights of given values."""
    monkeypatch.chdir(tmp_path)
    Path("own_net.py").write_text(CODE)
    monkeypatch.syspath_prepend(str(tmp_path))
    import own_net

    def write(call, name):
        model = eval(call, vars(own_net))
        rng = np.random.default_rng(1)
        model.set_weights([rng.random(held.shape) for held in model.get_weights()])
        if name.endswith(".weights.h5"):
            model.save_weights(name)
        else:
            from keras.src.legacy.saving import legacy_h5_format

            with h5py.File(name, "w") as file:
                legacy_h5_format.save_weights_to_hdf5_group(file, model)
        return model

    yield write
    sys.modules.pop("own_net", None)


def codes(report):
    return [item.check.code for item in report.found]


@pytest.mark.parametrize("name", ["w.h5", "w.weights.h5"])
@pytest.mark.parametrize("call", ["chain()", "nested()", "net()", "listed()"])
def test_every_variable_is_there(weights, call, name):
    model = weights(call, name)
    expected = model.predict(X, verbose=0)
    report = loadstone.check(name, into=f"own_net:{call}")
    assert codes(report) == []
    assert report.verdict.loads == "yes"
    assert report.verdict.loads_because.startswith(f"{len(model.weights)} of {len(model.weights)}")
    with loadstone.load(name, into=f"own_net:{call}") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


@pytest.mark.parametrize("name", ["w.h5", "w.weights.h5"])
def test_an_architecture_beside_the_weights(weights, name):
    model = weights("nested()", name)
    Path("model.json").write_text(model.to_json())
    expected = model.predict(X, verbose=0)
    assert codes(loadstone.check(name, into="model.json")) == []
    np.save("x.npy", X)
    assert main(["predict", name, "--into", "model.json", "-i", "x.npy", "-o", "y.json"]) == 0
    assert json.loads(Path("y.json").read_text())["predictions"] == expected.tolist()


@pytest.mark.parametrize("name", ["w.h5", "w.weights.h5"])
def test_layers_that_were_exchanged(weights, name):
    """Keras loads it without a word, and what comes out is not what did."""
    model = weights("chain()", name)
    expected = model.predict(X, verbose=0)
    import own_net

    silent = own_net.chain("right", "left")
    silent.load_weights(name)
    assert np.allclose(silent.layers[0].get_weights()[0], model.layers[0].get_weights()[0])
    swapped = "own_net:chain('right', 'left')"
    report = loadstone.check(name, into=swapped)
    assert codes(report) == ["LS413"]
    with pytest.raises(LoadError, match="LS413"):
        loadstone.load(name, into=swapped, fix="safe")
    with loadstone.load(name, into=swapped, accept={"LS413": "only renamed"}) as by_place:
        assert by_place.predict(X).tolist() == expected.tolist()
    with loadstone.load(name, into=swapped, fix="unsafe") as by_name:
        assert not np.allclose(by_name.predict(X), expected)
        left = by_name._asking.model.model.get_layer("left").get_weights()[0]
    assert left.tolist() == model.get_layer("left").get_weights()[0].tolist()


def test_examples_say_which_is_meant(weights):
    """Only the names were exchanged in one model; in the other, what is called first was too."""
    model = weights("chain()", "w.h5")
    given = X, model.predict(X, verbose=0)
    into = "own_net:chain('right', 'left')"
    (found,) = loadstone.check("w.h5", into=into, examples=given).found
    assert "by their places: that gives the outputs" in found.finding.fix.title
    model = weights("by_name()", "n.weights.h5")
    given = X, model.predict(X, verbose=0)
    into = "own_net:by_name(('dec', 'enc'))"
    (found,) = loadstone.check("n.weights.h5", into=into, examples=given).found
    assert found.finding.fix.safety == "safe"
    assert "they give the outputs expected" in found.finding.fix.proof
    report = loadstone.fix("n.weights.h5", into=into, examples=given)
    assert (report.wrote, report.found) == (("n.fixed.weights.h5",), ())
    assert report.verdict.predicts_the_same == "identical"
    with loadstone.load("n.weights.h5", into=into, fix="unsafe") as predictor:
        assert predictor.predict(X).tolist() == given[1].tolist()
    other = X, given[1] + 1
    (found,) = loadstone.check("n.weights.h5", into=into, examples=other).found
    assert "neither reading" in found.finding.fix.title


def test_examples_prove_it(weights):
    model = weights("net()", "w.weights.h5")
    given = X, model.predict(X, verbose=0)
    report = loadstone.check("w.weights.h5", into="own_net:net", examples=given)
    assert report.verdict.predicts_the_same == "identical"
    wrong = loadstone.check("w.weights.h5", into="own_net:net", examples=(X, given[1] + 1))
    assert wrong.verdict.predicts_the_same == "differs"
    weights("chain()", "w.h5")
    with pytest.raises(ValueError, match="do not fit"):
        loadstone.check("w.h5", into="own_net:chain", examples=X[:, :3])


def test_frozen_since(weights, capsys):
    """What is frozen of a model inside a model comes last in HDF5, and Keras takes it in order."""
    model = weights("nested()", "w.h5")
    expected = model.predict(X, verbose=0)
    import own_net

    with pytest.raises(ValueError, match="Shape mismatch"):
        own_net.nested(frozen=True).load_weights("w.h5")
    into = "own_net:nested(frozen=True)"
    assert codes(loadstone.check("w.h5", into=into)) == ["LS415"]
    np.save("x.npy", X)
    assert main(["predict", "w.h5", "--into", into, "-i", "x.npy"]) == 1
    capsys.readouterr()
    told = ["--fix", "-i", "x.npy", "-o", "y.json"]
    assert main(["predict", "w.h5", "--into", into, *told]) == 0
    assert json.loads(Path("y.json").read_text())["predictions"] == expected.tolist()


FIXED = [
    ("nested()", "w.h5", "own_net:nested(frozen=True)", False),
    ("listed()", "w.h5", "own_net:listed(('thin', 'wide'))", False),
    ("net()", "w.weights.h5", "own_net:net('other')", False),
    ("by_name()", "w.weights.h5", "own_net:by_name(('dec', 'enc'))", True),
]


@pytest.mark.parametrize(("call", "name", "into", "unsafe"), FIXED)
def test_a_fixed_copy_that_keras_itself_loads(weights, call, name, into, unsafe):
    model = weights(call, name)
    expected = model.predict(X, verbose=0)
    before = Path(name).read_bytes()
    if unsafe:
        assert loadstone.fix(name, into=into).wrote == ()
    report = loadstone.fix(name, into=into, unsafe=unsafe)
    assert report.wrote == ("w.fixed.weights.h5",)
    assert codes(report) == []
    assert Path(name).read_bytes() == before
    import own_net

    loaded = eval(into.partition(":")[2], vars(own_net))
    loaded.load_weights("w.fixed.weights.h5")
    assert loaded.predict(X, verbose=0).tolist() == expected.tolist()
    with pytest.raises(FileExistsError):
        loadstone.fix(name, into=into, unsafe=unsafe)
    with loadstone.load(name, into=into, fix="unsafe" if unsafe else "safe") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


def test_a_fixed_copy_is_shown_and_named(weights, capsys):
    weights("nested()", "w.h5")
    told = ["check", "w.h5", "--into", "own_net:nested(frozen=True)"]
    main([*told, "--diff"])
    assert "`norm/moving_mean` goes by its name" in capsys.readouterr().out
    assert main([*told, "--fix", "-o", "out.h5"]) == 2
    assert "ends with .weights.h5" in capsys.readouterr().err
    assert not list(Path().glob("out*"))
    assert main([*told, "--fix", "-o", "out.weights.h5"]) == 0
    assert Path("out.weights.h5").exists()


def test_groups_of_tf_keras_2_12(weights):
    """Each layer is counted twice there: `dense`, `dense_2`."""
    model = weights("chain()", "w.weights.h5")
    expected = model.predict(X, verbose=0)
    with h5py.File("w.weights.h5") as now, h5py.File("old.weights.h5", "w") as old:
        place = old.create_group("_layer_checkpoint_dependencies")
        for name, was in {"dense": "dense", "dense_1": "dense_2"}.items():
            now.copy(f"layers/{name}", place, name=was)
    assert codes(loadstone.check("old.weights.h5", into="own_net:chain")) == ["LS136"]
    with loadstone.load("old.weights.h5", into="own_net:chain", fix="safe") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()
    report = loadstone.fix("old.weights.h5", into="own_net:chain")
    assert codes(report) == []
    loaded = model.__class__.from_config(model.get_config())
    loaded.load_weights(report.wrote[0])
    assert loaded.predict(X, verbose=0).tolist() == expected.tolist()


def test_names_that_fit_where_places_do_not(weights):
    model = weights("listed()", "w.h5")
    expected = model.predict(X, verbose=0)
    into = "own_net:listed(('thin', 'wide'))"
    assert codes(loadstone.check("w.h5", into=into)) == ["LS415"]
    with loadstone.load("w.h5", into=into, fix="safe") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


def test_an_attribute_that_was_renamed(weights):
    """Its layer has the number that Keras gave it, and nothing else has its shapes."""
    model = weights("net()", "w.weights.h5")
    expected = model.predict(X, verbose=0)
    into = "own_net:net('other')"
    assert codes(loadstone.check("w.weights.h5", into=into)) == ["LS415"]
    with loadstone.load("w.weights.h5", into=into, fix="safe") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


def test_more_layers_than_there_are_marks(weights):
    model = weights("deep()", "w.weights.h5")
    expected = model.predict(X, verbose=0)
    with loadstone.load("w.weights.h5", into="own_net:deep") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


def test_what_does_not_fit(weights):
    weights("chain()", "w.weights.h5")
    report = loadstone.check("w.weights.h5", into="own_net:net")
    assert codes(report) == ["LS414"]
    (found,) = report.found
    assert "11 of 11 variables get nothing" in found.finding.message
    weights("chain(units=3)", "c.h5")
    assert codes(loadstone.check("c.h5", into="own_net:chain()")) == ["LS414"]
    with pytest.raises(LoadError, match="LS414"):
        loadstone.load("c.h5", into="own_net:chain()")


def test_numbers_that_keras_gave_count_by_their_order(weights):
    """The layers of a second model have other numbers, and go where those of the first did."""
    model = weights("chain(None, None)", "w.h5")
    expected = model.predict(X, verbose=0)
    with loadstone.load("w.h5", into="own_net:chain(None, None)") as predictor:
        assert predictor.predict(X).tolist() == expected.tolist()


def test_names_that_say_nothing(weights):
    weights("chain('a', 'b')", "w.h5")
    report = loadstone.check("w.h5", into="own_net:chain()")
    assert codes(report) == []
    assert "by place alone" in report.verdict.loads_because
    with loadstone.load("w.h5", into="own_net:chain()") as predictor:
        predictor.predict(X)
        computed, note = sorted(predictor.notes, reverse=True)
    assert note == "2 layers of equal shapes are told apart by their places alone: `left`, `right`"
    assert computed == f"computed by Keras {keras.__version__} with {keras.backend.backend()}"


def test_an_architecture_of_another_keras_is_not_built_here(weights, monkeypatch, capsys):
    """Its functions of the same names may be others: `hard_sigmoid` is."""
    model = weights("chain()", "w.h5")
    config = {**json.loads(model.to_json()), "keras_version": "2.15.0", "backend": "tensorflow"}
    Path("old.json").write_text(json.dumps(config))

    def elsewhere(artifact, env, *_):
        raise UsageError(f"{env}: {artifact.producer['keras']}")

    monkeypatch.setattr(rebuild, "python_for", elsewhere)
    with pytest.raises(UsageError, match=r"isolated: 2\.15\.0"):
        loadstone.load("w.h5", into="old.json")
    assert main(["save", "w.h5", "--into", "old.json", "-o", "w.lode"]) == 2
    assert capsys.readouterr().err == "error: isolated: 2.15.0\n"


def test_targets_that_are_none(weights):
    weights("chain()", "w.h5")
    assert codes(loadstone.check("w.h5", into="own_net:unbuilt")) == ["LS306"]
    assert codes(loadstone.check("w.h5", into="own_net:gone")) == ["LS303"]
    assert codes(loadstone.check("w.h5", into="own_net:net(1, 2, 3)")) == ["LS304"]
    Path("rows.json").write_text("[1]")
    with pytest.raises(UsageError, match="is no architecture"):
        loadstone.check("w.h5", into="rows.json")


@pytest.mark.parametrize("name", ["w.h5", "w.weights.h5"])
def test_no_keras_is_here(weights, name, monkeypatch, capsys):
    """`h5py` comes with Keras, and is absent where Keras is."""
    weights("chain()", name)
    monkeypatch.setattr(targets, "is_here", lambda: False)
    monkeypatch.setitem(sys.modules, "h5py", None)
    report = loadstone.check(name, into="own_net:chain")
    assert codes(report) == ["LS200"]
    assert report.verdict.loads == "no"
    assert main(["save", name, "--into", "own_net:chain", "-o", "w.lode"]) == 1
    assert "Keras is not installed here" in capsys.readouterr().out


def test_an_architecture_with_bytecode_is_not_built(weights):
    model = weights("chain()", "w.h5")
    config = json.loads(model.to_json())
    lambda_layer = keras.layers.Lambda(lambda x: x + 1, name="code")
    made = keras.Sequential([keras.Input((4,)), lambda_layer])
    config["config"]["layers"].append(json.loads(made.to_json())["config"]["layers"][-1])
    Path("code.json").write_text(json.dumps(config))
    with pytest.raises(UsageError, match="holds Lambda layers as bytecode"):
        loadstone.check("w.h5", into="code.json")
    with pytest.raises(UsageError, match="predict --trust"):
        loadstone.load("w.h5", into="code.json")
    with pytest.raises(UsageError, match="predict --trust"):
        loadstone.load("w.h5", into="code.json", env="current")


@pytest.mark.filterwarnings("ignore:The `lambda` layer:UserWarning")
def test_bytecode_of_an_architecture_runs_where_it_is_trusted(weights, capsys):
    model = weights("chain()", "w.h5")
    double = keras.layers.Lambda(lambda x: x * 2 + 1, output_shape=(4,), name="code")
    made = keras.Sequential([keras.Input((4,)), *model.layers, double])
    Path("code.json").write_text(made.to_json())
    expected = model.predict(X, verbose=0) * 2 + 1
    for how in ({}, {"env": "current"}):
        with loadstone.load("w.h5", into="code.json", trust=True, **how) as predictor:
            assert np.allclose(predictor.predict(X), expected, 0, 1e-6)
    Path("x.json").write_text(json.dumps(X.tolist()))
    told = ["w.h5", "--into", "code.json"]
    assert main(["predict", *told, "-i", "x.json"]) == 2
    assert "predict --trust" in capsys.readouterr().err
    assert main(["predict", *told, "-i", "x.json", "--trust", "-o", "-"]) == 0
    found = json.loads(capsys.readouterr().out)["predictions"]
    assert np.allclose(found, expected, 0, 1e-6)
    with pytest.raises(UsageError, match="Lambda layers as bytecode"):
        keras_weights.target("code.json")  # nothing of the trust is left


def test_bytecode_of_another_python_is_not_run_here(weights, monkeypatch):
    model = weights("chain()", "w.h5")
    code = keras.layers.Lambda(lambda x: x, output_shape=(4,), name="code")
    Path("code.json").write_text(
        keras.Sequential([keras.Input((4,)), *model.layers, code]).to_json()
    )
    other = replace(keras_weights.architecture("code.json"), path="code.json")
    other = replace(other, detail={**other.detail, "bytecode_of": "3.7 or older"})
    monkeypatch.setattr(keras_weights, "architecture", lambda _: other)
    assert weights_file.is_elsewhere("code.json")
    with pytest.raises(UsageError, match="bytecode in the file is of another"):
        loadstone.load("w.h5", into="code.json", trust=True, env="current")


def test_saved_as_a_bundle(weights, tmp_path, capsys):
    model = weights("nested()", "w.weights.h5")
    expected = model.predict(X, verbose=0)
    np.save("x.npy", X)
    told = ["--into", "own_net:nested", "--examples", "x.npy", "-o", "w.lode"]
    assert main(["save", "w.weights.h5", *told]) == 0
    assert "identical" in capsys.readouterr().out
    assert np.allclose(loadstone.load("w.lode").predict(X), expected, 0, 1e-6)


def test_records_and_arrays_by_name(weights):
    weights("two_in()", "w.weights.h5")
    arrays = {"a": X[:, :3], "b": X[:, 2:]}
    rows = [{"a": row[:3].tolist(), "b": row[2:].tolist()} for row in X]
    with loadstone.load("w.weights.h5", into="own_net:two_in") as predictor:
        assert predictor.predict(rows).tolist() == predictor.predict(arrays).tolist()
