"""Weights alone, as the TensorFlow of this world writes them: `python make_weights.py FOLDER`.

What each model predicted is in `cases.json`.
"""

import json
import os
import sys
from pathlib import Path

os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"

import numpy as np
import own_weights
import tensorflow as tf

OUT = Path(sys.argv[1])
X = np.random.default_rng(7).random((5, 4)).astype("float32")
CASES = {}


def keep(file, call, predictions):
    CASES[file] = {"into": call, "rows": X.tolist(), "predictions": predictions.numpy().tolist()}


for call in ("chain()", "nested()", "net()"):
    model = eval(f"own_weights.{call}")
    rng = np.random.default_rng(1)
    model.set_weights([rng.random(held.shape) for held in model.get_weights()])
    found = model(X, training=False)
    name = call.partition("(")[0]
    for file in (f"{name}.h5", f"{name}.weights.h5"):
        model.save_weights(str(OUT / file))
        keep(file, call, found)
    for file in (f"{name}_keras", f"{name}_root", f"{name}_bare"):
        prefix = str(OUT / file / "model")
        if file.endswith("keras"):
            model.save_weights(prefix)
        elif file.endswith("root"):
            step = tf.Variable(3)
            tf.train.Checkpoint(model=model, step=step).write(prefix)
        else:
            tf.train.Checkpoint(model).write(prefix)
        keep(file, call, found)
    if name != "net":
        (OUT / f"{name}.json").write_text(model.to_json())

with tf.Graph().as_default(), tf.compat.v1.Session() as session:
    model = own_weights.chain()
    rng = np.random.default_rng(1)
    model.set_weights([rng.random(held.shape) for held in model.get_weights()])
    saver = tf.compat.v1.train.Saver(model.weights)
    saver.save(session, str(OUT / "chain_named" / "model"), write_meta_graph=False)
    CASES["chain_named"] = CASES["chain.h5"]
(OUT / "cases.json").write_text(json.dumps(CASES))
