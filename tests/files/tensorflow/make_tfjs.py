# /// script
# requires-python = "==3.11.*"
# dependencies = ["tensorflow-cpu==2.15.1", "numpy<2"]
# ///
"""Make the files of TensorFlow.js, with the converter of tensorflowjs 3.18.0.

Its dependencies ask for more than it needs: `pip install --no-deps tensorflowjs==3.18.0
tensorflow-hub==0.15.0` beside those above.
"""

import json
import os
import shutil

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np

vars(np).update(object=object, bool=bool)  # what the converter asks numpy for

import tensorflow as tf
from tensorflowjs.converters import keras_tfjs_loader
from tensorflowjs.converters.converter import convert

HERE = os.path.dirname(os.path.abspath(__file__))
OUT = os.path.join(HERE, "tfjs-3.18.0")
K = tf.keras


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    os.chdir(OUT)
    tf.random.set_seed(1)
    model = K.Sequential([K.Input((4,)), K.layers.Dense(3, activation="relu"), K.layers.Dense(2)])
    model.save("model.h5")
    model.export("exported")
    shard = ["--weight_shard_size_bytes", "50"]
    convert(["--input_format", "keras", *shard, "model.h5", "layers"])
    convert(["--input_format", "keras", "--quantize_uint8", "*", "model.h5", "quantized"])
    convert(["--input_format", "tf_saved_model", "exported", "graph"])
    truth = {}
    for name in ("layers", "quantized"):
        loaded = keras_tfjs_loader.load_keras_model(os.path.join(name, "model.json"))
        truth[name] = {
            "weights": sorted(
                [item.dtype.name, [int(n) for n in item.shape]] for item in loaded.weights
            ),
            "layers": [type(layer).__name__ for layer in loaded.layers],
        }
    values = [item.tobytes().hex() for item in model.get_weights()]
    truth["values"] = sorted(values)
    os.remove("model.h5")
    shutil.rmtree("exported")
    with open("truth.json", "w") as file:
        json.dump(truth, file, indent=1, sort_keys=True)
        file.write("\n")


main()
