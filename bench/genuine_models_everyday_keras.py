"""Models of Keras and what is kept beside them, as most people do; see `…_everyday.py`."""

# ruff: noqa: E501

DATA = """
import collections, datetime, json, os, pickle
import numpy as np
rng = np.random.RandomState(0)
X = rng.randn(40, 5).astype("f4")
y = (X[:, 0] > 0).astype("f4")
texts = ["free money now", "meeting at noon"] * 20
import tensorflow as tf
from tensorflow import keras
from tensorflow.keras import layers as L
def net(*layers, loss="binary_crossentropy", shape=(5,), fit=True, **given):
    made = keras.Sequential([L.Input(shape), *(layers or (L.Dense(4, "relu"), L.Dense(1, "sigmoid")))])
    made.compile("adam", loss, metrics=["accuracy"], **given)
    if fit:
        made.fit(X, y, epochs=1, verbose=0)
    return made
def functional():
    a = L.Input((5,), name="a")
    h = L.Dense(8, activation=keras.activations.swish)(a)
    h = L.Add()([h, L.Dense(8)(h)])
    return keras.Model(a, [L.Dense(1, name="r")(h), L.Dense(3, "softmax", name="c")(L.Dropout(0.1)(L.BatchNormalization()(h)))])
def keep(made):
    with open(PATH + ".pkl", "wb") as file:
        pickle.dump(made, file)
"""

KERAS = (
    "",
    """
net().save(PATH + ".keras")
net().save(PATH + ".h5")
functional().save(PATH + ".keras")
functional().save(PATH + ".h5")
net().save_weights(PATH + ".weights.h5")
open(PATH + ".json", "w").write(net().to_json())
keep(net())
keep(functional())
keep(net().get_weights())
keep(net().get_config())
keep(net().fit(X, y, verbose=0, epochs=2).history)
np.savez(PATH + ".npz", *net().get_weights())
np.save(PATH + ".npy", net().fit(X, y, verbose=0).history)
keep({"model": net().to_json(), "weights": net().get_weights(), "scaler": {"mean": X.mean(0)}})
net(L.Reshape((5, 1)), L.LSTM(4, return_sequences=True), L.Bidirectional(L.GRU(3)), L.Dense(1)).save(PATH + ".keras")
net(L.Reshape((5, 1)), L.Conv1D(4, 2, padding="same"), L.MaxPooling1D(), L.GlobalAveragePooling1D(), L.Dense(1)).save(PATH + ".h5")
net(L.Conv2D(4, 3), L.BatchNormalization(), L.LeakyReLU(), L.MaxPooling2D(), L.Flatten(), L.Dense(2, "softmax"), shape=(8, 8, 3), fit=False).save(PATH + ".keras")
net(L.Rescaling(1 / 255), L.RandomFlip(), L.RandomRotation(0.1), L.SeparableConv2D(4, 3), L.GlobalMaxPooling2D(), L.Dense(1), shape=(8, 8, 3), fit=False).save(PATH + ".keras")
net(L.Embedding(9, 4), L.SpatialDropout1D(0.1), L.LSTM(3), L.Dense(1), shape=(7,), fit=False).save(PATH + ".h5")
keras.applications.MobileNetV2((32, 32, 3), weights=None, classes=2, alpha=0.35).save(PATH + ".h5")
keras.applications.MobileNetV2((32, 32, 3), weights=None, classes=2, alpha=0.35).save(PATH + ".keras")
net(loss=keras.losses.Huber()).save(PATH + ".keras")
net(L.Dense(3, kernel_regularizer=keras.regularizers.l2(0.1), kernel_initializer="he_normal", kernel_constraint=keras.constraints.MaxNorm(2)), L.Dense(1)).save(PATH + ".h5")
net(L.Dense(4), L.LayerNormalization(), L.Dense(1)).save(PATH + ".keras")
keep(keras.optimizers.Adam().get_config())
__import__("joblib").dump(net(), PATH + ".joblib")
""",
)
TENSORFLOW = (
    "",
    """
net().export(PATH)
tf.saved_model.save(tf.Module(), PATH)
tf.train.Checkpoint(model=net()).save(PATH + "_ck/c")
open(PATH + ".tflite", "wb").write(tf.lite.TFLiteConverter.from_keras_model(net()).convert())
keep(tf.constant([1.0]).numpy())
keep({"shape": tf.TensorShape([None, 3]), "dtype": tf.float32})
keep(tf.constant([1.0, 2.0]))
keep(keras.utils.to_categorical([0, 1]))
""",
)
OLD = (
    "from tensorflow.keras.preprocessing.text import Tokenizer, tokenizer_from_json\n",
    """
keep((lambda made: made.fit_on_texts(texts) or made)(Tokenizer(num_words=9, oov_token="<OOV>")))
keep({"tokenizer": (lambda made: made.fit_on_texts(texts) or made)(Tokenizer()), "maxlen": 9})
open(PATH + ".json", "w").write((lambda made: made.fit_on_texts(texts) or made)(Tokenizer()).to_json())
""",
)
RECIPES = {"keras": KERAS, "tensorflow": TENSORFLOW, "keras-preprocessing": OLD}
