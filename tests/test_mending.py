"""A fix in place is offered where every output is the same, and declined where one is not."""

import contextlib
import json
import pickle
from pathlib import Path

import numpy as np
import pytest

from loadstone import comparing, readers
from loadstone.core.classes import replace
from loadstone.core.facts import Drift, Load, Ran, Rewrite
from loadstone.engine.run import run_checks
from loadstone.mending import answers, estimators

FILES = Path(__file__).parent / "files" / "pickles"
TOLD = json.loads((FILES / "predictions.json").read_text())
NUMBERS = np.array([[0.1, 0.2, 0.3], [0.9, 0.1, 0.4], [0.5, 0.5, 0.5], [2, -1, 0]])
MADE = {"within its limits": 4}


class Recorded:
    """The original, as it answered in its own environment."""

    def __init__(self, name):
        self.told = {key: np.array(value) for key, value in TOLD[name].items()}

    def probes(self, timeout):
        return NUMBERS, dict(MADE)

    def answers(self, rows, timeout):
        return self.told, {}


@pytest.fixture
def attempt(monkeypatch, tmp_path):
    """Return what comes of a file whose original answers as was recorded of it."""

    def tried(name, change=None):
        real, write = estimators.opened, estimators._written
        artifact = readers.read(FILES / name)
        built = type("Built", (), {"python": "old", "version": "3.10", "versions": {}})

        @contextlib.contextmanager
        def opened(artifact, place, asked):
            if place.python != "old":
                with real(artifact, place, asked) as found:
                    yield found
                return
            ran = Ran("old", "3.10", {"scikit-learn": artifact.producer["scikit-learn"]})
            yield Recorded(name), answers.Told(ran, Load(where="old", loaded=True))

        def written(asked, place, made):
            answer = write(asked, place, made)
            if change is not None:
                model = pickle.loads(made.read_bytes())
                change(model)
                made.write_bytes(pickle.dumps(model))
            return answer

        monkeypatch.setattr(estimators.rebuild, "isolated", lambda *_: built)
        monkeypatch.setattr(estimators, "opened", opened)
        monkeypatch.setattr(estimators, "_written", written)
        asked = answers.Question(artifact, None, trust=False, timeout=60)
        made = tmp_path / estimators.fixed_name(artifact)
        return {type(artifact): artifact, **estimators.attempt(asked, made, None, comparing.here())}

    return tried


def finding(facts):
    found = [item.finding for item in run_checks(facts).found if item.check.code == "LS226"]
    return found[0] if found else None


def test_a_forest_that_is_misread_is_offered_in_place(attempt):
    facts = attempt("sklearn-1.3/forest.pkl")
    assert not facts[Drift].same
    assert facts[Rewrite].proved
    assert facts[Rewrite].drift.result == "identical"
    (edit,) = finding(facts).fix.edits
    assert (edit.name, finding(facts).fix.safety) == ("forest.fixed.pkl", "safe")
    assert "4 rows are identical" in finding(facts).fix.proof


def test_what_predicts_the_same_as_it_is_needs_none(attempt):
    facts = attempt("sklearn-1.5/search.pkl")
    assert facts[Drift].same
    assert Rewrite not in facts
    assert finding(facts) is None


def leaves(model):
    for tree in model.estimators_:
        tree.tree_.value[:] = tree.tree_.value[..., ::-1]


def a_little(model):
    model.estimators_[0].tree_.value[:] += 1e-3


def lost(model):
    del model.estimators_[0].tree_


@pytest.mark.parametrize("change", [leaves, a_little, lost])
def test_a_wrong_value_is_declined(attempt, change):
    facts = attempt("sklearn-1.3/forest.pkl", change)
    rewrite = facts[Rewrite]
    assert not rewrite.proved
    assert finding(facts).fix.edits == ()
    told = finding(facts).message + " ".join(row.saved for row in finding(facts).rows)
    assert "`predict_proba`" in told or "tree_" in told
    if change is leaves:
        assert rewrite.drift.moved == (0, 1, 2, 3)
        assert "predict, row 0" in told


def test_an_output_that_is_lost_is_not_the_same():
    before, now = ({"predict": NUMBERS, "predict_proba": NUMBERS},), ({"predict": NUMBERS},)
    told = [answers.Told(Ran("x"), Load(), batches) for batches in (before, now)]
    artifact = readers.read(FILES / "sklearn-1.3/forest.pkl")
    drift = answers.compared(artifact, *told, [4])
    assert drift.now.error == "`predict_proba`: it is not there"
    assert not drift.same


def lacking(before, now, errors):
    told = answers.Told(Ran("x"), Load(), before, ({}, {}))
    answered = answers.Told(Ran("x"), Load(), now, errors)
    artifact = readers.read(FILES / "sklearn-1.3/forest.pkl")
    counts = {"within its limits": 4, "lacking values": 4}
    return estimators._compared(artifact, told, answered, counts)


def test_rows_that_lack_values_may_be_refused():
    both = ({"predict": NUMBERS}, {"predict": NUMBERS})
    now = ({"predict": NUMBERS}, {})
    drift, refused = lacking(both, now, ({}, {"predict": "ValueError: Input X contains NaN"}))
    assert (drift.same, drift.rows) == (True, 4)
    assert refused == {"lacking values": "ValueError: Input X contains NaN"}
    # other rows may not, and rows that lack values are not left out where they are predicted
    assert not lacking(both, now[::-1], ({"predict": "no"}, {}))[0].same
    drift, refused = lacking(both, ({"predict": NUMBERS}, {"predict": NUMBERS + 1}), ({}, {}))
    assert (drift.moved, refused) == ((4, 5, 6, 7), {})


def test_what_refuses_rows_is_no_safe_fix(attempt):
    facts = attempt("sklearn-1.3/forest.pkl")
    made = {**facts[Rewrite].made, "lacking values": 16}
    refused = {"lacking values": "ValueError: Input X contains NaN. More"}
    facts[Rewrite] = replace(facts[Rewrite], made=made, refused=refused)
    told = "16 rows lacking values, which the original predicts, are refused here"
    assert finding(facts).fix.safety == "unsafe"
    assert f"{told}: ValueError: Input X contains NaN" in finding(facts).notes
    facts[Drift] = facts[Rewrite].drift  # it is the same without a fix
    assert (finding(facts).severity, finding(facts).fix.edits) == ("warning", ())
    assert any(told in note for note in finding(facts).notes)


def test_rows_given_come_before_those_that_are_made():
    given = NUMBERS[:2]
    before = ({"predict": given}, {"predict": NUMBERS})
    other = NUMBERS.copy()
    other[2] += 1
    now = ({"predict": given}, {"predict": other})
    told = [answers.Told(Ran("x"), Load(), batches) for batches in (before, now)]
    artifact = readers.read(FILES / "sklearn-1.3/forest.pkl")
    drift = answers.compared(artifact, *told, [2, 4])
    assert (drift.rows, drift.moved, drift.largest.largest_at) == (6, (4,), 4)


def test_only_pickles_of_another_scikit_learn_are_tried(tmp_path):
    assert estimators.applies(FILES / "sklearn-0.24/forest.joblib")
    other = tmp_path / "model.pkl"
    other.write_bytes(pickle.dumps({"a": 1}))
    assert not estimators.applies(other)
