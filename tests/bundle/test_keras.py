"""Live Keras models become bundles; the torch backend computes, as the suite has it already."""

import json
import zipfile
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.cli import main
from loadstone.errors import SaveError, UsageError
from loadstone.runtime.files import Files

keras = pytest.importorskip("keras")
# of Keras 3.15's own tensors under numpy 2
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
FACTOR = 1.5


@keras.saving.register_keras_serializable(package="own")
class Scale(keras.layers.Layer):
    def __init__(self, factor=2.0, **settings):
        super().__init__(**settings)
        self.factor = factor

    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale", initializer="ones")

    def call(self, x):
        return bent(x) * self.scale * self.factor

    def get_config(self):
        return {**super().get_config(), "factor": self.factor}


class Squashed(keras.layers.Layer):
    def call(self, x):
        return keras.ops.tanh(x)


class Pair(keras.Model):
    def __init__(self, units=2, **settings):
        super().__init__(**settings)
        self.units = units
        self.first = keras.layers.Dense(3, activation="relu")
        self.second = keras.layers.Dense(units)

    def call(self, x):
        return self.second(self.first(x))

    def get_config(self):
        return {"units": self.units}


def bent(x):
    return x + FACTOR


def swish2(x):
    return x * keras.ops.sigmoid(2 * x)


@pytest.fixture
def x():
    return np.random.default_rng(0).random((5, 4)).astype("float32")


@pytest.fixture(autouse=True)
def _seeded():
    keras.utils.set_random_seed(0)


def sequential(*layers):
    return keras.Sequential([keras.Input((4,)), *layers])


def manifest(path):
    return Files(str(path)).manifest


PREDICT = """
import json, sys
import numpy as np
import loadstone
predictor = loadstone.load(PATH)
found = predictor.predict(np.load(INPUTS))
np.save(OUTPUTS, found)
print(predictor.report.verdict.predicts_the_same, "test_keras" in sys.modules)
"""


@pytest.fixture
def elsewhere(python, tmp_path):
    """Predict with a bundle in a process that has nothing of this project."""

    def run(path, inputs):
        np.save(tmp_path / "inputs.npy", inputs)
        names = {"INPUTS": tmp_path / "inputs.npy", "OUTPUTS": tmp_path / "outputs.npy"}
        assert python(PREDICT, PATH=path, **names).split() == ["identical", "False"]
        return np.load(tmp_path / "outputs.npy")

    return run


def test_the_code_goes_with_the_model(x, tmp_path, elsewhere):
    power = 3.0
    model = sequential(
        keras.layers.Dense(5, activation=swish2),
        Scale(1.25),
        Squashed(),
        keras.layers.Lambda(lambda t: t * power + 1),
        keras.layers.Dense(2, activation=lambda t: t / 2),
    )
    expected = model.predict(x, verbose=0)
    report = loadstone.save(model, tmp_path / "m.lode", examples=x)
    assert report.verdict.predicts_the_same == "identical"
    assert report.replay.where == "a clean process"
    assert elsewhere(tmp_path / "m.lode", x).tolist() == expected.tolist()
    held = manifest(tmp_path / "m.lode")
    assert [form["kind"] for form in held["forms"]] == ["keras"]
    names = {"swish2", "own>Scale", "Squashed", "loadstone_lambda_0", "loadstone_lambda_1"}
    assert set(held["forms"][0]["objects"]) == names
    assert held["framework"] == "keras"


def test_the_model_is_left_as_it_was_and_the_training_behind(x, tmp_path):
    model = sequential(keras.layers.Lambda(lambda t: t + 1), keras.layers.Dense(2))
    model.compile("adam", lambda a, b: keras.ops.mean((a - b) ** 2))
    model.fit(x, x[:, :2], verbose=0)
    before = [np.array(item) for item in model.get_weights()]
    slots = [np.array(item.value.detach()) for item in model.optimizer.variables]
    loadstone.save(model, tmp_path / "m.lode", examples=x)
    assert all(map(np.array_equal, before, model.get_weights()))
    now = [np.array(item.value.detach()) for item in model.optimizer.variables]
    assert all(map(np.array_equal, slots, now))
    files = Files(str(tmp_path / "m.lode"))
    (tmp_path / "model.keras").write_bytes(files.read("forms/model.keras"))
    with zipfile.ZipFile(tmp_path / "model.keras") as archive:
        config = archive.read("config.json").decode()
        weights = archive.read("model.weights.h5")
    assert "__lambda__" not in config
    assert "compile_config" not in config
    assert b"optimizer" not in weights


def test_a_class_of_ones_own(x, tmp_path, elsewhere):
    model = Pair()
    expected = model.predict(x, verbose=0)
    loadstone.save(model, tmp_path / "m.lode", examples=x)
    assert elsewhere(tmp_path / "m.lode", x).tolist() == expected.tolist()
    predictor = loadstone.load(tmp_path / "m.lode")
    assert type(predictor.model).__name__ == "Pair"
    assert predictor.predict(x[0].tolist()).tolist() == model.predict(x[:1], verbose=0)[0].tolist()
    with pytest.raises(UsageError, match="is for models of torch"):
        loadstone.load(tmp_path / "m.lode", device="cpu")


