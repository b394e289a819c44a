# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow-cpu==2.15.1", "numpy<2"]
# ///
"""Make the files of TensorFlow 2: `python make_tf2.py`, in each of the versions that are kept.

The folder is named after the version that runs it: 2.8.4 (Python 3.9), 2.15.1, 2.21.0 (3.11).
"""

import json
import os
import shutil
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import truth

VERSION = tf.__version__
MINOR = int(VERSION.split(".")[1])
OUT = os.path.join(HERE, "tf-" + VERSION)
K = tf.keras
TRUTH = {}
X = np.random.RandomState(0).rand(3, 4).astype("float32")


def at(*names):
    return os.path.join(OUT, *names)


class SimpleModel(K.Model):
    def __init__(self):
        super().__init__()
        self.dense1 = K.layers.Dense(5, activation="relu")
        self.dense2 = K.layers.Dense(2)

    def call(self, inputs):
        return self.dense2(self.dense1(inputs))


class Scorer(tf.Module):
    """Two signatures, a lookup table from an asset, a scalar that is not trained."""

    def __init__(self, words):
        super().__init__()
        self.weight = tf.Variable(np.arange(12, dtype="float32").reshape(6, 2), name="weight")
        self.calls = tf.Variable(0, dtype=tf.int64, trainable=False, name="calls")
        self.table = tf.lookup.StaticVocabularyTable(
            tf.lookup.TextFileInitializer(
                words,
                tf.string,
                tf.lookup.TextFileIndex.WHOLE_LINE,
                tf.int64,
                tf.lookup.TextFileIndex.LINE_NUMBER,
            ),
            num_oov_buckets=3,
        )

    @tf.function(input_signature=[tf.TensorSpec([None], tf.string, "tokens")])
    def score(self, tokens):
        return {"scores": tf.gather(self.weight, self.table.lookup(tokens))}

    @tf.function(input_signature=[tf.TensorSpec([None, 6], tf.float32, "features")])
    def project(self, features):
        return {"projected": tf.matmul(features, self.weight)}

    @tf.function
    def count(self, by=1):
        return self.calls.assign_add(tf.cast(by, tf.int64))


def saved(name):
    TRUTH[name] = truth.saved_model(at(name))


def subclassed():
    model = SimpleModel()
    model(np.ones((1, 10), "float32"))
    tf.saved_model.save(model, at("subclassed"))
    saved("subclassed")


def sequential(fitted):
    model = K.Sequential([K.Input((4,)), K.layers.Dense(3, activation="relu"), K.layers.Dense(2)])
    model.compile("adam", "mse")
    if fitted:
        model.fit(X, np.zeros((3, 2), "float32"), epochs=1, verbose=0)
    return model


def keras_saved():
    if MINOR >= 16:
        return
    sequential(fitted=True).save(at("keras"))
    saved("keras")


def exported():
    if MINOR < 13:
        return
    model = sequential(fitted=False)
    model.export(at("exported"))
    saved("exported")


def module():
    words = "words.txt"  # relative: the path is kept in the graph
    with open(words, "w") as file:
        file.write("good\nbad\nugly\n")
    scorer = Scorer(words)
    scorer.count()
    tf.saved_model.save(
        scorer, at("module"), signatures={"score": scorer.score, "project": scorer.project}
    )
    os.remove(words)
    saved("module")


def text():
    if MINOR < 10:
        return
    layer = K.layers.TextVectorization(max_tokens=20, output_sequence_length=4)
    layer.adapt(np.array(["the cat sat", "the dog ran"]))
    inputs = K.Input((1,), dtype="string")
    outputs = K.layers.Dense(1)(K.layers.Embedding(20, 2)(layer(inputs)))
    model = K.Model(inputs, outputs)
    if MINOR >= 16:
        model.export(at("text"))
    else:
        model.save(at("text"))
    saved("text")


