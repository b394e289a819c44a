"""PMML by JPMML and nyoka in two versions each: what JPMML's evaluator reported after loading."""

import json
from pathlib import Path

import pytest
from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "pmml_versions"
TOLD = json.loads((FILES / "truth.json").read_text())
TYPES = {"double": "float64", "integer": "int64", "boolean": "bool", "string": "string"}
NAMES = {"sklearn2pmml": "SkLearn2PMML package", "nyoka": "Nyoka"}
WHOLE = (FILES / "sklearn2pmml-0.133.1-logistic.pmml").read_bytes()


@pytest.mark.parametrize("name", sorted(TOLD))
def test_fields_are_those_that_the_evaluator_reports(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.format, artifact.damage, artifact.opening_runs_code) == ("pmml", (), "no")
    (signature,) = artifact.signatures
    assert [(port.name, port.dtype) for port in signature.inputs] == [
        (field, TYPES[kind]) for field, kind, _ in told["inputs"]
    ]
    assert [(port.name, port.dtype) for port in signature.outputs] == [
        (field, TYPES[kind]) for field, kind, _ in told["targets"] + told["outputs"]
    ]
    package, version, kind = name.removesuffix(".pmml").split("-")
    (wrote,) = artifact.producer
    assert (wrote, artifact.producer[wrote].partition(" ")[0]) == (NAMES[package], version)
    assert artifact.detail.get("classes") == (None if kind == "linear" else "no, yes")
    function = "regression" if kind == "linear" else "classification"
    assert artifact.modules[0].attributes["function"] == function


@pytest.mark.parametrize(
    ("old", "new", "dtype"),
    [
        (
            b' dataType="double" feature="probability" value="no"',
            b' feature="probability"',
            "float64",
        ),
        (b' dataType="double" feature="probability" value="no"', b"", "string"),
        (b' dataType="double" feature="probability" value="no"', b' feature="entityId"', None),
        (b' dataType="double" feature="probability" value="no"', b' dataType="dateTime"', None),
    ],
)
def test_outputs_that_do_not_say_their_type(tmp_path, old, new, dtype):
    path = tmp_path / "m.pmml"
    assert old in WHOLE
    path.write_bytes(WHOLE.replace(old, new))
    (signature,) = read(path).signatures
    assert signature.outputs[1].dtype == dtype
