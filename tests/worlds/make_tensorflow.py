"""Make models with the TensorFlow of this world, and write down what they predict there.

Runs on Python 3.6 and newer: `python make_tensorflow.py FOLDER`. A case holds its own rows.
"""

import json
import os
import shutil
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import tensorflow as tf

OUT = Path(sys.argv[1])
STATE = np.random.RandomState(0)
X = STATE.rand(20, 10).astype("float32")
IDS = STATE.randint(0, 7, (20, 6))
EXTRA = STATE.rand(20, 3).astype("float32")
IMAGES = STATE.rand(4, 8, 8, 3).astype("float32")
TEXTS = ["good film", "bad film", "very good", "very bad plot", "unheard words"]
CASES = {}
VERSION = tuple(int(part) for part in tf.__version__.split(".")[:2])
keras = tf.keras
tf.compat.v1.set_random_seed(0)


def plain(value):
    if isinstance(value, dict):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [plain(item) for item in value]
    value = np.asarray(value)
    if value.dtype.kind in "OS":
        return np.vectorize(lambda item: item.decode(), otypes=[object])(value).tolist()
    return value.tolist()


def note(name, file, rows, predictions):
    CASES[name] = {"file": file, "rows": plain(rows), "predictions": plain(predictions)}


def records(**columns):
    count = len(next(iter(columns.values())))
    return [{key: plain(item[at]) for key, item in columns.items()} for at in range(count)]


class SimpleModel(keras.Model):
    def __init__(self):
        super().__init__()
        self.dense1 = keras.layers.Dense(5, activation="relu")
        self.dense2 = keras.layers.Dense(2)

    def call(self, inputs):
        return self.dense2(self.dense1(inputs))


def whole(name, model, rows, given):
    """Save a Keras model in each of the ways that this version has."""
    expected = model.predict(given)
    names = getattr(model, "output_names", [])
    if isinstance(expected, list):
        expected = dict(zip(names, expected))  # noqa: B905 - Python 3.6 has no `strict`
    if VERSION < (2, 16):
        model.save(str(OUT / name), save_format="tf")
        note(name, name, rows, expected)
    else:
        model.export(str(OUT / name))
        values = expected.values() if isinstance(expected, dict) else [expected]
        numbered = {f"output_{at}": item for at, item in enumerate(values)}
        note(name, name, rows, numbered if len(numbered) > 1 else expected)
    model.save(str(OUT / (name + ".h5")))
    note(name + ".h5", name + ".h5", rows, expected)
    if VERSION >= (2, 13):
        model.save(str(OUT / (name + ".keras")))
        note(name + ".keras", name + ".keras", rows, expected)


def layered():
    layers = keras.layers
    sequential = keras.Sequential(
        [
            layers.Dense(7, activation="relu", input_shape=(10,)),
            layers.BatchNormalization(),
            layers.Dropout(0.5),
            layers.Dense(3, activation="softmax"),
        ]
    )
    sequential.compile("adam", "categorical_crossentropy")
    sequential.fit(X, np.eye(3)[STATE.randint(0, 3, 20)], epochs=2, verbose=0)
    whole("sequential", sequential, X, X)

    ids = keras.Input((6,), dtype="int32", name="ids")
    extra = keras.Input((3,), name="extra")
    held = layers.LSTM(4)(layers.Embedding(7, 5)(ids))
    both = layers.concatenate([held, extra])
    out = [layers.Dense(1, name="score")(both), layers.Dense(2, name="pair")(both)]
    functional = keras.Model([ids, extra], out)
    rows = records(extra=EXTRA, ids=IDS)
    whole("functional", functional, rows, [IDS.astype("int32"), EXTRA])

    image = keras.Sequential(
        [
            layers.Conv2D(4, 3, activation="relu", input_shape=(8, 8, 3)),
            layers.GlobalAveragePooling2D(),
            layers.Dense(2),
        ]
    )
    whole("image", image, IMAGES, IMAGES)


