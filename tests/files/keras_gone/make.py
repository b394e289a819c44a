# /// script
# requires-python = "==3.10.*"
# dependencies = ["tensorflow-cpu==2.10.1", "numpy<1.24", "protobuf<3.20"]
# ///
"""Models of Keras 2 with arguments that Keras 3 does not have, and what they predict."""

import json
from pathlib import Path

import h5py
import numpy as np
from tensorflow import keras

OUT = Path(__file__).parent
STATE = np.random.RandomState(0)
ROWS = {
    "steps": STATE.rand(3, 8, 4).astype("float32"),
    "images": STATE.rand(2, 8, 8, 3).astype("float32"),
    "words": STATE.randint(0, 9, (3, 5)).astype("float32"),
}
layers = keras.layers
keras.utils.set_random_seed(0)


def texts():
    given = keras.Input((5,))
    held = layers.Embedding(9, 4)(given)
    held = layers.GRU(3, return_sequences=True)(held)
    both = layers.Concatenate()([layers.LSTM(3)(held), layers.SimpleRNN(2)(held)])
    held = layers.Dropout(0.2)(layers.Dense(2, "softmax")(both))
    return keras.Model(given, held), "words"


def mobile():
    given = keras.Input((8, 8, 3))
    held = layers.ZeroPadding2D()(given)
    held = layers.DepthwiseConv2D(3, use_bias=False)(held)
    held = layers.ReLU(6.0)(layers.BatchNormalization()(held))
    held = layers.Add()([held, layers.Conv2D(3, 1, activation="tanh")(held)])
    held = layers.Conv2DTranspose(2, 2, activation="relu")(layers.MaxPooling2D()(held))
    return keras.Model(given, layers.GlobalAveragePooling2D()(held)), "images"


def signal():
    model = keras.Sequential(
        [
            layers.Conv1D(3, 2, input_shape=(8, 4)),
            layers.DepthwiseConv1D(2),
            layers.Activation("sigmoid"),
            layers.Conv1DTranspose(2, 2),
            layers.Flatten(),
            layers.Dense(4, "relu"),
            layers.Reshape((2, 2)),
        ]
    )
    return model, "steps"


def hard():
    model = keras.Sequential([layers.LSTM(3, recurrent_activation="hard_sigmoid")])
    model.build((None, 8, 4))
    return model, "steps"


def gate():
    given = layers.Dense(3, activation="hard_sigmoid", input_shape=(8, 4))
    return keras.Sequential([given, layers.Flatten(), layers.Dense(2)]), "steps"


truth = {}
for made in (texts, mobile, signal, hard, gate):
    model, rows = made()
    for layer in model.layers:  # biases and moving means that are not zero
        layer.set_weights([item + STATE.rand(*item.shape) / 4 for item in layer.get_weights()])
    model.save(OUT / f"{made.__name__}.h5")
    predicted = model.predict(ROWS[rows], verbose=0)
    with h5py.File(OUT / f"{made.__name__}.h5") as file:
        config = file.attrs["model_config"]
    truth[made.__name__] = {
        "rows": ROWS[rows].tolist(),
        "predictions": predicted.tolist(),
        "config": config,
    }
(OUT / "predictions.json").write_text(json.dumps(truth))
