"""Models of MLflow's flavors, made by MLflow 1, 2 and 3: what each reported after loading them."""

import json
import shutil
from pathlib import Path

import pytest
from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "mlflow"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
TYPES = {
    "double": "float64", "float": "float32", "long": "int64", "integer": "int32",
    "boolean": "bool", "string": "string", "binary": "object", "datetime": "datetime64[ns]",
    "float32": "float32", "float64": "float64", "int64": "int64",
    "Array(string)": "string", "{x: double (required), y: double (optional)}": None,
}  # fmt: skip
LIBRARIES = {
    "sklearn": "scikit-learn", "lgb": "lightgbm", "xgb": "xgboost", "pytorch": "torch",
    "cloudpickle": "cloudpickle", "onnx": "onnx", "statsmodels": "statsmodels",
    "transformers": "transformers", "keras": "keras",
}  # fmt: skip


OTHERS = {  # where the model lies, some of its tensors, and what opening it runs
    "onnx": ("model.onnx", {"weight"}, "no"),
    "keras": ("data/model.keras", {"layers/dense/vars/0", "layers/dense/vars/1"}, "no"),
    "statsmodels": ("model.statsmodels", {"_results.params"}, "library"),
    "transformers": ("model/model.safetensors", {"classifier.weight"}, "no"),
}


def ports(told):
    return [
        (
            item["name"] or "",
            TYPES[item["type"]],
            tuple(None if size == -1 else size for size in item["shape"])
            if item["shape"]
            else (None,) * (2 if item["type"].startswith("Array") else 1),
        )
        for item in told
    ]


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_mlflow_loaded(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.format, artifact.damage, artifact.disagreements) == ("mlflow", (), ())
    python = told["flavors"]["python_function"]
    assert artifact.detail["flavors"].split(", ") == list(told["flavors"])
    assert artifact.detail["loader_module"] == python["loader_module"]
    assert artifact.detail["python_version"] == python["python_version"]
    versions = {
        LIBRARIES[key.removesuffix("_version")]: value
        for flavor in told["flavors"].values()
        for key, value in flavor.items()
        if key.endswith("_version") and key != "python_version"
    }
    assert artifact.producer == {"mlflow": told["mlflow_version"]} | versions
    taken = [item for signature in artifact.signatures for item in signature.inputs]
    given = [item for signature in artifact.signatures for item in signature.outputs]
    assert [(port.name, port.dtype, port.shape) for port in taken] == ports(told["inputs"])
    assert [(port.name, port.dtype, port.shape) for port in given] == ports(told["outputs"])
    parameters = ", ".join(item.split("'")[1] for item in told["params"])
    assert artifact.detail.get("parameters", "") == parameters
    asked = {key + spec for key, spec in artifact.requires.items()}
    assert {line.partition(";")[0] for line in told["requirements"] if line} == asked


@pytest.mark.parametrize("name", sorted(TOLD))
def test_the_model_in_the_folder_is_the_one_that_mlflow_opens(name):
    artifact, told = read(FILES / name), TOLD[name]
    loaded, kind = told["loaded"], name.partition("-")[2]
    root = f"{artifact.modules[0].module}.{artifact.modules[0].name}" if artifact.modules else ""
    if kind in {"sklearn", "pickled", "skops"}:
        assert root == loaded
        word = "library"
    elif kind in {"lightgbm", "xgboost"}:
        assert root == next(iter(told["flavors"].values())).get("model_class", root)
        word = "no"
    elif kind.endswith("torch"):
        assert set(artifact.state_dicts[0].tensors) == {"0.weight", "0.bias", "2.weight", "2.bias"}
        word = "library" if artifact.detail["inner"].endswith(".pth") else "unknown"
    elif kind in OTHERS:
        inner, names, word = OTHERS[kind]
        tensors = [key for state in artifact.state_dicts for key in state.tensors]
        assert artifact.detail["inner"] == inner
        assert names <= set(tensors)
    else:
        assert loaded.rpartition(".")[2] in {"Own", "Plain", "Scale"}
        word = "yes"
    assert artifact.opening_runs_code == word
    inner = {"python": "python_model.pkl", "nested": "python_model.pkl", "source": "own.py"}
    assert artifact.detail["inner"] == inner.get(kind, artifact.detail["inner"])


def test_the_script_of_a_model_from_code_is_named_and_missed(tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(FILES / "3.17.2-source", folder)
    assert read(folder).calls == ("the code in own.py",)
    (folder / "own.py").unlink()
    (damage,) = read(folder).damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", "own.py")
    assert read(folder).opening_runs_code == "yes"


def test_columns_that_may_be_left_out(tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(FILES / "3.17.2-sklearn", folder)
    text = (folder / "MLmodel").read_text()
    (folder / "MLmodel").write_text(text.replace('"required": true', '"required": false', 1))
    assert read(folder).detail["optional"] == "age"


@pytest.mark.parametrize(
    ("file", "text", "call"),
    [
        ("components/mine.py", "raise SystemExit", "the code in components/mine.py"),
        ("components/tokenizer/tokenizer_config.json", '{"auto_map": {"A": "a--b.C"}}', "a--b.C"),
        ("model/config.json", '{"auto\\u005fmap": {"AutoModel": "mine.Net"}}', "mine.Net"),
    ],
)  # fmt: skip
def test_code_that_mlflow_trusts_for_transformers(tmp_path, file, text, call):
    folder = tmp_path / "m"
    shutil.copytree(FILES / "3.17.2-transformers", folder)
    assert read(folder).opening_runs_code == "no"
    (folder / file).write_text(text)
    artifact = read(folder)
    assert artifact.opening_runs_code == "yes"
    assert call in artifact.calls
