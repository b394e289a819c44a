"""What the weights in these cases are loaded into."""

import keras

layers = keras.layers


def build(*, classes: int = 2, more: bool = False) -> keras.Model:
    parts = [layers.Dense(3, "relu", name="hidden"), layers.BatchNormalization(name="norm")]
    parts += [layers.Dense(3, name="added")] if more else []
    return keras.Sequential([keras.Input((4,)), *parts, layers.Dense(classes, name="out")])
