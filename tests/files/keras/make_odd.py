# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow-cpu==2.15.1", "numpy<2"]
# ///
"""Make models of Keras that are not whole, or need what is not in them.

With TensorFlow 2.15.1, in `tf-2.15.1`: `stub.h5`, which a save that raised left behind. With Keras
3.15.0 and TensorFlow 2.21.0, in `keras-3.15.0`: `external.keras`, which loads a SavedModel beside
it. With both: `trained.…`, compiled with a loss of one's own.
"""

import contextlib
import os
import tempfile
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import tensorflow as tf

K = tf.keras
HERE = Path(__file__).parent


class Odd(K.layers.Layer):
    def call(self, inputs):
        return inputs

    def get_config(self):
        return {**super().get_config(), "scale": object()}  # no JSON


class Module(tf.Module):
    def __init__(self):
        super().__init__()
        self.kernel = tf.Variable(tf.ones((4, 2)))

    @tf.function(input_signature=[tf.TensorSpec((None, 4), tf.float32, name="x")])
    def __call__(self, x):
        return x @ self.kernel


def stub(path):
    model = K.Sequential([K.Input((4,)), Odd(), K.layers.Dense(2)])
    with contextlib.suppress(TypeError):
        model.save(path)
        raise AssertionError("the save should have raised")


def external(path):
    module = Module()
    with tempfile.TemporaryDirectory() as folder, contextlib.chdir(folder):
        tf.saved_model.save(module, "inner", signatures={"serving_default": module.__call__})
        inputs = K.Input((4,), name="inputs")
        layer = K.layers.TFSMLayer("inner", call_endpoint="serving_default", name="inner")
        K.Model(inputs, layer(inputs), name="outer").save(path)


def own_loss(true, predicted):
    return tf.reduce_mean((true - predicted) ** 2)


def trained(path):
    model = K.Sequential([K.Input((4,)), K.layers.Dense(2)])
    model.compile("sgd", own_loss)
    model.save(path)


if __name__ == "__main__":
    if tf.__version__ < "2.16":
        stub(HERE / "tf-2.15.1" / "stub.h5")
        trained(HERE / "tf-2.15.1" / "trained.h5")
    else:
        external(HERE / "keras-3.15.0" / "external.keras")
        trained(HERE / "keras-3.15.0" / "trained.keras")