def alone():
    """One file without Keras: a frozen graph, and TensorFlow Lite whole and quantised."""
    model = keras.Sequential([keras.layers.Dense(3, input_shape=(10,), activation="tanh")])
    expected = model(X)
    spec = tf.TensorSpec([None, 10], tf.float32, name="features")
    function = tf.function(model).get_concrete_function(spec)
    from tensorflow.python.framework.convert_to_constants import convert_variables_to_constants_v2

    graph = convert_variables_to_constants_v2(function).graph.as_graph_def()
    (OUT / "frozen.pb").write_bytes(graph.SerializeToString())
    note("frozen", "frozen.pb", X, expected)
    converter = tf.lite.TFLiteConverter.from_concrete_functions([function])
    (OUT / "float.tflite").write_bytes(converter.convert())
    note("float.tflite", "float.tflite", X, expected)


def subclassed():
    model = SimpleModel()
    expected = model(X)
    tf.saved_model.save(model, str(OUT / "simple"))
    note("simple", "simple", X, expected)


def texts():
    layers = keras.layers
    made = getattr(layers, "TextVectorization", None)
    made = made or layers.experimental.preprocessing.TextVectorization
    tokens = made(output_sequence_length=4)
    tokens.adapt(np.array(TEXTS[:4]))
    given = keras.Input((1,), dtype="string", name="text")
    held = layers.GlobalAveragePooling1D()(layers.Embedding(20, 3)(tokens(given)))
    model = keras.Model(given, layers.Dense(2)(held))
    column = np.array(TEXTS).reshape(-1, 1)
    expected = model(tf.constant(column))
    if VERSION < (2, 16):
        model.save(str(OUT / "texts"))
        note("texts", "texts", TEXTS, expected)
    if VERSION >= (2, 13):
        model.save(str(OUT / "texts.keras"))
        note("texts.keras", "texts.keras", TEXTS, expected)


class Doubled(tf.Module):
    def __init__(self):
        super().__init__()
        self.weight = tf.Variable(3.0)

    @tf.function(input_signature=[tf.TensorSpec([None, 2], tf.float32, name="x")])
    def __call__(self, x):
        return {"twice": 2 * self.weight * x, "total": tf.reduce_sum(x, 1)}

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="words")])
    def shout(self, words):
        return tf.strings.upper(words)


def modules():
    module = Doubled()
    rows = X[:, :2]
    signatures = {"serving_default": module.__call__.get_concrete_function()}
    tf.saved_model.save(module, str(OUT / "signed"), signatures=signatures)
    note("signed", "signed", rows, dict(module(rows)))
    tf.saved_model.save(module, str(OUT / "unsigned"))
    note("unsigned", "unsigned", rows, dict(module(rows)))
    words = {"serving_default": module.shout.get_concrete_function()}
    tf.saved_model.save(module, str(OUT / "words"), signatures=words)
    note("words", "words", ["abc", "é"], module.shout(tf.constant(["abc", "é"])))
    both = {"double": signatures["serving_default"], "shout": words["serving_default"]}
    tf.saved_model.save(module, str(OUT / "several"), signatures=both)
    note("several", "several", records(x=rows), dict(module(rows)))


def graphs():
    """TensorFlow 1: a graph, a session, a table, `simple_save`."""
    v1 = tf.compat.v1
    with v1.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder("float32", [None, 10], name="x")
        w = v1.get_variable("w", [10, 2], initializer=v1.random_normal_initializer(seed=1))
        y = v1.identity(tf.matmul(x, w), name="y")
        session.run(v1.global_variables_initializer())
        expected = session.run(y, {x: X})
        v1.saved_model.simple_save(session, str(OUT / "graph"), {"x": x}, {"y": y})
    note("graph", "graph", X, expected)


SPEC = {
    "size": tf.io.FixedLenFeature([2], tf.float32),
    "count": tf.io.FixedLenFeature([], tf.int64, default_value=0),
    "word": tf.io.FixedLenFeature([], tf.string),
}


