"""OpenVINO's IR by 2022.3 and 2026.4: what each said after reading it."""

import hashlib
import json
from pathlib import Path

import pytest
from reader_truth import joined, read

FILES = Path(__file__).parents[1] / "files" / "openvino_versions"
TOLD = {
    name: told
    for path in sorted(FILES.glob("truth_*.json"))
    for name, told in json.loads(path.read_text()).items()
}
WORDS = {
    "f16": "float16", "f32": "float32", "i8": "int8", "i32": "int32", "i64": "int64",
}  # fmt: skip
NAMES = {"Const": "Constant", "ReLU": "Relu"}  # as the file writes them, and the library


@pytest.mark.parametrize("name", sorted(TOLD))
def test_facts_are_what_openvino_read(name):
    path, told = FILES / name, TOLD[name]
    artifact = read(path)
    assert (artifact.format, artifact.damage) == ("openvino", ())
    assert {NAMES.get(word, word): count for word, count in artifact.ops.items()} == told["ops"]
    version = name.partition("-")[0]
    assert artifact.producer == ({} if version.startswith("2022") else {"openvino": version})
    (signature,) = artifact.signatures
    for ports, side in ((signature.inputs, "inputs"), (signature.outputs, "outputs")):
        found = [(port.name, port.dtype, list(port.shape)) for port in ports]
        assert found == [(word, WORDS[kind], shape) for word, kind, shape in told[side]]
    (state,) = artifact.state_dicts
    found = {
        key: [
            fact.dtype,
            list(fact.shape),
            hashlib.sha256(joined(path, fact)).hexdigest()[:16],
        ]
        for key, fact in state.tensors.items()
    }
    assert found == {
        key: [WORDS[kind], shape, digest]
        for key, (kind, shape, digest) in told["constants"].items()
    }
