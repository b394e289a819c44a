"""TorchServe's archives by torch-model-archiver 0.5 and 0.12, in each form: what the tool wrote."""

import json
from pathlib import Path

import pytest
from reader_truth import read

import loadstone

FILES = Path(__file__).parents[1] / "files" / "torchserve"
TOLD = {
    name: told
    for path in sorted((FILES / "truth").glob("*.json"))
    for name, told in json.loads(path.read_text()).items()
}
WHOLE = [name for name in TOLD if not name.endswith(".gz")]
HF = json.loads((FILES.parent / "hf" / "truth.json").read_text())["folders"]["bert-bin"]


@pytest.mark.parametrize("name", WHOLE)
def test_the_manifest_and_the_model_of_an_archive(name):
    artifact, told = read(FILES / name), TOLD[name]["manifest"]
    model = told["model"]
    assert (artifact.format, artifact.damage, artifact.disagreements) == ("torchserve", (), ())
    assert artifact.producer == {"torch-model-archiver": told["archiverVersion"]}
    known = {
        "inner": model.get("serializedFile"), "model_name": model["modelName"],
        "model_version": model["modelVersion"], "model_file": model.get("modelFile"),
        "handler": model["handler"], "config_file": model.get("configFile"),
        "runtime": told["runtime"], "created": told["createdOn"],
    }  # fmt: skip
    assert {key: artifact.detail.get(key) for key in known} == known
    assert {part.path for part in artifact.parts} == set(TOLD[name]["names"])
    code = tuple(item for item in TOLD[name]["names"] if item.endswith(".py"))
    assert artifact.calls == code
    assert artifact.opening_runs_code == ("yes" if code else "library")
    found = {
        key: [fact.dtype, list(fact.shape)]
        for state in artifact.state_dicts
        for key, fact in state.tensors.items()
    }
    assert found == (HF["tensors"] if "serializedFile" in model else {})
    wanted = {"torchserve": ""}
    if "requirementsFile" in model or "requirements.txt" in TOLD[name]["names"]:
        wanted["torchvision"] = "==0.18.0"
    assert artifact.requires == wanted


@pytest.mark.parametrize("name", [name for name in TOLD if name.endswith(".gz")])
def test_a_packed_tar_is_served_as_it_is(name):
    (found,) = loadstone.check(FILES / name).found
    assert found.check.code == "LS011"
    assert found.finding.fix.shell.startswith("torchserve --start")
