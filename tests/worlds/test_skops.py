"""skops' files of an older scikit-learn, predicted in an environment rebuilt from them."""

import json
from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone

pytestmark = pytest.mark.slow
FILES = Path(__file__).parents[1] / "files" / "skops"
TOLD = json.loads((FILES / "predictions.json").read_text("utf-8"))


@pytest.mark.parametrize("name", TOLD)
def test_it_predicts_what_it_predicted_where_it_was_made(name):
    python_of("py312-sklearn16")  # where this world is, so is a package index
    told = TOLD[name]
    with loadstone.load(FILES / name) as predictor:
        found = predictor.predict(told["rows"], probabilities=True)
        assert list(found) == told["predictions"]
        assert predictor.probabilities.tolist() == told["probabilities"]
        assert predictor.about["versions"]["scikit-learn"] == "1.2.2"
