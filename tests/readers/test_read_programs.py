"""Core ML, OpenVINO, PaddlePaddle, PMML: what their own libraries reported."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files"
COREML = json.loads((FILES / "coreml" / "truth.json").read_text())
OPENVINO = json.loads((FILES / "openvino" / "truth.json").read_text())


@pytest.mark.parametrize("name", sorted(COREML))
def test_core_ml(name):
    artifact, told = read(FILES / "coreml" / name), COREML[name]
    assert artifact.format == ("coreml-package" if name.endswith("package") else "coreml")
    assert not artifact.damage
    assert artifact.detail["specification_version"] == told["version"]
    assert artifact.detail["type"] == told["type"]
    (signature,) = artifact.signatures
    assert [port.name for port in signature.inputs] == told["inputs"]
    assert [port.name for port in signature.outputs] == told["outputs"]
    shapes = [list(port.shape or ()) or None for port in signature.inputs]
    assert shapes == told["shapes"]


def test_core_ml_names_what_an_app_has_to_bring():
    artifact = read(FILES / "coreml" / "network.mlmodel")
    assert artifact.detail["custom_layers"] == "OwnLayer"
    assert artifact.ops == {"innerProduct": 1, "custom::OwnLayer": 1}


def test_core_ml_tells_operations_and_steps():
    program = read(FILES / "coreml" / "program.mlpackage")
    assert program.producer == {"coremltools": "9.0"}
    assert program.ops["relu"] == program.ops["add"] == 1
    steps = read(FILES / "coreml" / "regressor.mlmodel").modules
    assert [(step.path, step.name) for step in steps] == [
        ("", "pipelineRegressor"),
        ("0", "featureVectorizer"),
        ("1", "glmRegressor"),
    ]


def test_a_core_ml_package_without_its_root_is_damaged(tmp_path):
    folder = tmp_path / "m.mlpackage"
    shutil.copytree(FILES / "coreml" / "program.mlpackage", folder)
    inside = folder / "Data" / "com.apple.CoreML"
    (inside / "model.mlmodel").rename(inside / "other.mlmodel")
    (damage,) = read(folder).damage
    assert damage.kind == "missing-member"
    assert damage.detail["member"] == "Data/com.apple.CoreML/model.mlmodel"


def test_openvino():
    path, told = FILES / "openvino" / "tiny.xml", OPENVINO["tiny.xml"]
    artifact = read(path)
    assert not artifact.damage
    assert {name.lower(): count for name, count in artifact.ops.items()} == {
        name.lower(): count for name, count in told["ops"].items()
    }
    (state,) = artifact.state_dicts
    assert set(state.tensors) == set(told["constants"])
    for key, item in told["constants"].items():
        fact = state.tensors[key]
        assert (fact.dtype, list(fact.shape)) == (item["dtype"], item["shape"])
        assert hashlib.sha256(joined(path, fact)).hexdigest() == item["sha256"]
    (signature,) = artifact.signatures
    assert [list(port.shape) for port in signature.inputs] == told["inputs"]
    assert [list(port.shape) for port in signature.outputs] == told["outputs"]


@pytest.mark.parametrize(("length", "kind"), [(None, "missing-member"), (27, "short-member")])
def test_openvino_without_its_weights(tmp_path, length, kind):
    shutil.copytree(FILES / "openvino", tmp_path / "m")
    weights = tmp_path / "m" / "tiny.bin"
    if length is None:
        weights.unlink()
    else:
        os.truncate(weights, length)
    (damage,) = read(tmp_path / "m" / "tiny.xml").damage
    assert (damage.kind, damage.detail["member"]) == (kind, "tiny.bin")


@pytest.mark.parametrize("path", sorted((FILES / "paddle").glob("paddle?.?.?.pdiparams")), ids=str)
def test_paddle_parameters(path):
    truth = json.loads((path.parent / f"truth_{path.stem}.json").read_text())
    (state,) = read(path).state_dicts
    facts = [
        (fact.dtype, list(fact.shape), hashlib.sha256(joined(path, fact)).hexdigest())
        for fact in state.tensors.values()
    ]
    told = [tuple(item.values()) for item in truth["state_dict"].values()]
    assert sorted(facts) == sorted(told)


def test_paddle_program(tmp_path):
    path = FILES / "paddle" / "paddle2.6.2.pdmodel"
    artifact = read(path)
    truth = json.loads((path.parent / "truth_paddle2.6.2.json").read_text())
    assert artifact.producer == {"paddlepaddle": "2.6.2"}
    assert sorted(artifact.state_dicts[0].tensors) == truth["names"]
    assert artifact.signatures[0].inputs[0].shape == (None, 3)
    assert artifact.ops["matmul_v2"] == 1
    assert [part.role for part in artifact.parts] == ["weights"]
    shutil.copy(path, tmp_path / "m.pdmodel")
    (damage,) = read(tmp_path / "m.pdmodel").damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", "m.pdiparams")
    (tmp_path / "m.pdiparams").write_bytes(bytes(40))
    assert [item.kind for item in read(tmp_path / "m.pdmodel").damage] == ["short-member"]


def test_paddle_program_in_json(tmp_path):
    path = FILES / "paddle" / "paddle3.2.0.json"
    artifact = read(path)
    assert (artifact.format, artifact.ops["1.matmul"]) == ("paddle-json", 1)
    assert not artifact.damage
    shutil.copy(path, tmp_path / "m.json")
    assert [item.kind for item in read(tmp_path / "m.json").damage] == ["missing-member"]


def test_pmml_of_nyoka():
    artifact = read(FILES / "pmml" / "nyoka.pmml")
    assert not artifact.damage
    assert artifact.producer == {"Nyoka": "5.5.0"}
    (signature,) = artifact.signatures
    assert [port.name for port in signature.inputs] == ["a", "b", "c"]
    assert [port.name for port in signature.outputs] == ["price", "predicted_price"]


SCALED = (FILES / "pmml" / "scaled.pmml").read_bytes()


def test_pmml_by_hand():
    artifact = read(FILES / "pmml" / "scaled.pmml")
    (signature,) = artifact.signatures
    assert [(port.name, port.dtype) for port in signature.inputs] == [
        ("age", "int64"),
        ("kind", "string"),
    ]
    assert [port.name for port in signature.outputs] == ["price", "predicted"]
    assert artifact.modules[0].attributes == {"function": "regression", "name": "tiny"}


DOCTYPE = b'<!DOCTYPE PMML [<!ENTITY a "aaaa"><!ENTITY b SYSTEM "file:///etc/passwd">]>'


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (SCALED[:-20], "truncated"),
        (SCALED[:500], "truncated"),
        (SCALED.replace(b"<PMML", DOCTYPE + b"<PMML"), "malformed"),
        (SCALED.replace(b"</Header>", b"</Head>"), "malformed"),
        (SCALED.replace(b"<DataField ", b"<x>" * 2000 + b"<DataField ", 1), "limit"),
    ],
)
def test_pmml_damage(tmp_path, data, kind):
    path = tmp_path / "m.pmml"
    path.write_bytes(data)
    artifact = read(path)
    assert artifact.format == "pmml"
    assert [item.kind for item in artifact.damage] == [kind]
