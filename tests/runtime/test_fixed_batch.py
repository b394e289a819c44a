"""Rows for a program that takes batches of one size."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest

from loadstone.runtime.fixed_batch import run_in, size_of
from loadstone.runtime.ports import Port
from loadstone.runtime.rows import MisfitError

ROWS = np.arange(30, dtype="float32").reshape(10, 3)


def program(given: dict[str, Any]) -> dict[str, Any]:
    """Two outputs of four rows, and never of another number."""
    held = given["x"]
    assert held.shape == (4, 3)
    return {"twice": held * 2, "names": np.array([str(row[0]) for row in held], dtype=object)}


@pytest.mark.parametrize("many", [1, 3, 4, 5, 8, 10])
def test_all_rows_get_what_they_get_alone(many: int) -> None:
    found = run_in(4, {"x": ROWS[:many]}, program)
    np.testing.assert_array_equal(found["twice"], ROWS[:many] * 2)
    assert found["names"].tolist() == [str(row[0]) for row in ROWS[:many]]


def test_rows_that_depend_on_each_other_are_refused_where_a_batch_is_not_full() -> None:
    def centred(held: Any) -> Any:
        return held - held.mean()

    with pytest.raises(MisfitError, match="which depend on each other"):
        run_in(4, ROWS[:6], centred)
    whole = run_in(4, ROWS[:8], centred)
    np.testing.assert_array_equal(whole[:4], ROWS[:4] - ROWS[:4].mean())


def test_an_output_without_a_row_for_each_is_refused() -> None:
    with pytest.raises(MisfitError, match="has not one for each"):
        run_in(4, ROWS[:6], lambda held: held.sum())
    assert run_in(4, ROWS[:4], lambda held: held.sum()) == ROWS[:4].sum()


def test_what_takes_any_number_is_asked_once() -> None:
    seen: list[int] = []

    def asked(held: Any) -> Any:
        seen.append(len(held))
        return held

    run_in(None, ROWS, asked)
    assert seen == [10]


def test_the_size_is_that_of_every_input() -> None:
    assert size_of([Port("a", "float32", [4, 3]), Port("b", "int32", [4])]) == 4
    assert size_of([Port("a", "float32", [4, 3]), Port("b", "int32", [5])]) is None
    assert size_of([Port("a", "float32", [None, 3])]) is None
    assert size_of([Port("a", "float32", None)]) is None
    assert size_of([Port("a", "float32", [])]) is None


@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("many", [3, 8, 11])
def test_a_model_of_keras_gives_every_row_what_it_gives_without_the_size(many: int) -> None:
    from loadstone.runtime.keras_model import choose_backend

    choose_backend()
    keras = pytest.importorskip("keras")
    from loadstone.runtime.keras_run import KerasRun

    def built(size: int | None) -> Any:
        entered = keras.Input((3,), batch_size=size)
        hidden = keras.layers.Dense(5, activation="relu")(entered)
        return keras.Model(entered, [hidden, keras.layers.Dense(2)(hidden)])

    keras.utils.set_random_seed(0)
    fixed, free = built(4), built(None)
    free.set_weights(fixed.get_weights())
    rows = np.random.default_rng(0).normal(size=(many, 3)).astype("float32")
    for left, right in zip(KerasRun(fixed)(rows), KerasRun(free)(rows), strict=True):
        assert left.shape == right.shape
        np.testing.assert_allclose(left, right, rtol=1e-5, atol=1e-6)
