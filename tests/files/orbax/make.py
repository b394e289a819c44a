"""Checkpoints of orbax in its forms, by several versions, with what each restored of them.

Run in an environment of each: Python 3.10 with orbax-checkpoint 0.4.8, jax 0.4.23; 3.11 with 0.6.4,
jax 0.4.35; 3.11 with 0.12.8, jax 0.10.2.
"""

import hashlib
import json
import shutil
import sys
import warnings
from importlib.metadata import version
from pathlib import Path

import jax
import jax.numpy as jnp
import numpy as np
import orbax.checkpoint as ocp

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
VERSION = version("orbax-checkpoint")
NEW = tuple(map(int, VERSION.split(".")[:2])) >= (0, 6)
TREE = {
    "params": {
        "Dense_0": {"kernel": jnp.arange(12, dtype=jnp.float32).reshape(3, 4)},
        "Dense_1": {"kernel": jnp.ones((4, 2), jnp.bfloat16), "bias": jnp.zeros(2, jnp.float16)},
        "layers": [jnp.ones((2,), jnp.int32), jnp.zeros((1, 1), jnp.float32)],
    },
    "kinds": {
        "flags": jnp.array([True, False]),
        "tokens": jnp.arange(5, dtype=jnp.uint8),
        "waves": jnp.ones(3, jnp.complex64),
        "small": jnp.ones((2, 2), jnp.float8_e4m3fn),
        "scale": jnp.float32(0.5),
        "host": np.arange(4, dtype=np.int64),
        "half": np.float16(1.5),
    },
    "step": 7,
    "rate": 0.25,
    "empty": {},
    "nothing": None,
}


def leaves(tree, path=""):
    pairs = tree.items() if isinstance(tree, dict) else enumerate(tree)
    for key, value in pairs:
        name = f"{path}.{key}" if path else str(key)
        if isinstance(value, (dict, list, tuple)):
            yield from leaves(value, name)
        else:
            yield name, value


def told(tree):
    found = {}
    for name, value in leaves(tree):
        if hasattr(value, "dtype"):
            array = np.asarray(value)
            digest = hashlib.sha256(array.tobytes()).hexdigest()[:16]
            found[name] = [str(array.dtype), list(array.shape), digest]
        elif value is not None:
            found[name] = [type(value).__name__, value]
    return found


def plain(folder, tree=TREE, **options):
    checkpointer = ocp.Checkpointer(ocp.PyTreeCheckpointHandler(**options))
    checkpointer.save(folder, tree)
    return {"": told(checkpointer.restore(folder))}


def zarr(folder):
    return plain(folder, use_ocdbt=False)


def ocdbt(folder):
    return plain(folder, use_ocdbt=True)


def zarr3(folder):
    return plain(folder, use_ocdbt=False, use_zarr3=True)


def ocdbt3(folder):
    return plain(folder, use_ocdbt=True, use_zarr3=True)


def manager(folder):
    """Steps of a manager: of each a folder for the state, and one for what JSON holds."""
    arrays = {"w": jnp.arange(6, dtype=jnp.float32).reshape(2, 3), "b": jnp.zeros(3, jnp.bfloat16)}
    if not NEW:
        saving = ocp.CheckpointManager(folder, {"state": ocp.PyTreeCheckpointer()})
        for step in (1, 2):
            saving.save(step, {"state": arrays})
        return {"2/state": told(saving.restore(2)["state"])}
    saving = ocp.CheckpointManager(folder, item_names=("state", "notes"))
    for step in (1, 2):
        items = {"state": ocp.args.StandardSave(arrays), "notes": ocp.args.JsonSave({"loss": 0.5})}
        saving.save(step, args=ocp.args.Composite(**items))
    saving.wait_until_finished()
    given = ocp.args.Composite(state=ocp.args.StandardRestore(arrays))
    held = saving.restore(2, args=given)
    return {"2/state": told(held["state"])}


def keys(folder):
    """A random key of jax's, which a checkpoint keeps as its words."""
    tree = {"key": jax.random.key(0), "w": jnp.ones(2)}
    checkpointer = ocp.Checkpointer(ocp.PyTreeCheckpointHandler(use_ocdbt=False))
    checkpointer.save(folder, tree)
    held = checkpointer.restore(folder)
    words = jax.random.key_data(held["key"]) if hasattr(held["key"], "dtype") else held["key"]
    return {"": told({"key": words, "w": held["w"]})}


def four(folder):
    """Integers of 4 bits."""
    return plain(
        folder, {"q": jnp.arange(-3, 3, dtype=jnp.int4), "w": jnp.ones(2)}, use_ocdbt=False
    )


def main():
    (HERE / "truth").mkdir(exist_ok=True)
    for maker in (zarr, ocdbt, zarr3, ocdbt3, manager, keys, four):
        name = f"{VERSION}-{maker.__name__}"
        folder = HERE / name
        shutil.rmtree(folder, ignore_errors=True)
        (HERE / "truth" / f"{name}.json").unlink(missing_ok=True)
        try:
            held = maker(folder)
        except Exception as error:
            print(name, type(error).__name__, str(error)[:200], file=sys.stderr)
            for left in HERE.glob(f"{name}*"):
                shutil.rmtree(left)
            continue
        (HERE / "truth" / f"{name}.json").write_text(json.dumps(held) + "\n")


main()
