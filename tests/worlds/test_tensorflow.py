"""TensorFlow and Keras models predict what they predicted: in their own world and in another."""

import json
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from build import WORLDS
from world_pythons import python_of

import loadstone
from loadstone import bare_file
from loadstone.core import DropArguments
from loadstone.errors import LoadError
from loadstone.fixes import keras_metadata, operators
from loadstone.fixes.restore import restore
from loadstone.saving_file import save_file

pytestmark = [
    pytest.mark.slow,
    # of Keras 3.15's own tensors under numpy 2, and of what Keras 2 wrote in Keras 3
    pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning"),
    pytest.mark.filterwarnings("ignore:Do not pass an:UserWarning"),
]
TENSORFLOW = [name for name, world in WORLDS.items() if world.get("make") == "make_tensorflow.py"]
CLOSE = 1e-5  # of single precision, between kernels of two versions


def outcome(found, expected):
    """Return the worst outcome over the outputs."""
    if isinstance(expected, dict):
        assert found.keys() == expected.keys()
        order = ["identical", "within tolerance", "differs"]
        told = [outcome(found[name], value) for name, value in expected.items()]
        return max(told, key=order.index)
    found, wanted = np.asarray(found), np.asarray(expected)
    if found.tolist() == wanted.tolist():
        return "identical"
    close = found.shape == wanted.shape and wanted.dtype.kind == "f"
    return "within tolerance" if close and np.allclose(found, wanted, 0, CLOSE) else "differs"


@pytest.mark.parametrize("world", TENSORFLOW)
def test_told_nothing_but_the_file(world, made, table):
    """The environment is inferred from each file, rebuilt, and predicts what was predicted."""
    folder, cases = made(world)
    wrong = []
    for name, case in cases.items():
        with loadstone.load(folder / case["file"]) as predictor:
            found = outcome(predictor.predict(case["rows"]), case["predictions"])
            table.append((world, name, predictor.about["versions"], found))
            wrong += [name] if found == "differs" else []
    assert wrong == []


@pytest.mark.parametrize(
    ("writer", "reader"), [("py310-tf210", "py39-tf28"), ("py39-tf28", "py310-tf210")]
)
def test_the_version_conflict_that_is_none(writer, reader, made):
    """2.10 in 2.8 and 2.8 in 2.10: every kind loads, and predicts the same."""
    folder, cases = made(writer)
    assert {"simple", "sequential", "functional", "texts", "image", "unsigned"} <= set(cases)
    for name, case in cases.items():
        with bare_file.load(folder / case["file"], python=python_of(reader)) as predictor:
            found = outcome(predictor.predict(case["rows"]), case["predictions"])
        assert found != "differs", name


def test_a_newer_one_that_really_fails(made):
    """2.15 in 2.8: an operator that 2.8 does not have; rebuilt, it predicts."""
    folder, cases = made("py311-tf215")
    case = cases["simple"]
    with pytest.raises(LoadError) as caught:
        bare_file.load(folder / case["file"], python=python_of("py39-tf28"))
    assert "DisableCopyOnRead" in json.dumps([str(item) for item in caught.value.report.errors])
    with loadstone.load(folder / case["file"]) as predictor:
        assert outcome(predictor.predict(case["rows"]), case["predictions"]) == "identical"


SAVED_BY_NEWER = [
    "simple",
    "signed",
    "unsigned",
    "words",
    "texts",
    "sequential",
    "functional",
    "image",
]
THE_SAME = """
import sys
from tensorflow.core.protobuf import saved_model_pb2

read = saved_model_pb2.SavedModel.FromString
before, after = (read(open(path, "rb").read()) for path in sys.argv[1:])
for graph in before.meta_graphs:
    for function in graph.graph_def.library.function:
        gone = {node.name for node in function.node_def if node.op == "DisableCopyOnRead"}
        kept = [node for node in function.node_def if node.name not in gone]
        for node in kept:
            node.input[:] = [name for name in node.input if name.lstrip("^") not in gone]
        del function.node_def[:]
        function.node_def.extend(kept)
        for key in [key for key, name in function.control_ret.items() if name in gone]:
            del function.control_ret[key]
            function.signature.control_output.remove(key)
print(before == after)
"""


@pytest.mark.parametrize("name", SAVED_BY_NEWER)
def test_a_newer_one_opened_by_an_older(name, made, tmp_path):
    """2.15 in 2.8, without the operator that serves saving only; 2.15 still takes it too."""
    folder, cases = made("py311-tf215")
    case, copy = cases[name], tmp_path / name
    operators.drop(folder / case["file"], "DisableCopyOnRead", copy)
    for reader in ("py39-tf28", "py310-tf210", "py311-tf215"):
        with bare_file.load(copy, python=python_of(reader)) as predictor:
            found = outcome(predictor.predict(case["rows"]), case["predictions"])
        assert found != "differs", reader
    programs = [str(at / "saved_model.pb") for at in (folder / case["file"], copy)]
    told = [python_of("py311-tf215"), "-c", THE_SAME, *programs]
    assert subprocess.run(told, capture_output=True, text=True, check=True).stdout == "True\n"


WITH_ITS_CLASS = """
import sys
import numpy as np
import tensorflow as tf

class Own(tf.keras.Model):
    def __init__(self, size=2):
        super().__init__()
        self.inner = tf.keras.layers.Dense(size)

    def call(self, given):
        return self.inner(given)

model = tf.keras.models.load_model(sys.argv[1], compile=False, custom_objects={"Own": Own})
print(np.asarray(model(np.ones((2, 3), "float32"))).tolist())
"""