def checkpoint():
    model = sequential(fitted=False)
    optimizer = K.optimizers.Adam()
    state = tf.train.Checkpoint(net=model, optimizer=optimizer, step=tf.Variable(7))
    with tf.GradientTape() as tape:
        loss = tf.reduce_sum(model(X) ** 2)
    variables = model.trainable_variables
    optimizer.apply_gradients(zip(tape.gradient(loss, variables), variables))
    os.makedirs(at("checkpoint"))
    prefix = tf.train.CheckpointManager(state, at("checkpoint"), max_to_keep=1).save()
    TRUTH["checkpoint"] = {
        "prefix": os.path.basename(prefix),
        "variables": truth.variables(prefix),
        "values": truth.values(prefix),
    }


def weights():
    if MINOR >= 16:
        return
    model = sequential(fitted=True)
    os.makedirs(at("weights"))
    model.save_weights(at("weights", "model"))
    TRUTH["weights"] = {
        "prefix": "model",
        "variables": truth.variables(at("weights", "model")),
        "values": truth.values(at("weights", "model")),
    }


def frozen():
    from tensorflow.python.framework.convert_to_constants import (
        convert_variables_to_constants_v2,
    )

    model = sequential(fitted=False)
    function = tf.function(lambda features: model(features))  # noqa: PLW0108 - a model is none
    concrete = function.get_concrete_function(tf.TensorSpec([None, 4], tf.float32, "features"))
    graph = convert_variables_to_constants_v2(concrete).graph.as_graph_def()
    tf.io.write_graph(graph, at("frozen"), "frozen.pb", as_text=False)
    tf.io.write_graph(graph, at("frozen"), "frozen.pbtxt", as_text=True)
    TRUTH["frozen"] = truth.graph(graph)


def lite():
    os.makedirs(at("tflite"))
    model = sequential(fitted=False)

    class Held(tf.Module):
        @tf.function(input_signature=[tf.TensorSpec([1, 4], tf.float32, "features")])
        def run(self, features):
            return {"scores": model(features)}

        @tf.function(input_signature=[tf.TensorSpec([2, 2], tf.float32, "matrix")])
        def flex(self, matrix):
            return {"inverse": tf.linalg.inv(matrix)}

    held = Held()
    held.model = model
    run = held.run.get_concrete_function()
    flex = held.flex.get_concrete_function()

    def convert(name, concrete, **options):
        converter = tf.lite.TFLiteConverter.from_concrete_functions([concrete], held)
        for key, value in options.items():
            setattr(converter, key, value)
        with open(at("tflite", name), "wb") as file:
            file.write(converter.convert())
        try:
            TRUTH["tflite/" + name] = truth.tflite(at("tflite", name))
        except Exception as error:
            TRUTH["tflite/" + name] = {"error": str(error)[:200]}

    convert("float.tflite", run)
    if MINOR < 16:
        convert(
            "int8.tflite",
            run,
            optimizations=[tf.lite.Optimize.DEFAULT],
            representative_dataset=lambda: ([X[i : i + 1]] for i in range(3)),
            target_spec=tf.lite.TargetSpec(supported_ops=[tf.lite.OpsSet.TFLITE_BUILTINS_INT8]),
            inference_input_type=tf.int8,
            inference_output_type=tf.int8,
        )
    convert(
        "flex.tflite",
        flex,
        target_spec=tf.lite.TargetSpec(
            supported_ops=[tf.lite.OpsSet.TFLITE_BUILTINS, tf.lite.OpsSet.SELECT_TF_OPS]
        ),
    )


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    os.chdir(OUT)
    tf.random.set_seed(1)
    for make in (
        subclassed,
        keras_saved,
        exported,
        module,
        text,
        checkpoint,
        weights,
        frozen,
        lite,
    ):
        make()
    with open(at("truth.json"), "w") as file:
        json.dump(TRUTH, file, indent=1, sort_keys=True)
        file.write("\n")


main()
