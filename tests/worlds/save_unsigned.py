"""SavedModels of TensorFlow 1 without a signature, in the folder given: what they predict."""

import json
import sys
from pathlib import Path

import numpy as np
import tensorflow as tf

OUT = Path(sys.argv[1])
X = np.random.RandomState(0).rand(3, 4).astype("float32")


def builder(name):
    return tf.saved_model.builder.SavedModelBuilder(str(OUT / name))


def net(*, is_training=False):
    tf.set_random_seed(3)
    x = tf.placeholder(tf.float32, [None, 4], name="x")
    hidden = tf.layers.batch_normalization(tf.layers.dense(x, 5), training=is_training)
    return x, tf.layers.dense(hidden, 2, name="scores")


def saved(name, tags, more=()):
    """One graph with the tags, and graphs with others of the same variables."""
    with tf.Graph().as_default(), tf.Session() as session:
        x, y = net()
        session.run(tf.global_variables_initializer())
        made = builder(name)
        made.add_meta_graph_and_variables(session, tags)
        for others in more:
            made.add_meta_graph(others)
        made.save()
        return session.run(y, {x: X}).tolist()


truth = {
    "tagged": saved("tagged", ["mine"]),
    "several": saved("several", ["serve"], [["serve", "tpu"]]),
}
with tf.Graph().as_default(), tf.Session() as session:
    x, y = net()
    target = tf.placeholder(tf.float32, [None, 2], name="target")
    tf.train.AdamOptimizer().minimize(tf.losses.mean_squared_error(target, y))
    session.run(tf.global_variables_initializer())
    made = builder("trains")
    made.add_meta_graph_and_variables(session, ["train"])
    made.save()
with tf.Graph().as_default(), tf.Session() as session:
    x, y = net(is_training=True)
    updates = tf.get_collection(tf.GraphKeys.UPDATE_OPS)
    with tf.control_dependencies(updates):
        tf.identity(y, name="after")
    session.run(tf.global_variables_initializer())
    made = builder("updates")
    made.add_meta_graph_and_variables(session, ["serve"])
    made.save()
with tf.Graph().as_default(), tf.Session() as session:
    x, y = net()
    other = tf.placeholder(tf.float32, [None, 3], name="other")
    doubled = tf.multiply(other, 2.0, name="doubled")
    session.run(tf.global_variables_initializer())
    predicted = tf.saved_model.predict_signature_def
    signatures = {"score": predicted({"x": x}, {"y": y})}
    signatures["double"] = predicted({"other": other}, {"twice": doubled})
    made = builder("two_signatures")
    made.add_meta_graph_and_variables(session, ["serve"], signatures)
    made.save()
    truth["two_signatures"] = session.run(y, {x: X}).tolist()
told = {"rows": X.tolist(), "predictions": truth}
(OUT / "truth.json").write_text(json.dumps(told))
