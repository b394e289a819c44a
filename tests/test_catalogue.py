"""Known failures of TensorFlow and Keras: each is found in a case, or it is said why no check can.

Which there are is in `docs/catalogue_rows.json`; `rows` of a case are those that it is one of.
"""

from __future__ import annotations

import json
import sys
from pathlib import Path

import pytest

pytest.importorskip("tomllib", reason="the corpus is run with Python 3.11 and later")
sys.path.insert(0, str(Path(__file__).parent / "corpus"))

import corpus
from loadstone.core.registry import load_all
from loadstone.toml import loads

DOCS = Path(__file__).parents[1] / "docs"
OF_TENSORFLOW = "tensorflow/"
ROWS = json.loads((DOCS / "catalogue_rows.json").read_text("utf-8"))
REASONS = loads((DOCS / "catalogue_reasons.toml").read_text("utf-8"))
COVERED = {row for item in load_all() for row in item.covers if row.startswith(OF_TENSORFLOW)}
CASES = {case.name: case for case in corpus.cases() if case.expect.get("rows")}


def test_each_row_has_a_check_or_a_reason_why_none_finds_it() -> None:
    rows = {row for row in ROWS if row.startswith(OF_TENSORFLOW)}
    told = {row for row in REASONS if row.startswith(OF_TENSORFLOW)}
    assert len(rows) == 200
    assert rows == COVERED | told
    assert not COVERED & told


def test_each_row_that_a_check_covers_has_a_case() -> None:
    assert {row for case in CASES.values() for row in case.expect["rows"]} == COVERED


@pytest.mark.parametrize("name", CASES)
def test_a_case_finds_its_rows(name: str) -> None:
    case = CASES[name]
    found = {
        row
        for item in corpus.from_facts(case).found
        for row in item.finding.covers or item.check.covers
    }
    assert set(case.expect["rows"]) <= found
    assert not case.folder.name.startswith("near")
