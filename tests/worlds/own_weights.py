"""Models whose weights are saved alone, by the code that builds them."""

import numpy as np

try:
    from tensorflow import keras
except ImportError:  # of Keras 3 with another backend
    import keras

layers = keras.layers


def chain(first="left", second="right", units=4):
    held = [layers.Dense(4, activation="tanh", name=first), layers.Dense(units, name=second)]
    held.append(layers.BatchNormalization(name="norm"))
    return keras.Sequential([keras.Input((4,)), *held])


def nested(*, frozen=False):
    held = [layers.Dense(4, name="one"), layers.BatchNormalization(name="norm")]
    held.append(layers.Dense(4, name="two"))
    inner = keras.Sequential([keras.Input((4,)), *held], name="inner")
    inner.trainable = not frozen
    return keras.Sequential([keras.Input((4,)), inner, layers.Dense(2, name="out")])


class Net(keras.Model):
    def __init__(self, attribute="first"):
        super().__init__()
        self.memory = layers.Bidirectional(layers.LSTM(3))
        setattr(self, attribute, layers.Dense(4))
        self.blocks = [layers.Dense(4, name="enc"), layers.Dense(4, name="dec")]
        self.head = keras.Sequential([layers.Dense(2), layers.Dropout(0.1)])
        self.attribute = attribute

    def call(self, x):
        x = getattr(self, self.attribute)(x)
        for block in self.blocks:
            x = block(x)
        return self.head(self.memory(x[:, None]))


def net(attribute="first"):
    model = Net(attribute)
    model(np.zeros((1, 4), "float32"))
    return model
