"""`check --env both`: files of older libraries, predicted where they were made and here."""

import json
from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone
from loadstone import comparing
from loadstone.cli import main
from loadstone.errors import UsageError

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "pickles"
NUMBERS = [[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]]
TEXTS = ["good film", "bad film", "good good bad", "nothing"]


@pytest.fixture
def checked(tmp_path, capsys):
    """Return the exit code and the JSON of `check --env both`."""

    def check(path, rows):
        python_of("py312-sklearn16")  # where this world is, so is a package index
        (tmp_path / "rows.json").write_text(json.dumps(rows))
        words = ["--env", "both", "-i", str(tmp_path / "rows.json"), "--output-format", "json"]
        code = main(["check", str(path), *words])
        return code, json.loads(capsys.readouterr().out)

    return check


@pytest.mark.parametrize(
    ("name", "rows"),
    [
        ("sklearn-1.3/pipeline.pkl", NUMBERS),
        ("sklearn-1.3/search.joblib", NUMBERS),
        ("sklearn-0.24/pipeline.pkl", NUMBERS),
    ],
)
def test_what_stayed_the_same(checked, name, rows):
    code, report = checked(FILES / name, rows)
    assert (code, report["findings"]) == (0, [])
    assert report["verdict"]["predicts_the_same"] == "identical"
    version = report["artifact"]["producer"]["scikit-learn"]
    now = report["drift"]["now"]["versions"]["scikit-learn"]
    told = f"scikit-learn {version} → {now}: 0 of {len(rows)} rows moved"
    assert report["verdict"]["predicts_because"] == told
    assert report["drift"]["before"]["versions"]["scikit-learn"] == version
    assert report["drift"]["moved"] == []


@pytest.mark.parametrize(
    ("name", "rows", "moved", "least"),
    [
        # leaves hold counts until 1.3: catalogue of silent differences
        ("sklearn-1.3/forest.joblib", NUMBERS, [0, 1, 2, 3], 10),
        # `_idf_diag` of 1.4 and before is not read: a text without known words stays the same
        ("sklearn-1.3/text.pkl", TEXTS, [0, 1], 0.02),
    ],
)
def test_what_moved_without_an_error(checked, name, rows, moved, least):
    code, report = checked(FILES / name, rows)
    assert code == 1
    assert [item["code"] for item in report["findings"]] == ["LS612"]
    assert report["verdict"]["predicts_the_same"] == "differs"
    assert report["drift"]["moved"] == moved
    outputs = {item["name"]: item for item in report["drift"]["outputs"]}
    assert outputs["probabilities"]["difference"] > least


def test_outputs_that_are_expected(checked):
    path = FILES / "sklearn-1.3/pipeline.pkl"
    with loadstone.load(path) as model:
        known = model.predict(NUMBERS).tolist()
    code, report = checked(path, {"inputs": NUMBERS, "outputs": known})
    assert (code, report["findings"]) == (0, [])
    assert report["verdict"]["predicts_because"].endswith(
        "0 of 4 rows moved; 0 of 4 rows differ from the outputs given"
    )
    other = [*known[:-1], "something else" if isinstance(known[0], str) else 1 - known[-1]]
    code, report = checked(path, {"inputs": NUMBERS, "outputs": other})
    assert code == 1
    assert [item["code"] for item in report["findings"]] == ["LS614"]
    assert report["drift"]["given_before"]["moved"] == [3]
    assert report["verdict"]["predicts_the_same"] == "differs"


def test_outputs_of_what_is_here_tell_the_versions_apart(checked):
    path = FILES / "sklearn-1.3/forest.joblib"
    with loadstone.load(path, env="current", accept={"LS220": "it is what is asked"}) as model:
        known = model.predict(NUMBERS, probabilities=True)
        known = model.probabilities.tolist()
    code, report = checked(path, {"inputs": NUMBERS, "outputs": known})
    assert code == 1
    assert [item["code"] for item in report["findings"]] == ["LS612", "LS614"]
    assert report["drift"]["given_now"]["result"] != "differs"
    assert report["drift"]["given_before"]["name"] == "probabilities"


def test_as_many_outputs_as_rows():
    with pytest.raises(UsageError, match="2 outputs are given for 4 rows"):
        comparing.both(FILES / "sklearn-1.3/pipeline.pkl", NUMBERS, outputs=[1, 2])


def test_what_does_not_load_here(checked):
    code, report = checked(FILES / "sklearn-0.24/forest.pkl", NUMBERS)
    assert code == 1
    assert [item["code"] for item in report["findings"]] == ["LS611"]
    assert report["verdict"]["loads"] == "no"
    assert report["verdict"]["predicts_the_same"] == "unproven"
    assert "node array" in report["drift"]["now"]["error"]
    assert report["drift"]["before"]["error"] == ""
