"""Models made in old worlds predict there, from here, what they predicted when they were made."""

import numpy as np
import pandas as pd
import pytest
from build import WORLDS
from conftest import python_of

from loadstone import bare_file
from loadstone.runtime import confine

pytestmark = pytest.mark.slow
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


def equal(found, expected):
    found = found.toarray() if hasattr(found, "toarray") else found
    return np.asarray(found).tolist() == expected


@pytest.mark.parametrize("world", WORLDS)
def test_a_world_predicts_what_it_predicted(world, made):
    folder, cases = made(world)
    assert len(cases) >= 14
    wrong = []
    for name, case in cases.items():
        with bare_file.load(folder / case["file"], python=python_of(world)) as predictor:
            assert predictor.report.verdict.loads == "yes"
            for form, rows in INPUTS[case["inputs"]].items():
                found = predictor.predict(rows, probabilities=True)
                if not equal(found, case["predictions"]):
                    wrong.append((name, form, "predictions"))
                if "probabilities" in case and not equal(
                    predictor.probabilities, case["probabilities"]
                ):
                    wrong.append((name, form, "probabilities"))
            assert predictor.about["confined"]["network"] or confine._no_network() == ""
    assert wrong == []
