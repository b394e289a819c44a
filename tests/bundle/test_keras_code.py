"""Keras files with layers of one's own: the code is given, runs where the model does, and is kept.

The environment that would be rebuilt is this one; `tests/worlds` builds real ones.
"""

import json
import pickle
import platform
import sys
from pathlib import Path

import numpy as np
import pytest

import loadstone
from loadstone.cli import main
from loadstone.engine import original
from loadstone.environment import here, rebuild
from loadstone.environment.build import Built
from loadstone.environment.resolve import Lock
from loadstone.environment.wishes import Wishes
from loadstone.errors import LoadError, UsageError
from loadstone.inputs.given_code import NoCodeError, given_code
from loadstone.runtime.given_code import given
from loadstone.saving_file import save_file

keras = pytest.importorskip("keras")
h5py = pytest.importorskip("h5py")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")

LAYERS = """
import keras
from . import factors

@keras.saving.register_keras_serializable(package="own")
class Scale(keras.layers.Layer):
    def build(self, shape):
        self.scale = self.add_weight(shape=(shape[-1],), name="scale", initializer="ones")

    def call(self, x):
        return x * self.scale * factors.FACTOR

def swish2(x):
    return x * keras.ops.sigmoid(2 * x)
"""


@pytest.fixture
def project(tmp_path, monkeypatch):
    """Return a folder with a package, a model that is made with it, and its rows."""
    folder = tmp_path / "project"
    package = folder / "proj"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    (package / "layers.py").write_text(LAYERS)
    (package / "factors.py").write_text("FACTOR = 1.5\n")
    (package / "train.py").write_text("raise SystemExit('the training ran')\n")
    monkeypatch.chdir(folder)
    sys.path.insert(0, str(folder))
    from proj import layers

    keras.utils.set_random_seed(0)
    dense = keras.layers.Dense
    model = keras.Sequential(
        [keras.Input((4,)), dense(3, activation=layers.swish2), layers.Scale(), dense(2)]
    )
    model.save(folder / "model.keras")
    x = np.random.default_rng(0).random((5, 4)).astype("float32")
    np.save(folder / "x.npy", x)
    (folder / "y.json").write_text(json.dumps(model.predict(x, verbose=0).tolist()))
    sys.path.remove(str(folder))
    for name in [name for name in sys.modules if name.partition(".")[0] == "proj"]:
        del sys.modules[name]
    registered = keras.saving.get_custom_objects()
    registered.pop("own>Scale", None)
    yield folder
    for name in [name for name in sys.modules if name.partition(".")[0] == "proj"]:
        del sys.modules[name]
    registered.pop("own>Scale", None)


@pytest.fixture
def this_environment(monkeypatch):
    """Let what would be rebuilt be the environment at hand."""
    lock = Lock('lock-version = "1.0"\n', "3.11")
    python = Path(sys.executable)
    held = here.here().distributions
    built = Built(Path(sys.prefix), python, platform.python_version(), held)
    monkeypatch.setattr(rebuild, "isolated", lambda *_, **__: built)
    monkeypatch.setattr(rebuild, "lock", lambda *_: lock)


@pytest.mark.parametrize("way", [{"into": "proj.layers:Scale"}, {"code": ["proj/layers.py"]}])
def test_predicts_with_the_code_that_is_given(way, project):
    x = np.load("x.npy")
    with loadstone.load("model.keras", env="current", **way) as predictor:
        assert predictor.predict(x).tolist() == json.loads(Path("y.json").read_text())


def test_the_bundle_holds_the_code(project, this_environment, tmp_path, monkeypatch, capsys):
    named = ["--into", "proj.layers:Scale", "--examples", "x.npy", "-o", "model.lode"]
    assert main(["save", "model.keras", *named]) == 0
    assert "identical" in capsys.readouterr().out
    expected = json.loads(Path("y.json").read_text())
    (tmp_path / "elsewhere").mkdir()
    Path("model.lode").rename(tmp_path / "elsewhere" / "model.lode")
    Path("x.npy").rename(tmp_path / "elsewhere" / "x.npy")
    monkeypatch.chdir(tmp_path / "elsewhere")
    report = loadstone.check("model.lode")
    assert report.artifact.opening_runs_code == "yes"
    assert report.artifact.calls == ("proj.layers",)
    with loadstone.load("model.lode", env="isolated") as predictor:
        assert predictor.report.verdict.predicts_the_same == "identical"
        assert predictor.predict(np.load("x.npy")).tolist() == expected
    held = original.Files("model.lode").places
    assert {name for name in held if name.startswith("code/")} == {
        "code/proj/__init__.py",
        "code/proj/factors.py",
        "code/proj/layers.py",
    }


def test_the_same_in_python(project, this_environment):
    x = np.load("x.npy")
    report = loadstone.save("model.keras", "model.lode", examples=x, code=["proj/layers.py"])
    assert report.verdict.predicts_the_same == "identical"
    with pytest.raises(UsageError, match="goes with a file"):
        loadstone.save(object(), "live.lode", code=["proj/layers.py"])


