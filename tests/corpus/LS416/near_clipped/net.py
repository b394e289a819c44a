"""Recurrent layers whose gates are those of today, or of Keras 2.2."""

import keras

L = keras.layers


def clip(x):
    return keras.ops.clip(0.2 * x + 0.5, 0.0, 1.0)


def recurrent(gates="sigmoid", *, clipped=False, reset_after=False):
    gates = clip if clipped else gates
    entered = keras.Input((4, 2))
    read = L.LSTM(3, return_sequences=True, name="read", recurrent_activation=gates)(entered)
    given = {"reset_after": reset_after, "recurrent_activation": gates}
    kept = L.GRU(3, name="kept", **given)(read)
    return keras.Model(entered, L.Dense(2, name="out")(kept))
