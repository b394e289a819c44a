"""Pipelines of spaCy 2.3, 3.1 and 3.8: what each reported after loading them."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from reader_truth import joined, read

import loadstone
from loadstone.errors import UsageError

FILES = Path(__file__).parents[1] / "files" / "spacy"
TOLD = {path.stem: json.loads(path.read_text()) for path in (FILES / "truth").glob("*.json")}
LOADED = sorted(name for name, told in TOLD.items() if "error" not in told)


@pytest.mark.parametrize("name", LOADED)
def test_facts_are_what_spacy_loaded(name):
    artifact, told = read(FILES / name), TOLD[name]
    assert (artifact.format, artifact.framework, artifact.damage) == ("spacy", "spacy", ())
    old = told["version"].startswith("2.")
    assert artifact.producer == {"spacy": told["version"]}
    assert artifact.requires["spacy"] == told["spacy_version"] + (",<3" if old else "")
    assert artifact.detail["generation"] == (2 if old else 3)
    assert (artifact.detail["lang"], artifact.detail["name"]) == (told["lang"], told["name"])
    assert artifact.detail["version"] == told["own_version"]
    assert artifact.detail.get("disabled", "") == ", ".join(told["disabled"])
    assert [item.path for item in artifact.modules] == told["components"]
    assert {item.path: item.name for item in artifact.modules} == told["factories"]
    labels = {item.path: str(item.attributes.get("labels", "")) for item in artifact.modules}
    assert labels == {key: ", ".join(value) for key, value in told["labels"].items()}
    assert artifact.opening_runs_code == ("unknown" if name.endswith("own") else "no")


@pytest.mark.parametrize("name", LOADED)
def test_weights_are_those_that_spacy_loaded(name):
    artifact, told = read(FILES / name), TOLD[name]
    known = {
        f"{component}.{key}": value
        for component, arrays in told["arrays"].items()
        for key, value in arrays.items()
    }
    if told["vectors"][1][0]:
        known["vocab.vectors"] = told["vectors"]
    tensors = {key: fact for state in artifact.state_dicts for key, fact in state.tensors.items()}
    found = {
        key: [
            fact.dtype,
            list(fact.shape),
            hashlib.sha256(joined(FILES / name, fact)).hexdigest()[:16],
        ]
        for key, fact in tensors.items()
    }
    assert found == known


def test_a_component_of_ones_own_is_looked_up_elsewhere():
    assert "Can't find factory for 'shout'" in TOLD["2.3.9-own"]["error"]
    artifact = read(FILES / "2.3.9-own")
    assert artifact.opening_runs_code == "unknown"
    assert "`shout`, a component of another library" in artifact.calls
    codes = [item.check.code for item in loadstone.check(FILES / "2.3.9-own").found]
    assert codes == ["LS315"]


@pytest.mark.parametrize(
    ("lost", "name"), [("ner/model", "3.8.7-ner"), ("vocab/strings.json", "2.3.9-ner")]
)
def test_a_file_that_is_gone_is_damage(tmp_path, lost, name):
    folder = tmp_path / "m"
    shutil.copytree(FILES / name, folder)
    (folder / lost).unlink()
    assert [(item.kind, item.detail["member"]) for item in read(folder).damage] == [
        ("missing-member", lost)
    ]


@pytest.mark.parametrize(
    ("change", "kind"),
    [
        (lambda data: data[:-40], "truncated"),
        (lambda data: data.replace(b"\xa5nodes", b"\xc1nodes", 1), "malformed"),
        (lambda data: b"\x91" * 100 + data, "limit"),
    ],
)
def test_weights_that_cannot_be_read_are_damage(tmp_path, change, kind):
    folder = tmp_path / "m"
    shutil.copytree(FILES / "3.8.7-ner", folder)
    model = folder / "ner" / "model"
    model.write_bytes(change(model.read_bytes()))
    artifact = read(folder)
    told = [(item.kind, item.detail["member"]) for item in artifact.damage]
    assert told == ([(kind, "ner/model")] if kind != "limit" else [])
    assert artifact.opening_runs_code == "unknown"


def test_a_component_of_another_library_has_files_of_its_own(tmp_path):
    folder = tmp_path / "m"
    shutil.copytree(FILES / "3.8.7-own", folder)
    (folder / "shout").mkdir()
    (folder / "shout" / "model").write_bytes(b"PK\3\4, or anything at all")
    assert read(folder).damage == ()


def test_predictions_are_left_to_spacy():
    with pytest.raises(UsageError, match=r"its own loader is `spacy\.load"):
        loadstone.load(FILES / "3.8.7-textcat")