def test_modules_of_one_name_are_each_models_own():
    def code(factor):
        held = {"layers": "from factors import FACTOR\nclass Scale:\n    factor = FACTOR\n"}
        held["factors"] = f"FACTOR = {factor}\n"
        modules = {name: {"source": text, "package": False} for name, text in held.items()}
        return {"modules": modules, "roots": ["layers"]}

    found = []
    for factor in (1, 2, 1):
        with given(code(factor)) as modules:
            found.append(modules.objects(["Scale"])["Scale"])
    assert [item.factor for item in found] == [1, 2, 1]
    assert found[0] is found[2]


def test_modules_that_were_given_are_not_importable_by_others(tmp_path, monkeypatch):
    """A project may have a module of the same name, before the load and after it."""
    monkeypatch.syspath_prepend(str(tmp_path))
    (tmp_path / "given_layers.py").write_text("KIND = 'of the project'\n")
    source = (
        "KIND = 'given'\n\n\ndef late():\n    import given_late\n\n    return given_late.KIND\n"
    )
    modules = {
        "given_layers": {"source": source, "package": False},
        "given_late": {"source": "KIND = 'late'\n", "package": False},
    }
    finders = list(sys.meta_path)
    with given({"modules": modules, "roots": ["given_layers"]}) as held:
        module = held.module("given_layers")
        assert module.KIND == "given"
    assert sys.meta_path == finders
    assert "given_layers" not in sys.modules
    with pytest.raises(ModuleNotFoundError):
        module.late()
    import given_layers

    assert given_layers.KIND == "of the project"
    with held:
        assert module.late() == "late"
        assert sys.modules["given_layers"] is module
    assert sys.modules.pop("given_layers") is given_layers


def test_it_predicts_where_it_was_saved_if_it_is_another_here(
    project, this_environment, monkeypatch
):
    """The very Keras that wrote it is here, but what it computes with is not."""
    save_file(
        "model.keras", "model.lode", examples=np.load("x.npy"), code=given_code(["proj/layers.py"])
    )
    sigmoid = keras.ops.sigmoid
    monkeypatch.setattr(keras.ops, "sigmoid", lambda x: sigmoid(x) * 1.001)
    told = []
    with loadstone.load("model.lode", wishes=Wishes(say=told.append)) as predictor:
        assert predictor.report.verdict.predicts_the_same == "identical"
        assert predictor.predict(np.load("x.npy")).tolist() == json.loads(
            Path("y.json").read_text()
        )
    assert told == ["using its environment: model.keras predicts differently here"]

    def nowhere(*_, **__):
        raise UsageError("no network")

    monkeypatch.setattr(rebuild, "isolated", nowhere)
    with pytest.raises(LoadError, match="LS600"):
        loadstone.load("model.lode")


def test_without_the_code_it_is_asked_for(project):
    """The layer is named, and no other version of Keras is advised."""
    with pytest.raises(LoadError) as caught:
        loadstone.load("model.keras", env="current")
    fixes = {item.check.code: item.finding.fix.title for item in caught.value.report.found}
    assert "--code FILE.py" in fixes["LS611"]
    assert "versions" not in fixes["LS611"]


@pytest.mark.parametrize("way", [["--into", "proj.layers:Scale"], ["--code", "proj/layers.py"]])
def test_check_loads_it_and_compares_every_variable(way, project, capsys):
    assert main(["check", "model.keras", *way]) == 0
    told = capsys.readouterr().out
    assert "5 variables as the file has them" in told
    assert "LS320" not in told


def test_check_tells_of_a_class_that_takes_other_arguments_or_shapes(project):
    source = Path("proj/layers.py").read_text()
    narrow = source.replace(
        "    def build", "    def __init__(self):\n        super().__init__()\n\n    def build"
    )
    Path("narrow.py").write_text(
        narrow.replace("from . import factors", "from proj import factors")
    )
    report = loadstone.check("model.keras", code=["narrow.py"])
    (found,) = [item for item in report.found if item.check.code == "LS611"]
    assert "unexpected keyword argument" in found.finding.message
    other = source.replace("shape=(shape[-1],)", "shape=(shape[-1] + 1,)")
    Path("other.py").write_text(other.replace("from . import factors", "from proj import factors"))
    report = loadstone.check("model.keras", code=["other.py"])
    assert report.verdict.loads == "no"
    assert "LS611" in [item.check.code for item in report.found]
    Path("few.py").write_text("class Scale:\n    pass\n")
    report = loadstone.check("model.keras", code=["few.py"])
    (found,) = [item for item in report.found if item.check.code == "LS611"]
    assert "has no `swish2`" in found.finding.message


