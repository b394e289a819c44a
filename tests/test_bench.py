"""Every benchmark runs; how fast anything is, no test says."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("subject", ["inspect", "imports", "load", "predict", "pickles", "fix"])
def test_a_subject_runs_beside_its_peers(tmp_path, subject):
    pytest.importorskip("torch")
    place = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", subject, "--quick", "--json", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    for table in json.loads(place.read_text("utf-8")):
        names = [row["name"] for row in table["rows"]]
        assert names[0] == table["ours"]
        assert len(names) > 1
        assert all(second > 0 for row in table["rows"] for second in row["wall"])


def test_the_memory_of_one_subject_is_not_anothers(tmp_path):
    pytest.importorskip("torch")
    place = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "predict", "imports", "--quick", "--json", str(place)]
    subprocess.run(command, cwd=ROOT, capture_output=True, check=True)
    rows = [row for table in json.loads(place.read_text("utf-8")) for row in table["rows"]]
    peaks = {row["name"]: row["peak_mb"] for row in rows if row["peak_mb"]}
    assert peaks["python, nothing else"] < 0.5 * peaks["import torch"]


def test_the_matching_is_never_wrong_and_its_peers_are_measured(tmp_path):
    pytest.importorskip("torch")
    place = tmp_path / "figures.json"
    command = [sys.executable, "-m", "bench", "matching", "--quick", "--json", str(place)]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    (table,) = json.loads(place.read_text("utf-8"))
    totals = {name: Counter() for name in table["counts"]}
    for name, counts in table["counts"].items():
        for outcomes in counts.values():
            totals[name].update(outcomes)
    ours = totals["loadstone"]
    assert not [outcome for outcome in ours if outcome.endswith("wrong")]
    assert ours["decidable right"] >= 0.97 * (ours["decidable right"] + ours["decidable declined"])
    assert ours["decidable right"] > 150
    assert ours["declines declined"] > 20
    assert len(totals) > 3
    own = totals.pop("transformers, from_pretrained", Counter())  # of its own classes alone
    assert own.total() < ours.total()
    assert all(counts.total() == ours.total() for counts in totals.values())
    assert table["settled"]["declined"]
