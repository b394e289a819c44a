# /// script
# requires-python = "==3.7.*"
# dependencies = ["tensorflow==1.15.0", "protobuf<3.21", "h5py<3", "numpy<1.19"]
# ///
"""SavedModels of TensorFlow 1.15: one whose nodes call a function, one without a signature."""

import shutil
from pathlib import Path

import tensorflow as tf
from tensorflow.python.framework.function import Defun

HERE = Path(__file__).parent
v1 = tf.compat.v1


@Defun(tf.float32)
def doubled(x):
    return x + x


def save(name, tags, compute, *, signed):
    shutil.rmtree(HERE / name, ignore_errors=True)
    builder = v1.saved_model.Builder(str(HERE / name))
    with tf.Graph().as_default(), v1.Session() as session:
        x = v1.placeholder(tf.float32, [None, 4], name="x")
        scale = v1.get_variable("scale", [4], initializer=tf.ones_initializer())
        y = tf.identity(compute(x * scale), name="y")
        session.run(v1.global_variables_initializer())
        signature = v1.saved_model.predict_signature_def({"x": x}, {"y": y})
        signatures = {"serving_default": signature} if signed else None
        builder.add_meta_graph_and_variables(session, tags, signatures)
        builder.save()


save("called", ["serve"], doubled, signed=True)
save("tagged", ["mine"], tf.square, signed=False)