class Parsing(tf.Module):
    """What an estimator is exported as: a program of `tf.train.Example`."""

    def score(self, examples):
        told = tf.io.parse_example(examples, SPEC)
        small = tf.reduce_sum(told["size"] * [1.0, 10.0], 1)
        long = tf.strings.length(told["word"])
        return {
            "score": small
            + 100 * tf.cast(told["count"], "float32")
            + 1000 * tf.cast(long, "float32")
        }

    call = tf.function(score, input_signature=[tf.TensorSpec([None], tf.string, name="examples")])


class Four(tf.Module):
    """A program for four rows, and no other number."""

    @tf.function(input_signature=[tf.TensorSpec([4, 10], tf.float32, name="x")])
    def call(self, x):
        return {"total": tf.reduce_sum(tf.reshape(x, [4, 10]), 1)}


def of_examples():
    rows = records(
        size=np.arange(16).reshape(8, 2) / 2, count=np.arange(8), word=["a" * n for n in range(8)]
    )
    del rows[5]["count"]
    expected = [
        row["size"][0] + 10 * row["size"][1] + 100 * row.get("count", 0) + 1000 * len(row["word"])
        for row in rows
    ]
    CASES["examples"] = {"file": "examples", "rows": rows, "predictions": expected}
    parsing = Parsing()
    if VERSION >= (2, 0):
        tf.saved_model.save(parsing, str(OUT / "examples"), signatures=parsing.call)
        return
    v1 = tf.compat.v1
    with v1.Graph().as_default(), v1.Session() as session:
        given = v1.placeholder(tf.string, [None])
        v1.saved_model.simple_save(
            session, str(OUT / "examples"), {"examples": given}, parsing.score(given)
        )


def exported(name, estimator, receiver, rows, given, *, signature=None):
    """Export an estimator of TensorFlow 1, and ask what was exported as its own predictor does."""
    from tensorflow.contrib.predictor import from_saved_model

    place = estimator.export_saved_model(str(OUT / "exported"), receiver)
    shutil.move(place.decode(), str(OUT / name))
    found = from_saved_model(str(OUT / name), signature_def_key=signature)(given)
    told = {k: v.astype("U") if v.dtype.kind in "OS" else v for k, v in found.items()}
    note(name, name, rows, told if len(told) > 1 else next(iter(told.values())))


def estimators():
    columns = [
        tf.feature_column.numeric_column("size", (2,)),
        tf.feature_column.indicator_column(
            tf.feature_column.categorical_column_with_vocabulary_list("word", ["a", "b", "c"])
        ),
    ]
    words = np.array(["a", "b", "c", "d"] * 5)
    sizes = EXTRA[:, :2]
    known = {"size": sizes, "word": words}
    labels = STATE.randint(0, 3, 20)
    feed = tf.compat.v1.estimator.inputs.numpy_input_fn(known, labels, shuffle=False)
    classifier = tf.estimator.DNNClassifier([4], columns, n_classes=3)
    classifier.train(feed, steps=5)
    rows = records(size=sizes, word=words)
    parsed = tf.feature_column.make_parse_example_spec(columns)
    serving = tf.estimator.export.build_parsing_serving_input_receiver_fn(parsed)
    examples = [
        tf.train.Example(
            features=tf.train.Features(
                feature={
                    "size": tf.train.Feature(float_list=tf.train.FloatList(value=size)),
                    "word": tf.train.Feature(bytes_list=tf.train.BytesList(value=[word.encode()])),
                }
            )
        ).SerializeToString()
        for size, word in zip(sizes, words)  # noqa: B905 - Python 3.6 has no `strict`
    ]
    exported("estimator", classifier, serving, rows, {"inputs": examples})

    regressor = tf.estimator.LinearRegressor(columns[:1])
    regressor.train(
        tf.compat.v1.estimator.inputs.numpy_input_fn({"size": sizes}, sizes[:, 0], shuffle=False),
        steps=5,
    )

    def placed():
        given = {"size": tf.compat.v1.placeholder("float32", [None, 2], name="size")}
        return tf.estimator.export.ServingInputReceiver(given, given)

    exported("regressor", regressor, placed, sizes, {"size": sizes}, signature="predict")


