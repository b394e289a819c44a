"""Ids beyond an `Embedding` are refused, whatever computes."""

import numpy as np
import pytest

import loadstone
from loadstone.errors import UsageError

keras = pytest.importorskip("keras")
pytestmark = pytest.mark.filterwarnings("ignore:__array__ implementation:DeprecationWarning")
layers = keras.layers


def sequential():
    inner = [layers.Embedding(10, 2, name="words"), layers.Flatten(), layers.Dense(1)]
    return keras.Sequential([keras.Input((4,)), *inner])


def functional():
    ids, other = keras.Input((4,), name="ids"), keras.Input((2,), name="other")
    seen = layers.Flatten()(layers.Embedding(10, 2, name="words")(ids))
    return keras.Model([ids, other], layers.Dense(1)(layers.Concatenate()([seen, other])))


@pytest.mark.parametrize("build", [sequential, functional])
@pytest.mark.parametrize("wrong", [10, 99, -1])
def test_ids_beyond_the_table(build, wrong, tmp_path):
    build().save(tmp_path / "model.keras")
    rows = np.array([[1, 2, 3, 4], [5, 6, 9, 0]])
    with loadstone.load(tmp_path / "model.keras") as predictor:

        def asked(ids):
            other = np.ones((2, 2), "float32")
            return predictor.predict({"ids": ids, "other": other} if build is functional else ids)

        assert len(asked(rows)) == 2
        rows[1, 2] = wrong
        told = f"row 2 holds {wrong}, and `words` has the ids 0 to 9: another tokenizer made it"
        with pytest.raises(UsageError, match=told):
            asked(rows)


def test_fractions_are_cut_off(tmp_path):
    sequential().save(tmp_path / "model.keras")
    with loadstone.load(tmp_path / "model.keras") as predictor:
        assert len(predictor.predict(np.array([[-0.4, 0.0, 9.5, 1.0]], "float32"))) == 1


def test_what_is_not_an_id(tmp_path):
    given = keras.Input((4,))
    halved = layers.Rescaling(0.5)(given)
    flat = layers.Flatten()(layers.Embedding(10, 2)(halved))
    keras.Model(given, layers.Dense(1)(flat)).save(tmp_path / "model.keras")
    with loadstone.load(tmp_path / "model.keras") as predictor:
        assert len(predictor.predict(np.array([[1, 2, 3, 18]]))) == 1
