# /// script
# requires-python = "==3.7.*"
# dependencies = ["tensorflow==1.15.5", "protobuf<3.21", "h5py<3", "numpy<1.19"]
# ///
"""Make the files of TensorFlow 1.15 in its own ways: sessions, builders, savers, an estimator."""

import json
import os
import shutil
import sys

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["CUDA_VISIBLE_DEVICES"] = "-1"

import numpy as np
import tensorflow as tf

HERE = os.path.dirname(os.path.abspath(__file__))
sys.path.insert(0, HERE)

import truth

OUT = os.path.join(HERE, "tf-" + tf.__version__)
TRUTH = {}
tf.compat.v1.logging.set_verbosity("ERROR")


def at(*names):
    return os.path.join(OUT, *names)


def network():
    x = tf.compat.v1.placeholder(tf.float32, [None, 4], name="x")
    w = tf.compat.v1.get_variable("dense/kernel", [4, 2], initializer=tf.ones_initializer())
    b = tf.compat.v1.get_variable("dense/bias", [2], initializer=tf.zeros_initializer())
    return x, tf.identity(tf.matmul(x, w) + b, name="y")


def session():
    config = tf.compat.v1.ConfigProto(device_count={"CPU": 2})
    one = tf.compat.v1.Session(config=config)
    one.run(tf.compat.v1.global_variables_initializer())
    return one


def simple():
    with tf.Graph().as_default():
        x, y = network()
        with session() as one:
            tf.compat.v1.saved_model.simple_save(one, at("simple"), {"x": x}, {"y": y})
    TRUTH["simple"] = truth.saved_model(at("simple"))


def two_tags():
    builder = tf.compat.v1.saved_model.Builder(at("two_tags"))
    with tf.Graph().as_default():
        x, y = network()
        with session() as one:
            builder.add_meta_graph_and_variables(one, ["train"], strip_default_attrs=True)
    with tf.Graph().as_default():
        x, y = network()
        signature = tf.compat.v1.saved_model.predict_signature_def({"x": x}, {"y": y})
        builder.add_meta_graph(["serve", "gpu"], {"serving_default": signature})
    builder.save()
    TRUTH["two_tags"] = truth.saved_model(at("two_tags"))


def as_text():
    with tf.Graph().as_default():
        x, y = network()
        with session() as one:
            builder = tf.compat.v1.saved_model.Builder(at("as_text"))
            signature = tf.compat.v1.saved_model.predict_signature_def({"x": x}, {"y": y})
            builder.add_meta_graph_and_variables(one, ["serve"], {"serving_default": signature})
            builder.save(as_text=True)
    TRUTH["as_text"] = truth.saved_model(at("as_text"))


def estimator():
    columns = [tf.feature_column.numeric_column("a"), tf.feature_column.numeric_column("b")]
    model = tf.estimator.LinearClassifier(columns, model_dir=at("run"))
    data = {"a": np.ones(4, "float32"), "b": np.zeros(4, "float32")}
    model.train(lambda: (dict(data), np.array([0, 1, 0, 1])), steps=2)
    spec = tf.feature_column.make_parse_example_spec(columns)
    receiver = tf.estimator.export.build_parsing_serving_input_receiver_fn(spec)
    made = model.export_saved_model(at("estimator"), receiver).decode()
    os.rename(made, at("estimator", "1"))
    shutil.rmtree(at("run"))
    TRUTH["estimator/1"] = truth.saved_model(at("estimator", "1"))


def saver():
    os.makedirs(at("saver"))
    with tf.Graph().as_default():
        x, y = network()
        with tf.device("/cpu:1"):
            tf.compat.v1.get_variable("step", [], tf.int64)
        tf.compat.v1.get_variable(
            "table", [5, 2], partitioner=tf.compat.v1.fixed_size_partitioner(2)
        )
        loss = tf.reduce_sum(y)
        train = tf.compat.v1.train.AdamOptimizer().minimize(loss)
        with session() as one:
            one.run(train, {x: np.ones((1, 4))})
            save = tf.compat.v1.train.Saver(sharded=True, save_relative_paths=True)
            prefix = save.save(one, at("saver", "model"), global_step=12)
            TRUTH["saver"] = {
                "prefix": os.path.basename(prefix),
                "variables": truth.variables(prefix),
                "values": truth.values(prefix),
            }
            os.makedirs(at("v1"))
            old = tf.compat.v1.train.Saver(
                write_version=tf.compat.v1.train.SaverDef.V1, save_relative_paths=True
            )
            old.save(one, at("v1", "old.ckpt"), write_meta_graph=False)
            TRUTH["v1"] = {"variables": truth.variables(at("v1", "old.ckpt"))}
            graph = tf.compat.v1.graph_util.convert_variables_to_constants(
                one, one.graph.as_graph_def(), ["y"]
            )
    tf.io.write_graph(graph, at("frozen"), "frozen.pb", as_text=False)
    TRUTH["frozen"] = truth.graph(graph)


def main():
    shutil.rmtree(OUT, ignore_errors=True)
    os.makedirs(OUT)
    tf.compat.v1.set_random_seed(1)
    for make in (simple, two_tags, as_text, estimator, saver):
        make()
    with open(at("truth.json"), "w") as file:
        json.dump(TRUTH, file, indent=1, sort_keys=True)
        file.write("\n")


main()
