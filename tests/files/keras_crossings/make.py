"""Files that another TensorFlow or Keras reads otherwise, or not at all.

`python make.py` in the folder, with TensorFlow 2.10.1 (`tokenized` with TensorFlow Text 2.10.0 too)
and 2.15.1, and with Keras 3.15.0 and torch.
"""

import os

os.environ.setdefault("KERAS_BACKEND", "torch")
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import numpy as np

try:
    import tensorflow as tf

    keras = tf.keras
except ImportError:
    import keras

LAYERS = keras.layers
VERSION = __import__("keras").__version__
ROWS = np.random.default_rng(1).normal(size=(4, 6, 3)).astype("float32")


def filled(model, name):
    """Give each weight a value of its own, save the model, and keep what it predicts."""
    drawn = np.random.default_rng(0)
    model.set_weights([drawn.normal(size=item.shape) for item in model.get_weights()])
    model.save(name)
    return model


def chain(*layers, **given):
    """Return the layers as a model of rows of 6 by 3."""
    return keras.Sequential([LAYERS.InputLayer((6, 3), **given), *layers])


def compiled(optimizer, loss="mean_squared_error"):
    """Return a model that can be trained."""
    model = chain(LAYERS.Flatten(), LAYERS.Dense(2))
    model.compile(optimizer=optimizer, loss=loss)
    return model


if VERSION.startswith("2.10"):
    cudnn = tf.compat.v1.keras.layers.CuDNNLSTM(2, name="fast")
    filled(chain(cudnn), f"cudnn-{VERSION}.h5")
    filled(chain(LAYERS.LSTM(2, stateful=True), batch_size=4), f"stateful-{VERSION}.h5")

    class Own(keras.Model):
        """A model of a class of its own."""

        def __init__(self, size=2):
            super().__init__()
            self.inner = LAYERS.Dense(size)

        def call(self, given):
            """Return the inner layer's output."""
            return self.inner(given)

    own = Own()
    own(ROWS[:, 0])
    filled(own, "own")

    class Four(tf.Module):
        """A program for four rows."""

        def __init__(self):
            super().__init__()
            self.weight = tf.Variable(np.arange(6, dtype="float32").reshape(3, 2))

        @tf.function(input_signature=[tf.TensorSpec([4, 3], tf.float32, name="x")])
        def __call__(self, x):
            """Return two products, of the rows in their order."""
            return {"alone": x @ self.weight, "first": tf.gather(x @ self.weight, [0, 1, 2, 3])}

    four = Four()
    tf.saved_model.save(four, "four", signatures=four.__call__)
    with tf.Graph().as_default(), tf.compat.v1.Session() as session:
        x = tf.compat.v1.placeholder(tf.float32, [None, 3], name="x")
        with tf.device("/device:GPU:0"):
            y = tf.matmul(x, tf.constant(np.ones((3, 2), "float32")))
        builder = tf.compat.v1.saved_model.Builder("placed")  # `simple_save` clears devices
        signature = tf.compat.v1.saved_model.predict_signature_def({"x": x}, {"y": y})
        served = {"serving_default": signature}
        builder.add_meta_graph_and_variables(session, ["serve"], signature_def_map=served)
        builder.save()
    try:
        import tensorflow_text
    except ImportError:
        tensorflow_text = None

    class Words(tf.Module):
        """How many words a text has."""

        @tf.function(input_signature=[tf.TensorSpec([None], tf.string, name="x")])
        def call(self, x):
            """Return a number for each text."""
            return {"n": tensorflow_text.WhitespaceTokenizer().tokenize(x).row_lengths()}

    if tensorflow_text is not None:
        words = Words()
        tf.saved_model.save(words, "tokenized", signatures=words.call)
elif VERSION.startswith("2.15"):
    filled(chain(LAYERS.GroupNormalization(1), LAYERS.Flatten()), f"groups-{VERSION}.h5")
    filled(compiled(keras.optimizers.Adam()), f"adam-{VERSION}.h5")

    class Twice(LAYERS.Layer):
        """A layer of its own."""

        def build(self, shape):
            """Make the weight."""
            self.weight = self.add_weight("weight", (shape[-1],))

        def call(self, given):
            """Return twice the product."""
            return given * self.weight * 2

    chain(Twice(name="own")).save("untraced", save_traces=False)

    def own_loss(told, given):
        """Return the distance."""
        return abs(told - given)

    filled(compiled("sgd", own_loss), "own_loss")
    scaled = LAYERS.Normalization(mean=[0.1, 0.2, 0.3], variance=[1.0, 4.0, 9.0])
    filled(chain(scaled, LAYERS.Flatten(), LAYERS.Dense(2)), f"normalized-{VERSION}.h5")
    filled(compiled(keras.optimizers.legacy.Adam()), f"legacy-{VERSION}.keras")
else:
    filled(compiled("adam", "mse"), f"mse-{VERSION}.h5")
