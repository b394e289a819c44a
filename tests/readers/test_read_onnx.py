"""ONNX: what `onnx` itself reported of the committed files, of three of its versions."""

import hashlib
import json
import os
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "onnx"
TRUTH = {
    name: told
    for path in sorted(FILES.glob("truth_*.json"))
    for name, told in json.loads(path.read_text()).items()
}
WORDS = {
    "FLOAT": "float32", "DOUBLE": "float64", "INT64": "int64", "INT8": "int8", "FLOAT16": "float16",
    "BOOL": "bool", "STRING": "string", "INT4": "int4", "BFLOAT16": "bfloat16",
    "FLOAT8E4M3FN": "float8_e4m3fn",
}  # fmt: skip
PLACED = {"float32", "float64", "int8"}  # what these files hold raw, or typed as in memory
EXTERNAL = "external_onnx1.17.0.onnx"


def ports(found):
    return [[item.name, item.dtype, item.shape and list(item.shape)] for item in found]


def expected(told):
    return [[item["name"], WORDS[item["type"]], item["shape"] or None] for item in told]


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_facts_are_what_onnx_reported(name):
    path, told = FILES / name, TRUTH[name]
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("onnx", "program")
    assert not artifact.damage
    assert not artifact.disagreements
    producer, version = told["producer"]
    assert artifact.producer == ({producer: version or None} if producer else {})
    assert artifact.detail["ir_version"] == told["ir_version"]
    assert artifact.ops == told["ops"]
    for domain, number in told["opsets"].items():
        assert artifact.detail[f"opset.{domain}" if domain else "opset"] == number
    for key, value in told["metadata"].items():
        assert artifact.detail[f"metadata.{key}"] == value
    (signature,) = artifact.signatures
    for side, found in (("inputs", signature.inputs), ("outputs", signature.outputs)):
        got = [[*item[:2], item[2] or None] for item in ports(found)]
        assert got == expected(told[side])
    main = [state for state in artifact.state_dicts if state.path == ""]
    held = main[0].tensors if main else {}
    assert set(held) == set(told["initializers"])
    for key, item in told["initializers"].items():
        fact = held[key]
        assert (fact.dtype, list(fact.shape)) == (WORDS[item["type"]], item["dims"])
        if fact.extent is not None and item["sha256"]:
            assert hashlib.sha256(joined(path, fact)).hexdigest() == item["sha256"], key
        assert fact.dtype not in PLACED or fact.extent is not None, key


def test_subgraphs_functions_and_foreign_domains_are_told():
    artifact = read(FILES / "graph_onnx1.17.0.onnx")
    inner = {state.path: list(state.tensors) for state in artifact.state_dicts if state.path}
    assert inner == {"if.then_branch": ["one"]}
    assert artifact.state_dicts[0].others == {"sparse": "sparse tensor float32 2×3"}
    assert artifact.detail["custom_domains"] == "ai.onnx.contrib"
    artifact = read(FILES / "function_onnx1.17.0.onnx")
    assert artifact.detail["functions"] == "local::Twice"
    assert "custom_domains" not in artifact.detail


@pytest.fixture
def external(tmp_path):
    for name in (EXTERNAL, EXTERNAL + ".data"):
        shutil.copy(FILES / name, tmp_path / name)
    return tmp_path / EXTERNAL


def beside(path):
    return path.with_name(path.name + ".data")


def test_external_data_that_is_there_is_a_part(external):
    artifact = read(external)
    (part,) = artifact.parts
    assert (part.path, part.size, part.role) == (beside(external).name, 3300, "weights")
    assert artifact.detail["external_tensors"] == 2


def test_external_data_that_is_not_there_is_damage(external):
    beside(external).unlink()
    artifact = read(external)
    (damage,) = artifact.damage
    assert (damage.kind, damage.detail["member"]) == ("missing-member", beside(external).name)
    assert all(fact.extent is None for fact in artifact.state_dicts[0].tensors.values())


def test_external_data_that_is_cut_is_damage(external):
    os.truncate(beside(external), 3000)
    (damage,) = read(external).damage
    assert damage.kind == "short-member"
    assert (damage.detail["have"], damage.detail["need"]) == (3000, 3300)


