# /// script
# requires-python = "==3.13.*"
# dependencies = ["flax==0.12.1", "orbax-checkpoint==0.12.8"]
# ///
"""flax's msgpack and orbax's folders, with the shapes and dtypes that jax reported."""

import hashlib
import json
import shutil
from pathlib import Path

import flax.serialization
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp

HERE = Path(__file__).resolve().parent
PARAMS = {
    "params": {
        "Dense_0": {
            "kernel": np.arange(12, dtype=np.float32).reshape(3, 4),
            "bias": np.zeros(4, np.float32),
        },
        "Dense_1": {"kernel": jnp.ones((4, 2), jnp.bfloat16), "bias": jnp.zeros(2, jnp.float16)},
    },
    "batch_stats": {"count": np.int64(3), "mean": np.zeros((), np.float64)},
}
MORE = {**PARAMS, "step": 7, "name": "tiny", "big": np.arange(40, dtype=np.int32).reshape(4, 10)}


def leaves(tree, path=""):
    for key, value in tree.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, name)
        elif hasattr(value, "dtype"):
            yield name, np.asarray(value)


def told(tree):
    return {
        name: {
            "dtype": str(array.dtype),
            "shape": list(array.shape),
            "sha256": hashlib.sha256(array.tobytes()).hexdigest(),
        }
        for name, array in leaves(tree)
    }


def main():
    truth = {}
    for name, tree in (("params", PARAMS), ("more", MORE)):
        data = flax.serialization.msgpack_serialize(tree)
        (HERE / f"{name}.msgpack").write_bytes(data)
        truth[f"{name}.msgpack"] = told(flax.serialization.msgpack_restore(data))
    flax.serialization.MAX_CHUNK_SIZE = 64  # bytes; 2**30 in earnest
    data = flax.serialization.msgpack_serialize(MORE)
    (HERE / "chunked.msgpack").write_bytes(data)
    truth["chunked.msgpack"] = told(flax.serialization.msgpack_restore(data))
    arrays = {key: dict(value) for key, value in PARAMS["params"].items()}
    for name, options in (("ocdbt", {"use_ocdbt": True}), ("zarr", {"use_ocdbt": False})):
        folder = HERE / f"orbax_{name}"
        shutil.rmtree(folder, ignore_errors=True)
        with ocp.Checkpointer(ocp.PyTreeCheckpointHandler(**options)) as checkpointer:
            checkpointer.save(folder, arrays)
            truth[folder.name] = told(checkpointer.restore(folder))
    (HERE / "truth.json").write_text(json.dumps(truth, indent=1) + "\n")


main()
