"""Core ML models by coremltools 4, 6 and 9: what its own messages hold, weights among it."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "coreml_versions"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
WORDS = {"FLOAT32": "float32", "FLOAT16": "float16", "DOUBLE": "float64", "INT32": "int32"}
PLAIN = {"doubleType": "float64", "int64Type": "int64", "stringType": "string"}
WEIGHTS = "Data/com.apple.CoreML/weights/weight.bin"


def port(name, kind, word, shape):
    if kind == "multiArrayType":
        return name, WORDS[word], tuple(shape) if shape else None
    if kind == "imageType":
        return name, "uint8", (*shape, 3)
    return name, PLAIN.get(kind), () if kind in PLAIN else None


def digest(path, fact):
    return hashlib.sha256(joined(path, fact)).hexdigest()[:16]


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_those_of_the_message(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.framework, artifact.damage) == ("coreml", ())
    assert artifact.detail["specification_version"] == told["version"]
    assert artifact.detail["type"] == told["type"]
    named = [artifact.detail.get(f"predicted_{word}", "") for word in ("feature", "probabilities")]
    assert named == told["predicted"]
    version = told["user"].get("com.github.apple.coremltools.version")
    assert artifact.producer.get("coremltools") == version
    (signature,) = artifact.signatures
    for ports, side in ((signature.inputs, "inputs"), (signature.outputs, "outputs")):
        found = [(item.name, item.dtype, item.shape) for item in ports]
        assert found == [port(*item[:4]) for item in told[side]]


@pytest.mark.parametrize("name", sorted(TOLD))
def test_weights_are_those_of_the_message(name):
    path, told = FILES / name, TOLD[name]
    artifact = read(path)
    tensors = {key: fact for state in artifact.state_dicts for key, fact in state.tensors.items()}
    others = {key: word for state in artifact.state_dicts for key, word in state.others.items()}
    layers = {key: value for key, value in told["layers"].items() if value[0] != "quantized"}
    found = {
        key: [fact.dtype, fact.count, digest(path, fact)]
        for key, fact in tensors.items()
        if key in layers
    }
    assert found == layers
    packed = {key: value[1] for key, value in told["layers"].items() if value[0] == "quantized"}
    assert {key: int(word.split()[2]) for key, word in others.items()} == packed
    constants = {
        key: [fact.dtype, list(fact.shape), digest(path, fact)]
        for key, fact in tensors.items()
        if key not in layers
    }
    if name.startswith(("9.0-scaled", "9.0-tabled")):  # the library makes a constant of each part
        parts = {
            f"{key.replace('.', '_')}_0" if "." in key else key: constants[key] for key in constants
        }
        assert told["constants"].items() <= parts.items()
    else:
        assert constants == told["constants"]


def test_weights_of_a_network_have_the_sizes_that_its_layers_say():
    tensors = read(FILES / "9.0-network.mlmodel").state_dicts[0].tensors
    assert tensors["conv.weights"].shape == (2, 3, 3, 3)
    assert tensors["fc.weights"].shape == (4, 128)
    tensors = read(FILES / "9.0-recurrent.mlmodel").state_dicts[0].tensors
    assert tensors["lstm.weightParams.0.outputGateWeightMatrix"].shape == (2, 3)
    assert tensors["lstm.weightParams.0.outputGateRecursionMatrix"].shape == (2, 2)


def test_weights_of_fewer_bits_are_told_as_they_lie():
    scaled = read(FILES / "9.0-scaled.mlpackage").state_dicts[0].tensors
    fact = scaled["conv_weight_0_to_fp16_quantized.quantized_data"]
    assert (fact.dtype, fact.shape, fact.extent.file) == ("int8", (4, 3, 3, 3), WEIGHTS)
    tabled = read(FILES / "9.0-tabled.mlpackage").state_dicts[0].tensors
    assert tabled["scores_weight_0_to_fp16_palettized.lut"].shape == (16,)


def test_layers_are_counted():
    ops = read(FILES / "4.1-network.mlmodel").ops
    assert ops == {
        "convolution": 1, "batchnorm": 1, "activation": 1, "flatten": 1, "innerProduct": 1,
        "softmax": 1,
    }  # fmt: skip


@pytest.mark.parametrize(
    ("change", "kind"),
    [("gone", "missing-member"), ("cut", "short-member"), ("other", "malformed")],
)
def test_a_file_of_weights_that_is_not_whole(tmp_path, change, kind):
    folder = tmp_path / "m.mlpackage"
    shutil.copytree(FILES / "9.0-program.mlpackage", folder)
    weights = folder / WEIGHTS
    data = weights.read_bytes()
    if change == "gone":
        weights.unlink()
    else:
        weights.write_bytes(data[:-100] if change == "cut" else bytes(len(data)))
    (damage,) = read(folder).damage
    assert (damage.kind, damage.detail["member"]) == (kind, WEIGHTS)


def test_a_program_inside_of_its_package_finds_its_weights():
    inside = FILES / "9.0-program.mlpackage" / "Data" / "com.apple.CoreML" / "model.mlmodel"
    artifact = read(inside)
    (state,) = artifact.state_dicts
    told = TOLD["9.0-program.mlpackage"]["constants"]
    assert {key: digest(inside, fact) for key, fact in state.tensors.items()} == {
        key: value[2] for key, value in told.items()
    }


def test_a_program_leads_to_no_file_outside(tmp_path):
    folder = tmp_path / "m.mlpackage"
    shutil.copytree(FILES / "9.0-program.mlpackage", folder)
    model = folder / "Data" / "com.apple.CoreML" / "model.mlmodel"
    whole = model.read_bytes()
    path = b"@model_path/weights/weight.bin"
    assert path in whole
    model.write_bytes(whole.replace(path, b"@model_path/../../../../../etc/"[: len(path)]))
    artifact = read(folder)
    assert {item.kind for item in artifact.damage} == {"outside"}
    assert artifact.state_dicts[0].tensors["scores_weight_0_to_fp16"].extent is None
