"""Make the corpus again: `--write` refreshes `facts.json` and `report.txt`, else they are compared.

A facts file is only rewritten where its artifact changed in what a check could see.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT / "tests" / "corpus"))

import corpus  # noqa: E402 - after the path to it
from loadstone.engine import run_checks, saved  # noqa: E402 - as above


def refresh(case: corpus.Case, *, write: bool) -> bool:
    """Make one case; return whether what is stored was as it is now."""
    with tempfile.TemporaryDirectory() as folder, corpus.made(case, Path(folder)):
        facts = corpus.gathered(case)
        text = corpus.dumped(facts)
    report = corpus.shown(run_checks(saved.loads(text)))
    expected = [item["code"] for item in case.expect.get("finding", [])]
    found = corpus.codes(run_checks(saved.loads(text)))
    if found != expected:
        print(f"{case.name}: found {found}, expected {expected}")
    fresh = True
    for path, now in ((case.facts, text), (case.report, report)):
        if not path.exists() or path.read_text("utf-8") != now:
            fresh = False
            if write:
                path.write_text(now, "utf-8")
    return fresh and found == expected


def main() -> int:
    """Refresh or compare the cases whose name holds one of the words given, or all."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("words", nargs="*")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    stale = [
        case.name
        for case in corpus.cases()
        if not given.words or any(word in case.name for word in given.words)
        if not refresh(case, write=given.write)
    ]
    print(*stale, f"{len(stale)} cases {'written' if given.write else 'are stale'}", sep="\n")
    return 0 if given.write or not stale else 1


if __name__ == "__main__":
    sys.exit(main())
