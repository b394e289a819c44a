"""What was measured of pickles of one version in another: a check says just that."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from loadstone.core.facts import Artifact, Environment
from loadstone.core.registry import load_all
from loadstone.engine.gather import Asked, gather

PAIRS = Path(__file__).parents[1] / "files" / "pairs"
MEASURED = json.loads((PAIRS / "measured.json").read_text("utf-8"))
CHECKS = {item.code: item for item in load_all()}
OF = {"xgboost": "LS211", "lightgbm": "LS212", "pandas": "LS214"}
# other causes: names that are gone, numpy 2 and LightGBM's parameters have a check of their own
OTHERS = (
    "'XGBoostLabelEncoder'",
    "'numpy._core'",
    "'pandas.core.indexes.numeric'",
    "unordered_map::at",
)
FILES = [(library, file) for library, files in MEASURED.items() for file in files]


@pytest.mark.parametrize(("library", "file"), FILES)
def test_a_pair_of_versions_is_told_where_it_was_measured_to_fail(library: str, file: str) -> None:
    artifact = gather(PAIRS / library / file, Asked())[Artifact]
    for version, outcome in MEASURED[library][file].items():
        if version == "0.25.3" or any(text in outcome for text in OTHERS):
            continue  # no Python of today has a pandas of then
        environment = Environment("3.11.7", {library: version}, "linux")
        facts = {Artifact: artifact, Environment: environment}
        found = list(CHECKS[OF[library]].run(facts))
        assert len(found) == (outcome != "same"), (version, outcome)
        for item in found:
            assert version in item.message
            silent = "predicts other values" in item.message
            assert silent is (outcome == "other values"), (version, outcome)
            quoted = [text for text in item.notes if "`" in text and "base_score" not in text]
            if not silent and outcome != "the process ended":
                assert any(_said(text, outcome) for text in quoted), (quoted, outcome)


def _said(note: str, outcome: str) -> bool:
    """Whether the words that a note quotes are those of the error, where versions word it alike."""
    words = [part for part in note.split("`")[1::2] if len(part) > 8]
    newer = "header[0] == '{'" in outcome or "__init__() takes" in outcome
    return newer or any(
        part[:24] in outcome or outcome.partition(": ")[2][:24] in part for part in words
    )
