"""Archives of Keras 2 that Keras 3 does not take as they are, and what they predict.

Run in the folder with TensorFlow 2.12.1 (the weights of one model), 2.13.1 and 2.15.1, under Python
3.11.
"""

import json
from pathlib import Path

import numpy as np
import tensorflow as tf
from tensorflow import keras

VERSION = ".".join(tf.__version__.split(".")[:2])
LAYERS = keras.layers
STATE = np.random.RandomState(0)
ROWS = {
    "steps": STATE.randn(2, 6, 4).astype("float32"),
    "flat": STATE.randn(3, 4).astype("float32"),
    "images": STATE.rand(2, 6, 6, 2).astype("float32"),
}
keras.utils.set_random_seed(0)


def attention():
    """A block of a transformer: tensors by names, shapes, a normalisation, a causal mask."""
    entered = keras.Input((6, 4))
    keys = LAYERS.Dense(4, "gelu")(entered)
    seen = LAYERS.MultiHeadAttention(2, 3)(entered, keys, key=keys, use_causal_mask=True)
    seen = LAYERS.LayerNormalization()(LAYERS.Add()([entered, seen]))
    seen = LAYERS.Add()([seen, LAYERS.Attention()([seen, seen])])
    return keras.Model(entered, LAYERS.Dense(2)(LAYERS.GlobalAveragePooling1D()(seen))), "steps"


def texts():
    """Recurrent layers, two ways, one of cells."""
    entered = keras.Input((6, 4))
    both = LAYERS.Bidirectional(LAYERS.LSTM(3, return_sequences=True))(entered)
    read = LAYERS.RNN([LAYERS.LSTMCell(3), LAYERS.GRUCell(2)])(LAYERS.SpatialDropout1D(0.1)(both))
    return keras.Model(entered, LAYERS.Dense(2, "softmax")(read)), "steps"


def chain():
    """Layers of one shape, some without weights between, in a sequential model that was trained."""
    layers = [keras.Input((4,))]
    for _ in range(11):
        layers += [LAYERS.Dense(4, "tanh"), LAYERS.Dropout(0.1)]
    model = keras.Sequential([*layers, LAYERS.BatchNormalization()])
    model.compile("adam", "mse")
    model.fit(ROWS["flat"], ROWS["flat"], verbose=0)
    return model, "flat"


def transfer():
    """Models inside, one frozen and called with `training=False`, two of one shape."""
    base = keras.Sequential(
        [keras.Input((6, 6, 2)), LAYERS.Conv2D(4, 3), LAYERS.BatchNormalization(), LAYERS.ReLU(6)],
        name="base",
    )
    base.trainable = False
    heads = [
        keras.Sequential([keras.Input((4,)), LAYERS.Dense(4)], name=name)
        for name in ("first", "second")
    ]
    entered = keras.Input((6, 6, 2))
    seen = LAYERS.GlobalAveragePooling2D()(base(entered, training=False))
    return keras.Model(entered, heads[1](LAYERS.ReLU()(heads[0](seen)))), "images"


def halves():
    """Half precision."""
    keras.mixed_precision.set_global_policy("mixed_float16")
    entered = keras.Input((4,))
    seen = LAYERS.BatchNormalization()(LAYERS.Dense(4, "relu")(entered))
    model = keras.Model(entered, LAYERS.Dense(2, dtype="float32")(seen))
    keras.mixed_precision.set_global_policy("float32")
    return model, "flat"


for build in (chain,) if VERSION == "2.12" else (attention, texts, chain, transfer, halves):
    made, rows = build()
    held = made.get_weights()
    made.set_weights([item + STATE.rand(*item.shape).astype("float32") / 4 for item in held])
    name = f"{build.__name__}-{VERSION}"
    if VERSION != "2.12":
        made.save(f"{name}.keras")
    if build is attention:
        made.save(f"{name}.h5")
    truth = {"rows": ROWS[rows].tolist(), "predictions": made.predict(ROWS[rows]).tolist()}
    Path(f"{name}.json").write_text(json.dumps(truth), "utf-8")
    if build is chain and VERSION in ("2.12", "2.13"):
        made.save_weights(f"{name}.weights.h5")
