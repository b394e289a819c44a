"""The corpus, at two speeds: checks over stored facts, and real files made, checked and fixed."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

pytest.importorskip("tomllib", reason="the corpus is run with Python 3.11 and later")
sys.path.insert(0, str(Path(__file__).parent / "corpus"))

import corpus
from loadstone.core.registry import load_all
from loadstone.core.report import Report
from loadstone.engine import fix, run_checks

CASES = corpus.cases()
# their facts come from predictions and bundles: examples and near misses are in tests/checks
WITHOUT_FILES = {"weights", "inputs", "outputs", "bundle"}
# something writes to the file while it is loaded: tests/test_bare_file.py
WHILE_LOADING = {"LS711"}
# they need another Python, numpy, scikit-learn, xgboost or ONNX Runtime, or no torch
OTHER_WORLDS = {"LS200", "LS205", "LS206", "LS209", "LS210", "LS215", "LS216", "LS226"}
# what was measured of them is in tests/files/pairs: tests/checks/test_measured_pairs.py
OTHER_WORLDS |= {"LS211", "LS212", "LS214", "LS217", "LS221", "LS222"}
every_case = pytest.mark.parametrize("case", CASES, ids=[item.name for item in CASES])


def compare(case: corpus.Case, report: Report) -> None:
    expected = case.expect.get("finding", [])
    assert not report.crashed
    assert corpus.codes(report) == [item["code"] for item in expected]
    for found, wanted in zip(report.found, expected, strict=True):
        fix = found.finding.fix
        assert found.severity == wanted.get("severity", found.severity)
        assert (fix.safety if fix else None) == wanted.get("fix", fix.safety if fix else None)
        covers = list(found.finding.covers or found.check.covers)
        assert covers == wanted.get("covers", covers)
        assert set(covers) <= set(found.check.covers)


@every_case
def test_stored_facts_give_the_expected_findings(case: corpus.Case) -> None:
    report = corpus.from_facts(case)
    compare(case, report)
    assert corpus.shown(report) == case.report.read_text("utf-8"), "run scripts/corpus.py --write"


@every_case
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_made_files_give_the_expected_findings(case: corpus.Case, tmp_path: Path) -> None:
    pytest.importorskip("torch")
    with corpus.made(case, tmp_path):
        compare(case, run_checks(corpus.gathered(case)))


@pytest.mark.parametrize(
    "case",
    fixed := [item for item in CASES if "after-fix" in item.expect],
    ids=[c.name for c in fixed],
)
@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::FutureWarning")
def test_fixed_files_load_strictly_and_unchanged(case: corpus.Case, tmp_path: Path) -> None:
    torch = pytest.importorskip("torch")
    from safetensors.torch import load_file

    expect = case.expect
    with corpus.made(case, tmp_path):
        before = _content(Path(expect["artifact"]))
        after = expect["after-fix"]
        asked = {key: expect.get(key) for key in ("into", "examples")}
        report = fix(expect["artifact"], unsafe=after.get("unsafe", False), **asked)
        assert report.verdict.loads == after["loads"]
        assert report.fixed
        assert _content(Path(expect["artifact"])) == before
        (written,) = [Path(name) for name in report.wrote if not name.endswith(".fix.json")]
        assert written.name == after.get("wrote", written.name)
        from net import SimpleNet

        torch.manual_seed(0)
        trained = SimpleNet().state_dict()
        as_safetensors = written.suffix == ".safetensors"
        state = load_file(written) if as_safetensors else torch.load(written)
        whole = [key for key in trained if key not in after.get("lost", ())]
        assert sorted(state) == sorted(whole)
        assert all(torch.equal(state[key], trained[key]) for key in whole)
        if whole == list(trained):
            SimpleNet().load_state_dict(state, strict=True)


def _content(path: Path) -> dict[str, bytes]:
    files = sorted(path.rglob("*")) if path.is_dir() else [path]
    return {str(file): file.read_bytes() for file in files if file.is_file()}


def test_every_check_of_a_file_has_a_case() -> None:
    needed = {item.code for item in load_all() if item.stage not in WITHOUT_FILES}
    needed -= OTHER_WORLDS | WHILE_LOADING
    assert needed <= {case.code for case in CASES}


@every_case
def test_a_case_finds_the_code_that_it_is_filed_under_or_is_near_it(case: corpus.Case) -> None:
    found = case.code in [item["code"] for item in case.expect.get("finding", [])]
    assert found is not case.folder.name.startswith("near")
