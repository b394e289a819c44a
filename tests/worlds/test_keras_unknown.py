"""Layers of Keras that look up tell what they do not know, in a model and before it."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from world_pythons import python_of

import loadstone

pytestmark = pytest.mark.slow
BEGIN = """
import json, sys, warnings
from pathlib import Path
import keras
import numpy as np
import tensorflow as tf
import loadstone

OUT = Path(sys.argv[1])
TEXTS = ["hello world", "a lovely day in rome", "what a day"]
"""
SAVE = (
    BEGIN
    + """
layers = keras.layers
TEXT = (1,) if keras.__version__ < "3" else ()

def words():
    layer = layers.TextVectorization(output_sequence_length=6)
    layer.adapt(TEXTS)
    return layer

def head(*first):
    return keras.Sequential(
        [*first, layers.Embedding(30, 4), layers.GlobalAveragePooling1D(), layers.Dense(2)]
    )

inside = head(keras.Input(TEXT, dtype="string"), words())
loadstone.save(inside, OUT / "inside.lode", examples=TEXTS)
city, age = keras.Input((1,), dtype="string", name="city"), keras.Input((1,), name="age")
cities = layers.StringLookup(vocabulary=["oslo", "rome"], output_mode="one_hot", name="cities")
both = layers.Dense(1)(layers.Concatenate()([cities(city), age]))
rows = {"city": np.array([["oslo"], ["rome"]], object), "age": np.array([[1.0], [2.0]], "f4")}
loadstone.save(keras.Model({"city": city, "age": age}, both), OUT / "rows.lode", examples=rows)
plain = head(keras.Input((6,)))
loadstone.save(plain, OUT / "layer.lode", preprocess=words(), examples=TEXTS)
own = words()

def step(text):
    return own(tf.constant([text.lower()]))[0].numpy()

loadstone.save(plain, OUT / "own.lode", preprocess=step, examples=TEXTS)
"""
)
LOAD = (
    BEGIN
    + """
GIVEN = ["a day", "hello universe", "x y day"]
ROWS = {"city": np.array([["oslo"], ["bern"]], object), "age": np.array([[1.0], [2.0]], "f4")}
found = {}
for name in ("inside", "rows", "layer", "own"):
    model = loadstone.load(OUT / f"{name}.lode", env="current")
    with warnings.catch_warnings(record=True) as known:
        warnings.simplefilter("always")
        model.predict({k: v[:1] for k, v in ROWS.items()} if name == "rows" else TEXTS)
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.predict(ROWS if name == "rows" else GIVEN)
    texts = [str(item.message) for item in told if item.category.__name__ == "UnknownInput"]
    proved = model.report.verdict.predicts_the_same
    found[name] = [proved, [item for item in known if "Unknown" in item.category.__name__], texts]
print(json.dumps(found))
"""
)
WORDS = (
    "`universe`, `x` and `y` are unknown to the vocabulary `{}`: 3 of 7 tokens; 0% at save "
    "(2 of 3 rows: 2 with 1 of 2 tokens and 3 with 2 of 3)"
)
VALUES = (
    "`bern` is unknown to `cities`: 1 of 2 values; 0% at save "
    "(1 of 2 rows: row 2 with 1 of 1 value)"
)


def run(world, source, place):
    described = place / "installed" / "loadstone-0.1.0.dist-info"
    described.mkdir(parents=True, exist_ok=True)
    (described / "METADATA").write_text("Metadata-Version: 2.1\nName: loadstone\nVersion: 0.1.0\n")
    path = os.pathsep.join((str(Path(loadstone.__file__).parents[1]), str(place / "installed")))
    script = place / "script.py"
    script.write_text(source)
    done = subprocess.run(
        [python_of(world), script, place],
        env={**os.environ, "PYTHONPATH": path, "KERAS_BACKEND": "tensorflow"},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.parametrize("world", ["py311-tf215", "py313-tf221"])
def test_what_layers_do_not_know_is_told_by_row(world, tmp_path):
    run(world, SAVE, tmp_path)
    told = json.loads(run(world, LOAD, tmp_path).splitlines()[-1])
    assert {name: proved for name, (proved, _, _) in told.items()} == dict.fromkeys(
        told, "identical"
    )
    assert [known for _, known, _ in told.values()] == [[]] * 4
    assert {name: texts for name, (_, _, texts) in told.items()} == {
        "inside": [WORDS.format("text_vectorization")],
        "rows": [VALUES],
        "layer": [WORDS.format("TextVectorization")],
        "own": [WORDS.format("own")],
    }


TOKENIZER = (
    BEGIN
    + """
found = []
for most in (None, 8):
    words = keras.preprocessing.text.Tokenizer(num_words=most)
    words.fit_on_texts(TEXTS)

    def step(text):
        numbers = words.texts_to_sequences([text])[0]
        return np.array((numbers + [0] * 6)[:6], "f4")

    net = keras.Sequential([keras.Input((6,)), keras.layers.Dense(2)])
    loadstone.save(net, OUT / f"{most}.lode", preprocess=step, examples=TEXTS)
    model = loadstone.load(OUT / f"{most}.lode", env="current")
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        model.predict(["a day", "hello universe", "what"])
    texts = [str(item.message) for item in told if item.category.__name__ == "UnknownInput"]
    (counted,) = model.coverage.lookups
    found.append([counted.unknown, counted.looked_up, counted.saved, texts])
print(json.dumps(found))
"""
)


def test_words_that_a_tokenizer_of_keras_2_drops_are_told(tmp_path):
    whole, cut = json.loads(run("py311-tf215", TOKENIZER, tmp_path).splitlines()[-1])
    told = "`universe` is unknown to the vocabulary `words`: 1 of 5 tokens; 0% at save "
    assert whole == [1, 5, [10, 0], [f"{told}(1 of 3 rows: row 2 with 1 of 2 tokens)"]]
    assert cut == [2, 5, [10, 1], []]  # `what` is in the table, and was dropped at save too
