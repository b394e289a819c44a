"""`loadstone matrix`: files of older libraries in several versions, really built."""

import json
from pathlib import Path

import pytest
from world_pythons import python_of

from loadstone.cli import main

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "pickles"
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]


@pytest.fixture
def measured(tmp_path, capsys):
    """Return the exit code and the JSON of `matrix`."""

    def matrix(path, rows, *words, world="py312-sklearn16"):
        python_of(world)  # where this world is, so is a package index
        (tmp_path / "rows.json").write_text(json.dumps(rows))
        given = ["-i", str(tmp_path / "rows.json"), *words, "--output-format", "json"]
        code = main(["matrix", str(path), *given])
        return code, json.loads(capsys.readouterr().out)

    return matrix


def told(found):
    return {
        (item["versions"]["scikit-learn"], (item["python"] or "")[:4]): (
            item["loads"],
            item["predicts_the_same"],
        )
        for item in found["results"]
    }


def test_a_pipeline_stays_the_same(measured):
    words = ["--with", "scikit-learn>=1.3,<1.5", "--python", "3.8,3.11"]
    code, found = measured(FILES / "sklearn-1.3/pipeline.pkl", NUMBERS, *words)
    assert code == 0
    assert found["made"]["versions"]["scikit-learn"] == "1.3.2"
    assert told(found) == {
        ("1.3.2", "3.8."): ("yes", "identical"),
        ("1.3.2", "3.11"): ("yes", "identical"),
        ("1.4.2", "3.8"): (None, "unproven"),
        ("1.4.2", "3.11"): ("yes", "identical"),
    }


def test_the_first_version_in_which_a_forest_does_not_predict(measured):
    words = ["--with", "scikit-learn>=1.3.2,<1.4.2", "--python", "3.11", "--bisect"]
    code, found = measured(FILES / "sklearn-1.3/forest.pkl", NUMBERS, *words)
    assert code == 1
    assert found["bisected"] == [{"library": "scikit-learn", "same": "1.3.2", "first": "1.4.0"}]
    last = found["results"][-1]
    assert last["versions"] == {"scikit-learn": "1.4.0"}
    assert last["loads"] == "yes"
    assert "monotonic_cst" in last["drift"]["now"]["error"]


def test_xgboost_of_3_1_is_shifted_in_3_0(measured, made):
    """What it adds to every tree is a list there, which 3.0 takes for nothing said."""
    folder, cases = made("py313-newest")
    rows = [[float(at + name) for name in range(5)] for at in range(8)]
    rows = [dict(zip("abcde", row, strict=True)) for row in rows]
    words = ["--with", "xgboost>=3.0,<3.2", "--python", "3.12"]
    path = folder / cases["xgb-json"]["file"]
    code, found = measured(path, rows, *words, world="py313-newest")
    assert code == 1
    old, new = found["results"]
    assert old["versions"]["xgboost"].startswith("3.0.")
    assert (old["loads"], old["predicts_the_same"]) == ("yes", "differs")
    assert old["drift"]["moved"] == list(range(8))
    assert (new["loads"], new["predicts_the_same"]) == ("yes", "identical")
