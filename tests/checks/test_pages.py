"""Every check's page is complete, and its example fails with its own code."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from scene import read

from loadstone.core.registry import STAGES, Check, load_all
from loadstone.engine import run_checks

CHECKS = load_all()
HEADINGS = ["Why it breaks", "Example", "Fix", "See also"]
FENCE = re.compile(r"^```python(?: fails=(LS\d{3}))?\n(.*?)^```", re.MULTILINE | re.DOTALL)
ROWS = Path(__file__).parents[2] / "docs" / "catalogue_rows.json"
every_check = pytest.mark.parametrize("check", CHECKS, ids=[item.code for item in CHECKS])


@every_check
def test_headings_are_there_and_in_order(check: Check) -> None:
    assert re.findall(r"^## (.+)$", check.doc, re.MULTILINE) == HEADINGS


@every_check
def test_the_summary_is_one_line_of_a_terminal(check: Check) -> None:
    lines = check.doc.split("\n")
    assert len(lines[0]) <= 80
    assert lines[1] == ""
    assert lines[0].endswith(".")


@every_check
def test_the_example_fails_with_its_own_code_alone(check: Check) -> None:
    fences = FENCE.findall(check.doc)
    assert check.code in [code for code, _ in fences]
    for code, source in fences:
        report = run_checks(read(source))
        assert [item.check.code for item in report.found] == ([code] if code else [])
        assert not report.crashed


@every_check
def test_messages_keep_to_the_house_style(check: Check) -> None:
    for _, source in FENCE.findall(check.doc):
        for finding in check.run(_derived(source)):
            assert not finding.message.endswith((".", "!"))
            assert not finding.message[0].isupper()
            assert set(finding.covers) <= set(check.covers)
            fix = finding.fix
            text = [finding.message, *finding.notes]
            text += [fix.title, fix.python, fix.shell] if fix else []
            assert not [item for item in text if "weights_only=False" in item]
            assert not [item for item in text if re.search(r"\b(simply|sorry|just)\b", item)]


@every_check
def test_codes_in_the_prose_exist(check: Check) -> None:
    known = {item.code for item in CHECKS}
    assert set(re.findall(r"LS\d{3}", check.doc)) <= known
    assert set(check.supersedes) <= known - {check.code}


@every_check
def test_the_module_says_its_code(check: Check) -> None:
    module = __import__(check.function.__module__, fromlist=["x"])
    assert (module.__doc__ or "").startswith(f"{check.code}: ")


@every_check
@pytest.mark.skipif(not ROWS.exists(), reason="the catalogue's rows are not there")
def test_rows_covered_are_in_the_catalogue(check: Check) -> None:
    rows = json.loads(ROWS.read_text("utf-8"))
    known = set(rows) if isinstance(rows, dict) else {_row(item) for item in rows}
    assert set(check.covers) <= known


def _row(item: object) -> str:
    return item if isinstance(item, str) else str(item["id"])  # type: ignore[index]


def _derived(source: str) -> dict[type, object]:
    from loadstone.engine.run import derive

    return derive(read(source))


def test_codes_and_names_are_unique() -> None:
    assert len({item.code for item in CHECKS}) == len(CHECKS)
    assert len({item.name for item in CHECKS}) == len(CHECKS)


def test_every_stage_of_a_load_has_checks() -> None:
    assert {item.stage for item in CHECKS} == set(STAGES)


def test_no_two_checks_explain_each_other() -> None:
    by = {item.code: set(item.supersedes) for item in CHECKS}
    assert not [(a, b) for a in by for b in by[a] if a in by[b]]
