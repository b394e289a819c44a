"""A subclassed model, the attribute of one of whose layers is chosen."""

from typing import Any

import keras


class Net(keras.Model):
    def __init__(self, attribute: str = "first") -> None:
        super().__init__()
        setattr(self, attribute, keras.layers.Dense(6, name="wide"))
        self.last = keras.layers.Dense(2, name="narrow")
        self.attribute = attribute

    def call(self, x: Any) -> Any:
        return self.last(getattr(self, self.attribute)(x))


def build(attribute: str = "first") -> keras.Model:
    model = Net(attribute)
    model(keras.ops.zeros((1, 4)))
    return model
