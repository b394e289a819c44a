"""Outputs of two environments, row by row; and a file asked in one that is this one."""

import contextlib
import json
import pickle
import sys

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.linear_model import LinearRegression, LogisticRegression

from loadstone import comparing
from loadstone.cli import main
from loadstone.core.facts import Drift, Ran
from loadstone.engine.drift import drift
from loadstone.errors import UsageError

X = np.random.default_rng(0).random((40, 3))


def one(before, now):
    (found,) = drift({"predictions": before}, {"predictions": now}, np.shape(before)[0])
    return found


def test_the_same_bits_are_identical():
    found = one(X, X.copy())
    assert (found.result, found.moved, found.difference) == ("identical", (), 0.0)


def test_a_millionth_of_the_largest_value_is_within_tolerance():
    now = X.copy()
    now[7, 1] += 5e-7 * X.max()
    found = one(X, now)
    assert (found.result, found.moved, found.largest_at) == ("within tolerance", (), 7)
    assert found.difference == pytest.approx(5e-7 * X.max(), rel=1e-6)
    now[7, 1] += 1e-6 * X.max()
    assert one(X, now).moved == (7,)


def test_rows_that_moved_are_told_with_what_they_were():
    now = X[:, 0].copy()
    now[[3, 30]] += [1, -2]
    found = one(X[:, 0], now)
    assert (found.result, found.moved, found.largest_at) == ("differs", (3, 30), 30)
    assert [(row.row, float(row.before), float(row.now)) for row in found.examples] == [
        (at, X[at, 0], now[at]) for at in (3, 30)
    ]


def test_labels_are_compared_whatever_holds_them():
    labels = np.array(["no", "yes", "no"])
    assert one(labels, labels.astype(object)).result == "identical"
    found = one(labels, np.array(["no", "no", "no"], dtype=object))
    assert (found.moved, found.difference) == ((1,), None)
    assert (found.examples[0].before, found.examples[0].now) == ("'yes'", "'no'")


def test_sparse_outputs_and_other_precisions():
    assert one(sp.csr_matrix(X), sp.csr_matrix(X).tocoo()).result == "identical"
    single = X.astype(np.float32)
    assert one(single, single.astype(np.float64)).result == "identical"
    assert one(X, single).result == "within tolerance"


def test_another_shape_moves_every_row():
    found = one(X, X[:, :2])
    assert found.moved == tuple(range(40))
    assert "40×3" in str(found.examples) or found.examples[0].before != found.examples[0].now


def test_outputs_that_one_of_them_lacks_are_left_out():
    (found,) = drift({"predictions": X, "probabilities": X}, {"predictions": X}, 40)
    assert found.name == "predictions"


def test_versions_in_words():
    def between(before, now, python="3.8.18"):
        return Drift(1, "scikit-learn", Ran("", "3.8.18", before), Ran("", python, now)).versions

    old, new = {"numpy": "1.2", "scikit-learn": "0.24"}, {"numpy": "2.0", "scikit-learn": "1.9"}
    assert between(old, new) == "scikit-learn 0.24 → 1.9"
    assert between(old, old | {"numpy": "2.0"}) == "numpy 1.2 → 2.0"
    assert between(old, old, "3.9.1") == "Python 3.8.18 → 3.9.1"
    assert between(old, old) == "scikit-learn 0.24 in both"
    assert between(old, {"numpy": "1.2"}) == "scikit-learn 0.24 → not installed"


@pytest.fixture
def question(tmp_path):
    def make(model, rows):
        path = tmp_path / "model.pkl"
        path.write_bytes(pickle.dumps(model))
        return stack.enter_context(comparing.question(path, rows))

    with contextlib.ExitStack() as stack:
        yield make


def test_one_environment_answers(question):
    asked = question(LogisticRegression().fit(X, X[:, 0] > 0.5), X)
    first, second = (comparing.ask(asked, comparing.here()) for _ in range(2))
    assert first.ran.where == "this environment"
    assert first.ran.versions["scikit-learn"] == second.ran.versions["scikit-learn"]
    found = comparing.drift(asked, first, second)
    assert (found.rows, found.result, found.library) == (40, "identical", "scikit-learn")
    assert [item.name for item in found.outputs] == ["predictions", "probabilities"]


def test_what_does_not_predict_is_part_of_the_answer(question):
    model = LinearRegression().fit(X, X[:, 0])
    del model.coef_
    asked = question(model, X)
    answer = comparing.ask(asked, comparing.here())
    assert "coef_" in answer.ran.error or "not fitted" in answer.ran.error
    assert answer.load.loaded
    assert answer.outputs == {}
    found = comparing.drift(asked, answer, answer)
    assert (found.result, found.outputs) == ("unproven", ())


def test_rows_that_do_not_fit_are_the_callers_mistake(question):
    frame = [{"a": 1.0}]
    pd = pytest.importorskip("pandas")
    model = LinearRegression().fit(pd.DataFrame({"x": [1.0, 2.0]}), [1, 2])
    with pytest.raises(UsageError, match="lack `x`"):
        comparing.ask(question(model, frame), comparing.here())


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["--env", "both", "-i", "rows.json", "--into", "net:Net"], "leave out `--into`"),
        (["--env", "both", "-i", "rows.json", "--fix"], "leave out `--fix`"),
        (["--python", "3.8"], "how `--env both` and `--fix` load it"),
        (["--env", "here"], "invalid choice"),
    ],
)
def test_arguments_that_make_no_sense(arguments, told, capsys):
    assert main(["check", "model.pkl", *arguments]) == 2
    assert told in capsys.readouterr().err


def test_rows_that_neither_takes_are_the_callers_mistake(tmp_path, monkeypatch):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LogisticRegression().fit(X, X[:, 0] > 0.5)))
    monkeypatch.setattr(comparing, "made", lambda asked, wishes: comparing.here())
    with pytest.raises(UsageError, match="neither here nor where it was made: ValueError: could"):
        comparing.both(path, [["a", "b", "c"]])


def test_without_rows_there_is_nothing_to_compare(tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps(LogisticRegression().fit(X, X[:, 0] > 0.5)))
    with pytest.raises(UsageError, match="say which rows"):
        comparing.both(path)


def test_what_would_run_code_is_not_run(tmp_path, capsys):
    class Evil:
        def __reduce__(self):
            return print, (json.dumps(sys.version),)

    path = tmp_path / "evil.pkl"
    path.write_bytes(pickle.dumps(Evil()))
    (tmp_path / "rows.json").write_text("[[1]]")
    code = main(["check", str(path), "--env", "both", "-i", str(tmp_path / "rows.json")])
    shown = capsys.readouterr()
    assert code == 1
    assert "LS710" in shown.out
    assert "rebuilding" not in shown.err
