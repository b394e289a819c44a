# /// script
# requires-python = "==3.6.*"
# dependencies = ["keras==1.2.2", "theano==1.0.5", "tensorflow==1.0.1", "numpy==1.16.6", "h5py<3"]
# ///
"""Make models of convolutions that Theano and TensorFlow compute otherwise, with what they predict.

`python make.py theano`, and `tensorflow`, with Keras 1.2.2; `theano` with 2.2.4 too.
"""

import os
import sys

os.environ["KERAS_BACKEND"] = sys.argv[1]
os.environ["THEANO_FLAGS"] = "cxx=,optimizer=None,device=cpu,floatX=float32"
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
if sys.argv[1] == "theano":
    import theano.ifelse  # noqa: F401 - Keras 1 takes it as there

import keras
import numpy as np

HERE = os.path.dirname(os.path.abspath(__file__))
L = keras.layers
ONE = keras.__version__.startswith("1.")


def branches(image):
    """Kernels, strides over edges, kernels of even sizes, holes, poolings of edges."""
    if not ONE:
        given = {"data_format": "channels_first"}
        yield L.Conv2D(2, (3, 2), **given)(image)
        yield L.Conv2D(2, (2, 2), strides=(2, 2), padding="same", **given)(image)
        yield L.MaxPooling2D((2, 2), padding="same", **given)(image)
        return
    given = {"dim_ordering": "th"}
    yield L.Convolution2D(2, 3, 2, **given)(image)
    yield L.Convolution2D(2, 2, 2, subsample=(2, 2), border_mode="same", **given)(image)
    yield L.AtrousConvolution2D(2, 2, 2, atrous_rate=(2, 2), **given)(image)
    yield L.Deconvolution2D(2, 2, 2, output_shape=(None, 2, 6, 6), **given)(image)
    yield L.MaxPooling2D((2, 2), border_mode="same", **given)(image)
    rows = L.Reshape((5, 10))(image)
    yield L.Convolution1D(2, 3)(rows)
    yield L.Convolution3D(2, 1, 2, 2, **given)(L.Reshape((1, 2, 5, 5))(image))


def main():
    """Write the model and what it predicts."""
    draw = np.random.RandomState(0)
    image = L.Input(shape=(2, 5, 5), name="image")
    flat = [L.Flatten()(item) for item in branches(image)]
    both = L.merge(flat, mode="concat") if ONE else L.concatenate(flat)
    model = keras.models.Model(image, L.Dense(3, name="out")(both))
    model.set_weights([draw.uniform(-1, 1, item.shape) for item in model.get_weights()])
    inputs = draw.uniform(-1, 1, (4, 2, 5, 5)).astype("float32")
    path = os.path.join(HERE, f"{keras.__version__}-{sys.argv[1]}")
    model.save(path + ".h5")
    np.savez(path + ".npz", inputs=inputs, outputs=model.predict(inputs))


main()
