"""Models of MLEM 0.2 and 0.4: what each reported after loading them."""

import json
from pathlib import Path

import pytest
from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "mlem"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
NAMES = {"sklearn": "scikit-learn"}
WORDS = {"sklearn": "library", "pipeline": "library", "lightgbm": "no", "function": "yes"}


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_mlem_loaded(name):
    artifact, told = read(FILES / name / "model.mlem"), TOLD[name]
    assert (artifact.format, artifact.damage) == ("mlem", ())
    assert artifact.detail["model_type"] == told["type"]
    assert [artifact.detail["inner"]] == list(told["artifacts"].values())
    assert artifact.requires == {
        NAMES.get(module, module): f"=={version}"
        for module, version in told["requirements"].items()
    }
    assert [item.name for item in artifact.signatures] == list(told["methods"])
    assert artifact.opening_runs_code == WORDS[name.partition("-")[2]]
    if artifact.modules and told["type"] != "callable":
        assert f"{artifact.modules[0].module}.{artifact.modules[0].name}" == told["loaded"]


def test_methods_tell_what_they_take_and_return():
    first = read(FILES / "0.4.14-sklearn" / "model.mlem").signatures[0]
    assert [(port.name, port.dtype, port.shape) for port in first.inputs] == [
        ("age", "float64", (None,)),
        ("income", "int64", (None,)),
    ]
    assert [(port.dtype, port.shape) for port in first.outputs] == [("int64", (None,))]
    second = read(FILES / "0.2.9-pipeline" / "model.mlem").signatures[1]
    assert [(port.name, port.dtype, port.shape) for port in second.inputs] == [
        ("data", "float64", (None, 2))
    ]
    assert [(port.dtype, port.shape) for port in second.outputs] == [("float64", (None, 2))]


def test_steps_of_other_types_and_files_are_not_judged(tmp_path):
    text = (FILES / "0.4.14-sklearn" / "model.mlem").read_text()
    (tmp_path / "model").write_bytes((FILES / "0.4.14-sklearn" / "model").read_bytes())
    more = text.replace("processors:\n", "processors:\n  before:\n    type: mine\n")
    (tmp_path / "m.mlem").write_text(more)
    artifact = read(tmp_path / "m.mlem")
    assert (artifact.opening_runs_code, artifact.calls) == ("unknown", ("mine",))
    more = text.replace("artifacts:\n", "artifacts:\n  extra:\n    uri: other\n")
    (tmp_path / "m.mlem").write_text(more)
    artifact = read(tmp_path / "m.mlem")
    assert artifact.detail["inner"] == "model"
    assert (artifact.opening_runs_code, artifact.calls) == (
        "unknown",
        ("`other`, which is not judged",),
    )