def test_a_subclassed_model_is_given_its_class_in_2_8(tmp_path):
    """2.8 says `KeyError: 'layers'`, and of the copy predicts what 2.10 does of the original."""
    saved = Path(__file__).parents[1] / "files" / "keras_crossings" / "own"
    keras_metadata.forget(saved, tmp_path / "own.fixed")

    def told(world, path):
        run = [python_of(world), "-c", WITH_ITS_CLASS, str(path)]
        return subprocess.run(run, capture_output=True, text=True, check=False)

    assert "KeyError: 'layers'" in told("py39-tf28", saved).stderr
    expected = told("py310-tf210", saved).stdout
    assert expected
    for world in ("py39-tf28", "py310-tf210", "py311-tf215"):
        assert told(world, tmp_path / "own.fixed").stdout == expected, world


GONE = Path(__file__).parents[1] / "files" / "keras_gone"


@pytest.mark.parametrize("name", ["texts", "mobile", "signal"])
def test_keras_2_in_keras_3_without_the_arguments_that_are_gone(name, tmp_path):
    """Keras 3 refuses the file, and predicts the same of the copy."""
    python, path = python_of("py313-tf221"), GONE / f"{name}.h5"
    case = json.loads((GONE / "predictions.json").read_text())[name]
    with pytest.raises(LoadError) as caught:
        bare_file.load(path, python=python)
    told = json.dumps([str(item) for item in caught.value.report.errors])
    assert "Unrecognized keyword arguments" in told
    copy = tmp_path / path.name
    restore(path, DropArguments(copy.name, ()), copy)
    with bare_file.load(copy, python=python) as predictor:
        assert predictor.about["versions"]["keras"] == "3.15.0"
        assert outcome(predictor.predict(case["rows"]), case["predictions"]) != "differs"


@pytest.mark.parametrize("name", ["gate", "hard"])
def test_hard_sigmoid_is_another_function_in_keras_3(name, tmp_path):
    """LS613: it loads and predicts otherwise; a model with it gets no copy for Keras 3."""
    case = json.loads((GONE / "predictions.json").read_text())[name]
    text = case["config"]
    data = (GONE / f"{name}.h5").read_bytes()
    short = text.replace(', "time_major": false', "")
    copy = tmp_path / f"{name}.h5"
    copy.write_bytes(data.replace(text.encode(), short.encode().ljust(len(text))))
    with bare_file.load(copy, python=python_of("py313-tf221")) as predictor:
        assert outcome(predictor.predict(case["rows"]), case["predictions"]) == "differs"


@pytest.mark.parametrize(
    ("name", "form"),
    [("simple", "portable"), ("functional.h5", "portable"), ("texts", "original")],
)
def test_kept_in_a_bundle_with_its_lock(name, form, made, tmp_path):
    """The folder or file is gone; its bytes, its environment and its witnesses came along.

    Without TensorFlow here it predicts in ONNX; not where the graph has no such form: ids of texts.
    """
    pytest.importorskip("onnxruntime")
    folder, cases = made("py310-tf210")
    case = cases[name]
    bundle = tmp_path / "kept.lode"
    report = save_file(folder / case["file"], bundle, examples=case["rows"])
    assert report.verdict.predicts_the_same in {"identical", "within tolerance"}
    for env, used in (("auto", form), ("isolated", "original")):
        with loadstone.load(bundle, env=env) as predictor:
            assert predictor.report.replay.form == used
            assert ("tensorflow" in predictor.about["versions"]) == (used == "original")
            assert predictor.report.verdict.predicts_the_same in {"identical", "within tolerance"}
            found = outcome(predictor.predict(case["rows"]), case["predictions"])
            assert found != "differs"


@pytest.mark.parametrize(
    ("world", "kinds"),
    [
        ("py310-tf210", ["simple", "sequential", "functional", "image", "unsigned"]),
        ("py39-tf28", ["simple", "sequential.h5", "functional"]),
    ],
)
def test_kept_in_onnx_it_predicts_other_rows_as_its_world_does(world, kinds, made, tmp_path, table):
    pytest.importorskip("onnxruntime")
    folder, cases = made(world)
    for name in kinds:
        case = cases[name]
        bundle = tmp_path / f"{name}.lode"
        save_file(folder / case["file"], bundle, examples=case["rows"])
        other = scaled(case["rows"])
        with loadstone.load(bundle, env="isolated") as predictor:
            wanted = predictor.predict(other)
        with loadstone.load(bundle, on_unknown="ignore") as predictor:
            form = predictor.report.replay.form
            found = outcome(predictor.predict(other), wanted)
        table.append((world, name, {"form": form}, found))
        assert form == "portable"
        assert found != "differs"


def scaled(rows):
    """Return rows of numbers of half the size, those of whole numbers turned round."""
    if isinstance(rows, dict):
        return {name: scaled(values) for name, values in rows.items()}
    if isinstance(rows[0], dict):
        return rows[::-1]
    values = np.asarray(rows)
    return (values * 0.5).astype(np.float32) if values.dtype.kind == "f" else values[::-1]


def test_the_story_of_the_two_versions(tmp_path):
    """`examples/tensorflow_versions` runs whole."""
    for world in ("py310-tf210", "py39-tf28"):
        python_of(world)
    story = Path(__file__).parents[2] / "examples" / "tensorflow_versions" / "story.py"
    run = [sys.executable, str(story), str(tmp_path)]
    done = subprocess.run(run, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("apart") == 4