@pytest.mark.parametrize("start", ["../", "/", "a/../../", "C:/", "..\\"])
def test_a_path_out_of_the_folder_is_damage_and_is_not_followed(external, start):
    old = beside(external).name.encode()
    new = start.encode() + old[len(start) :]
    external.write_bytes(external.read_bytes().replace(old, new))
    outside = external.parent.parent / new.decode().replace("\\", "/").rsplit("/", 1)[-1]
    artifact = read(external)
    assert [item.kind for item in artifact.damage] == ["outside"]
    assert not artifact.parts
    assert not outside.exists()


def test_a_link_out_of_the_folder_is_not_followed(external, tmp_path_factory):
    elsewhere = tmp_path_factory.mktemp("elsewhere") / "blob"
    beside(external).rename(elsewhere)
    beside(external).symlink_to(elsewhere)
    artifact = read(external)
    assert [item.kind for item in artifact.damage] == ["link-outside"]
    assert not artifact.parts
    blobs = tmp_path_factory.mktemp("hub") / "models--org--name" / "blobs"
    blobs.mkdir(parents=True)  # as huggingface_hub keeps files
    elsewhere.rename(blobs / "blob")
    beside(external).unlink()
    beside(external).symlink_to(blobs / "blob")
    artifact = read(external)
    assert not artifact.damage
    assert [part.path for part in artifact.parts] == [beside(external).name]


def test_a_file_that_is_cut_is_truncated(tmp_path):
    path = tmp_path / "m.onnx"
    whole = (FILES / "graph_onnx1.17.0.onnx").read_bytes()
    path.write_bytes(whole[:300])
    artifact = read(path)
    assert artifact.format == "onnx"
    assert [item.kind for item in artifact.damage] == ["truncated"]
    assert artifact.producer == {"maker": "1.2"}


def field(number, data):
    assert len(data) < 128
    key = number << 3 | 2
    return (bytes([key]) if key < 128 else bytes([key & 127 | 128, 1])) + bytes([len(data)]) + data


def test_two_initializers_of_one_name_disagree(tmp_path):
    tensor = field(5, b"\x08\x01\x10\x01" + field(8, b"W") + field(9, bytes(4)))
    path = tmp_path / "m.onnx"
    path.write_bytes(b"\x08\x08" + field(7, tensor + tensor))
    artifact = read(path)
    assert [item.kind for item in artifact.disagreements] == ["duplicate-name"]
    assert artifact.opening_runs_code == "unknown"


def test_training_graphs_are_walked(tmp_path):
    graph = field(1, field(4, b"Adam") + field(7, b"ai.onnx.preview.training"))
    path = tmp_path / "m.onnx"
    path.write_bytes(b"\x08\x08" + field(7, b"") + field(20, field(2, graph)))
    artifact = read(path)
    assert artifact.ops == {"ai.onnx.preview.training::Adam": 1}
    assert artifact.detail["training_graphs"] == 1


@pytest.mark.parametrize("path", sorted(FILES.glob("*.pb")), ids=lambda path: path.name)
def test_a_lone_tensor_is_told_from_a_model(path):
    artifact = read(path)
    assert (artifact.format, artifact.content) == ("onnx-tensor", "tensor")
    assert str(artifact.state_dicts[0].tensors["input"]) == "float32 2×3"


def test_the_file_of_onnx_runtime_is_recognised(tmp_path):
    path = tmp_path / "m.ort"
    path.write_bytes(b"\x20\0\0\0ORTM" + bytes(64))
    assert (read(path).format, read(path).framework) == ("ort", "onnxruntime")


def test_a_model_that_is_cut_between_its_fields_is_damaged(tmp_path):
    path = tmp_path / "model.onnx"
    start, graph, opset = b"\x08\x08\x12\x04test", b"\x3a\x00", b"\x42\x02\x10\x11"
    for held, why in (
        (start + graph + opset, None),
        (start, "it has no graph: it may be cut off"),
        (start + graph, "it names no opset: it may be cut off"),
    ):
        path.write_bytes(held)
        assert [item.why for item in read(path).damage] == [why] * bool(why)