def test_check_tells_of_a_class_that_keeps_other_values(project):
    """It loads, and what it holds is not what the file does."""
    source = Path("proj/layers.py").read_text().replace("from . import", "from proj import")
    source = source.replace(
        "    def call",
        "    def load_own_variables(self, store):\n"
        "        self.scale.assign(store['0'][()] * 2)\n\n"
        "    def call",
    )
    Path("twice.py").write_text(source)
    report = loadstone.check("model.keras", code=["twice.py"])
    (found,) = [item for item in report.found if item.check.code == "LS611"]
    assert "other than the file has it" in found.finding.message


def test_weights_of_a_described_model_are_fixed_with_the_code_of_its_layers(project, capsys):
    """What is frozen of a model inside comes last in HDF5: `--fix` needs the class to build it."""
    from keras.src.legacy.saving import legacy_h5_format

    sys.path.insert(0, str(project))
    from proj.layers import Scale

    sys.path.remove(str(project))
    layers = keras.layers
    held = [Scale(name="scale"), layers.BatchNormalization(name="norm"), layers.Dense(3, name="in")]
    inner = keras.Sequential([keras.Input((4,)), *held], name="inner")
    model = keras.Sequential([keras.Input((4,)), inner, layers.Dense(2, name="out")])
    rng = np.random.default_rng(1)
    model.set_weights([rng.random(item.shape) for item in model.get_weights()])
    with h5py.File("w.h5", "w") as file:
        legacy_h5_format.save_weights_to_hdf5_group(file, model)
    inner.trainable = False
    Path("net.json").write_text(model.to_json())
    asked = ["w.h5", "--into", "net.json", "--code", "proj/layers.py"]
    assert main(["check", *asked]) == 1
    assert "LS415" in capsys.readouterr().out
    assert main(["check", *asked, "--fix"]) == 0
    with pytest.raises(UsageError, match="holds code of its own"):  # of a module not given
        loadstone.check("w.h5", into="net.json", code=["proj/factors.py"])
    x = np.load("x.npy")
    asked = {"into": "net.json", "code": ["proj/layers.py"], "env": "current"}
    with loadstone.load("w.fixed.weights.h5", **asked) as predictor:
        assert predictor.predict(x).tolist() == model.predict(x, verbose=0).tolist()


def test_a_pickle_is_fixed_without_code(tmp_path, capsys):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps([1.5]))
    assert main(["check", str(path), "--code", "layers.py", "--fix"]) == 2
    assert "for the layers of a Keras file" in capsys.readouterr().err


def test_what_the_code_lacks_is_told(project):
    Path("other.py").write_text("class Scale:\n    pass\n")
    with pytest.raises(LoadError, match="the code that was given has no `swish2`"):
        loadstone.load("model.keras", code=["other.py"], env="current")


@pytest.mark.parametrize(
    ("settings", "why"),
    [
        ({"code": ["missing.py"]}, "no source of `missing`"),
        ({"into": "proj.gone:Net"}, "no source of `proj.gone`"),
        ({"code": ["broken.py"]}, "is no Python"),
        ({"into": "proj.layers:Scale", "fix": "safe"}, "takes no fixes"),
    ],
)
def test_what_cannot_be_given(settings, why, project):
    Path("broken.py").write_text("class :\n")
    with pytest.raises(UsageError, match=why):
        loadstone.load("model.keras", env="current", **settings)


def test_only_what_is_imported_comes_along(project):
    code = given_code(["proj.layers"])
    assert set(code["modules"]) == {"proj", "proj.layers", "proj.factors"}
    assert code["roots"] == ["proj.layers"]
    assert code["modules"]["proj"]["package"] is True


def test_a_file_of_another_folder(project, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    code = given_code(["project/proj/factors.py", str(project / "proj" / "factors.py")])
    assert code["roots"] == ["project.proj.factors"]
    with pytest.raises(NoCodeError):
        given_code(["../etc:passwd"])


def test_other_files_take_no_code(tmp_path):
    (tmp_path / "weights.npy").write_bytes(b"")
    with pytest.raises(UsageError, match="takes no `--code`"):
        loadstone.load(tmp_path / "weights.npy", code=["layers.py"])


def test_a_lambda_that_keras_refuses_is_told_with_what_trusts_it(tmp_path, monkeypatch):
    path = tmp_path / "lam.keras"
    monkeypatch.setattr(rebuild, "python_for", lambda *_, **__: None)
    layers = [keras.Input((3,)), keras.layers.Lambda(lambda x: 2 * x), keras.layers.Dense(2)]
    model = keras.Sequential(layers)
    model.save(path)
    with pytest.raises(LoadError) as caught:
        loadstone.load(path)
    (item,) = caught.value.report.errors
    assert item.check.code == "LS703"
    assert item.finding.fix.shell == f"loadstone predict {path} -i ROWS --trust"
    rows = np.ones((2, 3), np.float32)
    with loadstone.load(path, trust=True) as loaded:
        assert np.allclose(loaded.predict(rows), np.asarray(model.predict(rows, verbose=0)))
