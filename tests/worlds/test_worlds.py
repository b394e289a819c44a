"""Models made in old worlds predict there, from here, what they predicted when they were made."""

import numpy as np
import pytest
from build import WORLDS as ALL
from world_pythons import python_of

import loadstone
from loadstone import bare_file
from loadstone.runtime import confine

pd = pytest.importorskip("pandas", minversion="3", reason="Python 3.10 has no pandas 3")

pytestmark = pytest.mark.slow
WORLDS = [name for name, world in ALL.items() if "make" not in world]
X = np.random.RandomState(0).rand(120, 5)
ROWS = X[:40]
LETTERS = [dict(zip("edcba", row[::-1], strict=True)) for row in ROWS.tolist()]
TEXTS = ["good film", "bad film", "very good", "very bad plot", "good plot"] * 4
DICTS = [{"city": city, "n": float(n)} for n, city in enumerate(["a", "b", "a", "c"] * 5)]
FRAME = pd.DataFrame(
    {
        "member": X[:, 3] > 0.5,
        "n": (X[:, 2] * 9).astype(int),
        "age": X[:, 0] * 50,
        "city": np.array(["a", "b", "c"], dtype=object)[(X[:, 1] * 3).astype(int)],
    }
)
FRAME.loc[3, "age"] = None
RECORDS = [
    {key: None if value != value else value for key, value in row.items()}  # noqa: PLR0124 - nan
    for row in FRAME.to_dict("records")
]
INPUTS = {
    "numbers": {"array": ROWS, "lists": ROWS.tolist()},
    "letters": {"records": LETTERS, "frame": pd.DataFrame(LETTERS)},
    "texts": {"texts": TEXTS, "records": [{"text": text} for text in TEXTS]},
    "dicts": {"records": DICTS},
    "frame": {"frame": FRAME, "records": RECORDS},
    "narrow": {"records": [{k: row[k] for k in ("n", "member")} for row in RECORDS]},
    "mixed": {"records": [{k: row[k] for k in ("n", "city", "age")} for row in RECORDS]},
    "cats": {"records": [{k: row[k] for k in ("n", "city")} for row in RECORDS]},
}


def outcome(found, expected):
    """Return what Loadstone calls it: numbers within 1e-6 of each other are within tolerance."""
    found = np.asarray(found.toarray() if hasattr(found, "toarray") else found)
    if found.tolist() == expected:
        return "identical"
    wanted = np.asarray(expected)
    close = wanted.dtype.kind == "f" and wanted.shape == found.shape
    return "within tolerance" if close and np.allclose(found, wanted, 1e-6, 1e-9) else "differs"


def outcomes(predictor, case):
    """Return the outcome for each form of the same rows, and of the probabilities."""
    for form, rows in INPUTS[case["inputs"]].items():
        found = predictor.predict(rows, probabilities=True)
        yield form, "predictions", outcome(found, case["predictions"])
        if "probabilities" in case:
            told = outcome(predictor.probabilities, case["probabilities"])
            yield form, "probabilities", told


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_predicts_what_it_predicted(world, made):
    folder, cases = made(world)
    assert len(cases) >= 14
    wrong = []
    for name, case in cases.items():
        with bare_file.load(folder / case["file"], python=python_of(world)) as predictor:
            assert predictor.report.verdict.loads == "yes"
            wrong += [
                (name, *item) for item in outcomes(predictor, case) if item[-1] != "identical"
            ]
            assert predictor.about["confined"]["network"] or confine._no_network() == ""
    assert wrong == []


@pytest.mark.parametrize("world", WORLDS)
def test_told_nothing_but_the_file(world, made, table):
    """The environment is inferred from each file, rebuilt, and predicts what was predicted."""
    folder, cases = made(world)
    wrong = []
    for name, case in cases.items():
        with loadstone.load(folder / case["file"]) as predictor:
            found = list(outcomes(predictor, case))
            order = ["identical", "within tolerance", "differs"]
            worst = max((item[-1] for item in found), key=order.index)
            table.append((world, name, predictor.about["versions"], worst))
            wrong += [(name, *item) for item in found if item[-1] == "differs"]
    assert wrong == []