def test_several_inputs_and_outputs(x, tmp_path):
    given = {"a": keras.Input((4,), name="a"), "b": keras.Input((2,), name="b")}
    joined = keras.layers.concatenate([given["a"], given["b"]])
    outputs = {"score": keras.layers.Dense(1)(joined), "kind": keras.layers.Dense(3)(joined)}
    model = keras.Model(given, outputs)
    rows = [{"b": row[:2].tolist(), "a": row.tolist()} for row in x]
    expected = model.predict({"a": x, "b": x[:, :2]}, verbose=0)
    report = loadstone.save(model, tmp_path / "m.lode", examples=rows)
    assert report.verdict.predicts_the_same == "identical"
    found = loadstone.load(tmp_path / "m.lode").predict(rows)
    assert {name: value.tolist() for name, value in found.items()} == {
        name: value.tolist() for name, value in expected.items()
    }
    single = loadstone.load(tmp_path / "m.lode").predict(rows[0])
    assert single["kind"].shape == (3,)


def numbers(text):
    return np.array([float(word) for word in text.split()], dtype="float32")


def label(scores):
    return ["low", "high"][int(scores.argmax())]


def test_steps_by_source(x, tmp_path, python):
    model = sequential(keras.layers.Dense(2))
    texts = [" ".join(map(str, row)) for row in x.tolist()]
    names = [label(row) for row in model.predict(x, verbose=0)]
    loadstone.save(
        model,
        tmp_path / "m.lode",
        preprocess=numbers,
        postprocess=label,
        examples=(texts, names),
    )
    script = "import json, loadstone\nprint(json.dumps(loadstone.predict(PATH, TEXTS)))"
    source = script.replace("TEXTS", repr(texts))
    assert json.loads(python(source, PATH=tmp_path / "m.lode")) == names


class Hidden(keras.layers.Layer):
    def __init__(self, inner, **settings):
        super().__init__(**settings)
        self.inner = inner

    def call(self, x):
        return self.inner(x)


class Strict(keras.layers.Layer):
    def __init__(self):
        super().__init__()

    def call(self, x):
        return x

    def get_config(self):
        return {**super().get_config(), "more": 1}


@pytest.mark.parametrize(
    ("model", "why"),
    [
        (lambda: keras.Sequential([keras.layers.Dense(2)]), "no weights yet"),
        (lambda: keras.layers.Dense(2), "is the layer"),
        (lambda: sequential(Hidden(keras.layers.Dense(2))), "no form of the model can be kept"),
        (lambda: sequential(Strict(), keras.layers.Dense(2)), "unexpected keyword argument"),
    ],
)
def test_what_cannot_be_saved_is_told(model, why, x, tmp_path):
    with pytest.raises(UsageError, match=why):
        loadstone.save(model(), tmp_path / "m.lode", examples=x)
    assert not list(tmp_path.iterdir())


def test_examples_that_do_not_fit(x, tmp_path):
    model = sequential(keras.layers.Dense(2))
    with pytest.raises(UsageError, match="the rows have 3 columns"):
        loadstone.save(model, tmp_path / "m.lode", examples=x[:, :3])


def test_outputs_that_were_expected_and_are_not_given(x, tmp_path):
    model = sequential(keras.layers.Dense(2))
    expected = model.predict(x, verbose=0) + 1
    with pytest.raises(SaveError, match="LS604"):
        loadstone.save(model, tmp_path / "m.lode", examples=(x, expected))


def test_two_classes_of_one_name(x, tmp_path):
    def another():
        class Squashed(keras.layers.Layer):
            def call(self, x):
                return x * 2

        return Squashed()

    model = sequential(Squashed(), another(), keras.layers.Dense(2))
    with pytest.raises(SaveError, match="two classes or functions"):
        loadstone.save(model, tmp_path / "m.lode", examples=x)


def test_several_inputs_in_every_form(tmp_path, monkeypatch):
    """Arrays by name, records, `.npz` and JSON say the same to a live save, a file, a bundle."""
    monkeypatch.chdir(tmp_path)
    a, b = keras.Input((3,), name="a"), keras.Input((2,), name="b")
    out = keras.layers.Dense(2)(keras.layers.Concatenate()([a, b]))
    model = keras.Model({"a": a, "b": b}, out)
    rng = np.random.default_rng(3)
    columns = {"a": rng.random((5, 3), "float32"), "b": rng.random((5, 2), "float32")}
    records = [{"a": columns["a"][at].tolist(), "b": columns["b"][at].tolist()} for at in range(5)]
    expected = model.predict(columns, verbose=0)
    report = loadstone.save(model, "live.lode", examples=(columns, expected))
    assert report.verdict.predicts_the_same == "identical"
    model.save("model.keras")
    np.savez("rows.npz", **columns)
    lists = {name: values.tolist() for name, values in columns.items()}
    Path("rows.json").write_text(json.dumps(lists))
    Path("records.json").write_text(json.dumps(records))
    for name in ("live.lode", "model.keras"):
        predictor = loadstone.load(name)
        forms = [columns, records]
        for form in forms + [lists] * (name == "live.lode"):
            assert np.allclose(predictor.predict(form), expected, 0, 1e-6)
        one = predictor.predict(records[1])
        assert np.allclose(one, expected[1], 0, 1e-6)
        for rows in ("rows.npz", "rows.json", "records.json"):
            assert main(["predict", name, "-i", rows, "-o", "y.json", "--overwrite"]) == 0
            found = json.loads(Path("y.json").read_text())["predictions"]
            assert np.allclose(found, expected, 0, 1e-6)