def looked_up():
    """A graph of TensorFlow 1 with a table that is read from a file of words."""
    v1 = tf.compat.v1
    vocabulary = OUT / "words.txt"
    vocabulary.write_text("good\nbad\nfilm\n")
    with v1.Graph().as_default(), v1.Session() as session:
        words = v1.placeholder(tf.string, [None], name="words")
        table = tf.contrib.lookup.index_table_from_file(str(vocabulary), num_oov_buckets=1)
        weights = v1.get_variable("w", [4, 2], initializer=v1.random_normal_initializer(seed=2))
        y = tf.gather(weights, table.lookup(words))
        session.run([v1.global_variables_initializer(), v1.tables_initializer()])
        rows = ["film", "good", "unheard"]
        expected = session.run(y, {words: rows})
        v1.saved_model.simple_save(
            session, str(OUT / "looked"), {"words": words}, {"y": y}, v1.tables_initializer()
        )
    vocabulary.unlink()
    note("looked", "looked", rows, expected)


def weights_of(model, name, rows, expected):
    """Keep an architecture and weights of it apart; `weights.json` tells what they predict."""
    (OUT / (name + ".json")).write_text(model.to_json())
    files = [name + ".weights-only.h5"]
    model.save_weights(str(OUT / files[0]))
    if model.__module__.startswith("tensorflow"):
        files.append(name + "_checkpoint/model")
        model.save_weights(str(OUT / files[1]))
    told = OUT / "weights.json"
    held = json.loads(told.read_text()) if told.exists() else {}
    for file in files:
        held[file] = {
            "into": name + ".json",
            "rows": plain(rows),
            "predictions": plain(expected),
        }
    told.write_text(json.dumps(held))


def keras_alone():
    """Keras 2.2.4, before it was a part of TensorFlow."""
    import keras as alone

    layers = alone.layers
    with tf.Graph().as_default(), tf.compat.v1.Session().as_default():
        ids, extra = layers.Input((6,), name="ids"), layers.Input((3,), name="extra")
        held = layers.LSTM(4)(layers.Embedding(7, 5)(ids))
        both = layers.concatenate([layers.GRU(3)(layers.Embedding(7, 5)(ids)), held, extra])
        out = [layers.Dense(1, name="score")(both), layers.Dense(2, name="pair")(both)]
        model = alone.models.Model([ids, extra], out)
        found = model.predict([IDS, EXTRA])
        model.save(str(OUT / "keras-2.2.4.h5"))
        rows = records(extra=EXTRA, ids=IDS)
        expected = {"score": found[0], "pair": found[1]}
        note("keras-2.2.4.h5", "keras-2.2.4.h5", rows, expected)
        weights_of(model, "alone", rows, expected)


def of_four_rows():
    four = Four()
    tf.saved_model.save(four, str(OUT / "four"), signatures=four.call)
    note("four", "four", X[:10], X[:10].sum(1))


of_examples()
graphs() if VERSION < (2, 16) else None
if VERSION >= (2, 0):
    subclassed()
    of_four_rows()
    alone()
    modules()
    texts()
    layered()
else:
    with tf.Graph().as_default(), tf.compat.v1.Session().as_default():
        model = keras.Sequential([keras.layers.Dense(3, input_shape=(10,), activation="relu")])
        whole_h5 = model.predict(X)
        model.save(str(OUT / "sequential.h5"))
        note("sequential.h5", "sequential.h5", X, whole_h5)
        weights_of(model, "sequential", X, whole_h5)
    estimators()
    looked_up()
    keras_alone()
(OUT / "cases.json").write_text(json.dumps(CASES))
