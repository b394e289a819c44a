"""Pickles and joblib dumps of fitted estimators, compared with what sklearn held after loading."""

import json
from pathlib import Path

import pytest
from reader_truth import read

FILES = Path(__file__).parents[1] / "files" / "pickles"
CASES = [
    (path.parent.name, name, told)
    for path in sorted(FILES.glob("*/truth.json"))
    for name, told in json.loads(path.read_text("utf-8")).items()
]


@pytest.mark.parametrize(("world", "name", "told"), CASES, ids=[f"{a}/{b}" for a, b, _ in CASES])
def test_facts_are_what_the_library_holds(world, name, told):
    found = read(FILES / world / name)
    assert (found.content, found.framework) == ("model", "sklearn")
    assert found.producer == {"scikit-learn": told["sklearn"]}
    assert f"{found.modules[0].module}.{found.modules[0].name}" == told["class"]
    arrays = {
        key: [fact.dtype, list(fact.shape)]
        for state in found.state_dicts
        for key, fact in state.tensors.items()
    }
    assert arrays == told["arrays"]
    assert not found.damage
    if told["features"] is not None:
        assert found.detail["features"] == told["features"]
    if told["classes"] is not None:
        assert found.detail["classes"] == told["classes"]


@pytest.mark.parametrize(("world", "name", "told"), CASES, ids=[f"{a}/{b}" for a, b, _ in CASES])
def test_opening_calls_the_library_alone(world, name, told):
    found = read(FILES / world / name)
    assert (found.opening_runs_code, found.calls) == ("library", ())


def test_the_steps_of_a_pipeline_go_by_their_names():
    found = read(FILES / "sklearn-1.5" / "pipeline.joblib")
    assert [item.path for item in found.modules] == ["", "steps.scale", "steps.model"]
    assert found.modules[2].attributes["C"] == 0.5
    assert found.signatures[0].inputs[0].shape == (None, 3)
