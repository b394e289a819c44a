"""What is read of TensorFlow's files is what TensorFlow itself reported of them."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

from loadstone import readers
from loadstone.core.facts import Artifact

FILES = Path(__file__).parents[1] / "files" / "tensorflow"
TRUTH = {
    folder.name: json.loads((folder / "truth.json").read_text("utf-8"))
    for folder in sorted(FILES.glob("tf-*"))
}
CASES = [(version, name) for version, held in TRUTH.items() for name in held]
SAVED = [(version, name) for version, name in CASES if "graphs" in TRUTH[version][name]]
INSIDE = [
    (version, name, inside)
    for version, name in SAVED
    for inside in ("saved_model.pb", "keras_metadata.pb", "fingerprint.pb")
    if (FILES / version / name / inside).exists()
]
CHECKPOINTS = [(version, name) for version, name in CASES if "prefix" in TRUTH[version][name]]
LITE = [(version, name) for version, name in CASES if name.startswith("tflite/")]
WORDS = {"half": "float16", "bytes_": "string", "str_": "string", "object_": "string"}


def truth(version, name):
    return TRUTH[version][name]


def tensors(artifact: Artifact):
    found = {}
    for state in artifact.state_dicts:
        assert not found.keys() & state.tensors.keys()
        found |= state.tensors
    return found


def same_variables(path, artifact, held):
    found = tensors(artifact)
    expected = dict(held["variables"])
    assert expected.pop("_CHECKPOINTABLE_OBJECT_GRAPH", None) in (None, ["string", []])
    assert {name: [fact.dtype, list(fact.shape)] for name, fact in found.items()} == expected
    compared = 0
    for name, hexadecimal in held["values"].items():
        fact = found[name]
        if fact.extent is not None:
            assert joined(path, fact).hex() == hexadecimal, name
            compared += 1
    assert compared


def ports(given):
    return {
        port.name: [port.dtype, None if port.shape is None else list(port.shape)] for port in given
    }


def test_there_are_files_of_four_versions():
    assert [name.split("-")[1].rsplit(".", 1)[0] for name in TRUTH] == [
        "1.15", "2.15", "2.21", "2.8",
    ]  # fmt: skip
    assert len(SAVED) >= 14
    assert len(CHECKPOINTS) >= 6
    assert len(LITE) >= 7


@pytest.mark.parametrize(("version", "name"), SAVED)
def test_saved_models(version, name):
    path = FILES / version / name
    artifact = read(path)
    held = truth(version, name)
    assert (artifact.format, artifact.content, artifact.framework) == (
        "savedmodel", "program", "tensorflow",
    )  # fmt: skip
    assert artifact.is_folder
    assert not artifact.damage
    assert artifact.opening_runs_code == "no"
    same_variables(path, artifact, held)
    graphs = held["graphs"]
    assert artifact.producer["tensorflow"] == graphs[0]["tensorflow"] == version[3:]
    assert artifact.detail["tags"] == " | ".join(", ".join(graph["tags"]) for graph in graphs)
    assert artifact.detail["graphs"] == len(graphs)
    ops = {}
    for graph in graphs:
        for op, uses in graph["ops"].items():
            ops[op] = ops.get(op, 0) + uses
    assert dict(artifact.ops) == ops
    if artifact.detail["program"] == "saved_model.pbtxt":
        return
    assert artifact.detail["git"] == graphs[0]["git"]
    assert artifact.detail["tf_1"] == (not graphs[0]["objects"])
    expected = {}
    for graph in graphs:
        expected |= graph["signatures"]
    expected.pop("__saved_model_init_op", None)
    found = {item.name: item for item in artifact.signatures}
    assert found.keys() == expected.keys()
    for key, signature in expected.items():
        assert ports(found[key].inputs) == signature["inputs"]
        assert ports(found[key].outputs) == signature["outputs"]
    assert artifact.detail["functions"] == graphs[0]["objects"].get("function", 0)
    assert artifact.detail["variables"] == graphs[0]["objects"].get("variable", 0)
    assert artifact.detail["assets"] == ", ".join(graphs[0]["assets"])
    keras = any(word.startswith("_tf_keras") for word in graphs[0]["identifiers"])
    assert artifact.detail["keras"] == keras


@pytest.mark.parametrize(("version", "name", "inside"), INSIDE)
def test_a_file_of_a_saved_model_is_read_as_the_whole(version, name, inside):
    path = FILES / version / name / inside
    artifact, whole = read(path), read(path.parent)
    assert artifact.format == "savedmodel"
    assert artifact.detail["given"] == inside.removesuffix(".pb")
    assert artifact.signatures == whole.signatures
    same_variables(path, artifact, truth(version, name))


def test_what_keras_wrote_beside_it():
    artifact = read(FILES / "tf-2.8.4" / "keras")
    assert artifact.producer == {"tensorflow": "2.8.4", "keras": "2.8.0"}
    assert [(item.path, item.name) for item in artifact.modules] == [
        ("", "Sequential"),
        ("layer_with_weights-0", "Dense"),
        ("layer_with_weights-1", "Dense"),
        ("keras_api.metrics.0", "Mean"),
    ]
    assert artifact.detail["compiled"] is True
    assert artifact.detail["optimizer_slots"] == 8


def test_what_the_loaded_object_has():
    artifact = read(FILES / "tf-2.15.1" / "module")
    assert artifact.entries["weight"] == "variable float32 6×2"
    assert artifact.entries["score"] == "function (string ?)"
    assert artifact.entries["project"] == "function (float32 ?×6)"
    assert "assets/words.txt" in [part.path for part in artifact.parts]


def test_an_estimator_takes_examples():
    assert read(FILES / "tf-1.15.5" / "estimator" / "1").detail["parses_examples"] is True


@pytest.mark.parametrize(("version", "name"), CHECKPOINTS)
@pytest.mark.parametrize("given", ["folder", "prefix", "index", "shard"])
def test_checkpoints(version, name, given):
    held = truth(version, name)
    path = FILES / version / name
    prefix = path / held["prefix"]
    shards = sorted(path.glob(f"{held['prefix']}.data-*"))
    given_path = {
        "folder": path,
        "prefix": prefix,
        "index": Path(f"{prefix}.index"),
        "shard": shards[0],
    }[given]
    artifact = read(given_path)
    assert (artifact.format, artifact.content) == ("tf-checkpoint", "state-dict")
    assert artifact.detail["given"] == given
    assert artifact.detail["prefix"] == held["prefix"]
    assert artifact.detail["shards"] == len(shards)
    assert not artifact.damage
    same_variables(given_path, artifact, held)


def test_the_list_of_checkpoints_is_read_as_the_one_that_it_names():
    artifact = read(FILES / "tf-2.15.1" / "checkpoint" / "checkpoint")
    assert artifact.format == "tf-checkpoint"
    assert artifact.detail["given"] == "list"
    assert artifact.detail["listed_here"] is True


def test_optimizers_are_told_apart():
    for version, name in (("tf-1.15.5", "saver"), ("tf-2.8.4", "checkpoint")):
        roles = {state.role: state.tensors for state in read(FILES / version / name).state_dicts}
        assert roles["model"]
        assert not [key for key in roles["model"] if "Adam" in key or "OPTIMIZER" in key]
        assert len(roles["optimizer"]) > len(roles["model"])
    kept = read(FILES / "tf-2.21.0" / "checkpoint").state_dicts[0].tensors
    assert [fact.shape for key, fact in kept.items() if "_trainable_variables" in key] == [
        (4, 3), (3,), (3, 2), (2,),
    ]  # fmt: skip


def test_the_attributes_of_a_checkpoint():
    entries = read(FILES / "tf-2.8.4" / "checkpoint").entries
    assert list(entries) == ["net", "optimizer", "step", "save_counter"]
    assert entries["optimizer"] == "optimizer, 8 slots"
    assert entries["step"] == "variable"


def test_a_checkpoint_of_the_first_version():
    path = FILES / "tf-1.15.5" / "v1" / "old.ckpt"
    artifact = read(path)
    assert (artifact.format, artifact.framework) == ("tf-checkpoint-v1", "tensorflow")
    found = {key: [fact.dtype, list(fact.shape)] for key, fact in tensors(artifact).items()}
    assert found == truth("tf-1.15.5", "v1")["variables"]


def test_a_meta_graph():
    artifact = read(FILES / "tf-1.15.5" / "saver" / "model-12.meta")
    assert (artifact.format, artifact.content) == ("tf-meta-graph", "architecture")
    assert artifact.producer == {"tensorflow": "1.15.5"}
    assert artifact.entries["dense/kernel"] == "float32 4×2"
    assert artifact.ops["MatMul"] >= 1


@pytest.mark.parametrize("version", TRUTH)
def test_frozen_graphs(version):
    held = truth(version, "frozen")
    artifact = read(FILES / version / "frozen" / "frozen.pb")
    assert (artifact.format, artifact.content) == ("tf-graph", "program")
    assert dict(artifact.ops) == held["ops"]
    assert artifact.detail["nodes"] == held["nodes"]
    assert artifact.detail["frozen"] is True
    assert (4, 2) in {fact.shape for fact in tensors(artifact).values()} or (4, 3) in {
        fact.shape for fact in tensors(artifact).values()
    }
    text = FILES / version / "frozen" / "frozen.pbtxt"
    if text.exists():
        assert read(text).format == "tf-graph-text"
        assert dict(read(text).ops) == held["ops"]


@pytest.mark.parametrize(("version", "name"), LITE)
def test_tflite(version, name):
    held = truth(version, name)
    artifact = read(FILES / version / name)
    assert (artifact.format, artifact.content) == ("tflite", "program")
    assert not artifact.damage
    constants = tensors(artifact)
    for key, fact in constants.items():
        dtype, shape, _ = held["tensors"][key]
        assert (fact.dtype, list(fact.shape)) == (WORDS.get(dtype, dtype), shape)
    lite = sum(scales > 0 for _, _, scales in held["tensors"].values())
    assert artifact.detail["quantized"] == lite
    for signature in artifact.signatures:
        told = held.get("signatures", {}).get(signature.name)
        if told:
            assert sorted(port.name for port in signature.inputs) == sorted(told["inputs"])
            assert sorted(port.name for port in signature.outputs) == sorted(told["outputs"])
        expected = sorted(map(str, held["inputs"].values()))
        assert sorted(str([port.dtype, list(port.shape)]) for port in signature.inputs) == expected
    if "flex" in name:
        assert dict(artifact.ops) == {"flex::MatrixInverse": 1}
        assert artifact.detail["custom"] == "flex::MatrixInverse"
    else:
        ops = [op for op in held["ops"] if op != "DELEGATE"]
        assert sorted(artifact.ops) == sorted(set(ops))


JS = FILES / "tfjs-3.18.0"


@pytest.mark.parametrize("name", ["layers", "quantized"])
def test_layers_models_of_tfjs(name):
    held = json.loads((JS / "truth.json").read_text("utf-8"))
    artifact = read(JS / name / "model.json")
    assert (artifact.format, artifact.content) == ("tfjs", "model")
    assert artifact.detail["kind"] == "layers-model"
    assert artifact.producer["keras"] == "2.15.0"
    assert not artifact.damage
    found = sorted([fact.dtype, list(fact.shape)] for fact in tensors(artifact).values())
    assert found == held[name]["weights"]
    layers = [item.name for item in artifact.modules if item.name != "Sequential"]
    assert [name for name in layers if name != "InputLayer"] == held[name]["layers"]
    assert read(JS / name).state_dicts == artifact.state_dicts


def test_a_graph_model_of_tfjs(tmp_path):
    held = json.loads((JS / "truth.json").read_text("utf-8"))
    path = JS / "graph" / "model.json"
    artifact = read(path)
    assert artifact.detail["kind"] == "graph-model"
    assert dict(artifact.ops) == {
        "Const": 2, "Identity": 1, "MatMul": 2, "Placeholder": 1, "Relu": 1,
    }  # fmt: skip
    assert ports(artifact.signatures[0].inputs) == {"input_1": ["float32", [None, 4]]}
    assert ports(artifact.signatures[0].outputs) == {"output_0": ["float32", [None, 2]]}
    found = sorted(joined(path, fact).hex() for fact in tensors(artifact).values())
    assert len(found) == 2
    assert set(found) <= set(held["values"])
    copy = shutil.copytree(JS / "layers", tmp_path / "js")
    (copy / "group1-shard2of2.bin").unlink()
    assert kinds(copy / "model.json") == [("missing-member", "group1-shard2of2.bin")]
    (copy / "group1-shard2of2.bin").write_bytes(b"x")
    assert kinds(copy) == [("truncated", "group1-shard2of2.bin")]


def test_every_checksum_agrees_and_a_changed_bit_is_found(tmp_path):
    for version, name in SAVED + CHECKPOINTS:
        path = FILES / version / name
        assert readers.verify(path, read(path)) == ()
    path = copied(tmp_path, "tf-2.15.1", "module")
    shard = path / "variables" / "variables.data-00000-of-00001"
    data = bytearray(shard.read_bytes())
    data[20] ^= 1
    shard.write_bytes(data)
    found = readers.verify(path, read(path))
    assert [(item.kind, item.detail["key"]) for item in found] == [
        ("crc", "weight/.ATTRIBUTES/VARIABLE_VALUE")
    ]


def test_a_bare_graph_under_the_name_of_a_saved_model(tmp_path):
    shutil.copy(FILES / "tf-1.15.5" / "frozen" / "frozen.pb", tmp_path / "saved_model.pb")
    artifact = read(tmp_path)
    assert (artifact.format, artifact.is_folder) == ("tf-graph", True)
    assert artifact.detail["named"] == "saved_model.pb"


def copied(tmp_path, *parts):
    source = FILES.joinpath(*parts)
    return Path(shutil.copytree(source, tmp_path / source.name))


def kinds(path):
    artifact = read(path)
    return [(item.kind, item.detail.get("member")) for item in artifact.damage]


POINTER = b"version https://git-lfs.github.com/spec/v1\noid sha256:%s\nsize 12345\n" % (b"0" * 64)


def test_damage_of_a_saved_model(tmp_path):
    path = copied(tmp_path, "tf-2.15.1", "keras")
    shard = "variables/variables.data-00000-of-00001"
    data = (path / shard).read_bytes()
    (path / shard).write_bytes(data[:100])
    assert kinds(path) == [("truncated", shard)]
    (path / shard).write_bytes(POINTER)
    assert kinds(path) == [("missing-member", shard)]
    assert read(path).damage[0].detail["pointer"] is True
    (path / shard).unlink()
    assert kinds(path) == [("missing-member", shard)]
    (path / "variables/variables.index").write_bytes(POINTER)
    assert kinds(path) == [("missing-member", "variables/variables.index")]
    shutil.rmtree(path / "variables")
    assert kinds(path) == [("missing-member", "variables/variables.index")]
    assert read(path).damage[0].detail["variables"] == 16
    program = (path / "saved_model.pb").read_bytes()
    (path / "saved_model.pb").write_bytes(program[: len(program) // 2])
    assert kinds(path)[0] == ("truncated", "saved_model.pb")
    assert read(path).opening_runs_code == "unknown"
    (path / "saved_model.pb").write_bytes(POINTER)
    assert kinds(path)[0] == ("missing-member", "saved_model.pb")


def test_an_asset_that_is_missing(tmp_path):
    path = copied(tmp_path, "tf-2.8.4", "module")
    (path / "assets/words.txt").unlink()
    assert kinds(path) == [("missing-member", "assets/words.txt")]


def test_damage_of_a_checkpoint(tmp_path):
    path = copied(tmp_path, "tf-1.15.5", "saver")
    second = "model-12.data-00001-of-00002"
    (path / second).unlink()
    assert kinds(path / "model-12") == [("missing-member", second)]
    index = bytearray((path / "model-12.index").read_bytes())
    index[40] ^= 1
    (path / "model-12.index").write_bytes(index)
    assert ("crc", None) in kinds(path / "model-12.index")
    (path / "model-12.index").write_bytes(POINTER)
    assert kinds(path / "model-12") == [("missing-member", "model-12.index")]
    (path / "model-12.index").write_bytes(index[:300])
    for given in ("model-12", "model-12.index", "."):
        assert ("truncated", None) in kinds(path / given)
    (path / "model-12.index").unlink()
    for given in ("model-12", "model-12.data-00000-of-00002", "."):
        assert kinds(path / given) == [("missing-member", "model-12.index")]


def test_a_saved_model_one_folder_deeper(tmp_path):
    copied(tmp_path, "tf-1.15.5", "simple")
    artifact = read(tmp_path)
    assert artifact.format == "savedmodel"
    assert artifact.detail["given"] == "above"
    assert artifact.detail["inside"] == "simple"
    shutil.move(tmp_path / "simple", tmp_path / "9")
    shutil.copytree(tmp_path / "9", tmp_path / "10")
    assert read(tmp_path).detail["inside"] == "10"


def test_the_variables_of_a_saved_model_are_a_checkpoint():
    artifact = read(FILES / "tf-2.15.1" / "keras" / "variables")
    assert artifact.format == "tf-checkpoint"
    assert artifact.detail["inside_savedmodel"] is True


def test_the_list_names_another_machines_folder(tmp_path):
    path = copied(tmp_path, "tf-2.15.1", "checkpoint")
    (path / "checkpoint").write_text('model_checkpoint_path: "/home/other/run/ckpt-1"\n')
    artifact = read(path)
    assert artifact.detail["prefix"] == "ckpt-1"
    assert artifact.detail["listed_here"] is False


def test_a_path_that_is_nothing_is_still_nothing(tmp_path):
    with pytest.raises(FileNotFoundError):
        readers.read(tmp_path / "model-100")
