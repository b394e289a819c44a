"""skops' files compared with what sklearn held after loading them."""

import json
import zipfile
from pathlib import Path

import pytest
from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "skops"
TRUTH = json.loads((FILES / "truth.json").read_text("utf-8"))


@pytest.mark.parametrize("name", TRUTH)
def test_facts_are_what_the_library_holds(name):
    found = read(FILES / name)
    assert (found.format, found.content, found.framework) == ("skops", "model", "sklearn")
    version = name.removeprefix("pipeline-").removesuffix(".skops")
    assert found.producer == {"skops": version, "scikit-learn": TRUTH[name]["sklearn"]}
    assert [item.path for item in found.modules[:3]] == ["", "steps.scale", "steps.model"]
    assert found.modules[2].attributes["C"] == 0.5
    assert {
        key: [fact.dtype, list(fact.shape)] for key, fact in found.state_dicts[0].tensors.items()
    } == TRUTH[name]["arrays"]
    assert found.signatures[0].inputs[0].shape == (None, 3)
    assert (found.opening_runs_code, found.damage) == ("library", ())


def rewritten(tmp_path, schema):
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", schema)
    return read(path)


def test_a_class_of_ones_own_is_other_code(tmp_path):
    node = {"__class__": "f", "__module__": "mod", "__loader__": "FunctionNode", "content": "f"}
    found = rewritten(tmp_path, json.dumps(node))
    assert (found.opening_runs_code, found.calls) == ("yes", ("mod.f",))


@pytest.mark.parametrize("schema", ["", "[]", "null", '{"content": 1}', "[" * 5000, "{" * 10])
def test_any_schema_gives_facts(tmp_path, schema):
    assert rewritten(tmp_path, schema).format == "skops"
