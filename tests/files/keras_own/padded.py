"""A layer that heeds a mask, and a function: code of one's own for Keras 2 and 3."""

import keras


class Pool(keras.layers.Layer):
    """The mean of what is not masked."""

    def __init__(self, **settings):
        super().__init__(**settings)
        self.supports_masking = True

    def call(self, x, mask=None):
        if hasattr(keras, "ops"):
            kept = keras.ops.cast(mask, "float32")[:, :, None]
            return keras.ops.sum(x * kept, 1) / (keras.ops.sum(kept, 1) + 1e-6)
        import tensorflow as tf

        kept = tf.cast(mask, "float32")[:, :, None]
        return tf.reduce_sum(x * kept, 1) / (tf.reduce_sum(kept, 1) + 1e-6)

    def compute_mask(self, x, mask=None):
        return None


def bent(x):
    """An activation."""
    return x * 0.5 + x * x
