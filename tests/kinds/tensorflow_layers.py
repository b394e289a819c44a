"""Keras' preprocessing layers that TensorFlow computes, adapted and with functions of one's own."""

import keras
import numpy as np
import tensorflow as tf
from keras import layers

TEXTS = ["a lovely film", "what a dreadful day", "hello"]
ROWS = np.arange(12, dtype="float32").reshape(4, 3) ** 2


def adapted(layer, data):
    layer.adapt(data)
    return layer


def by_spaces(texts):
    return tf.strings.split(tf.strings.upper(texts), " ")


def applied(layer, given, dtype=None):
    made = layer(tf.constant(given, dtype=dtype))
    made = made.to_tensor() if hasattr(made, "to_tensor") else made
    return keras.ops.convert_to_numpy(made)


def of_texts():
    words, looked = layers.TextVectorization, layers.StringLookup
    made = {
        "vectorized": adapted(words(max_tokens=30, output_sequence_length=5), TEXTS),
        "weighed": adapted(words(output_mode="tf_idf"), TEXTS),
        "counted": adapted(words(output_mode="count", ngrams=2), TEXTS),
        "letters": adapted(words(split="character", output_sequence_length=8), TEXTS),
        "own split": adapted(words(standardize=None, split=by_spaces), TEXTS),
        "looked up": looked(vocabulary=["a", "b", "film"], num_oov_indices=2),
        "adapted": adapted(looked(output_mode="one_hot"), ["a", "b", "a"]),
        "hashed": layers.Hashing(num_bins=4),
    }
    return {name: lambda text, layer=layer: applied(layer, [text]) for name, layer in made.items()}


def of_rows():
    whole = adapted(layers.IntegerLookup(), [7, 5, 7])
    made = {
        "normalized": adapted(layers.Normalization(), ROWS),
        "cut": adapted(layers.Discretization(num_bins=3), ROWS),
        "pixels": layers.Rescaling(1 / 255.0, offset=0.5),
    }
    return {
        "numbers": lambda rows: applied(whole, rows.astype("int64") % 9),
        **{
            name: lambda rows, layer=layer: applied(layer, rows, "float32")
            for name, layer in made.items()
        },
    }


def kinds():
    return {**of_texts(), **of_rows()}
