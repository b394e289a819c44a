"""Flax's msgpack of models in training, by several versions, with what each restored.

Run in an environment of each: Python 3.10 with flax 0.7.5, jax 0.4.23, optax 0.1.7; 3.11 with flax
0.12.8, jax 0.10.2, optax 0.2.8.
"""

import hashlib
import json
import shutil
import tempfile
import warnings
from pathlib import Path

import flax
import flax.linen as nn
import jax
import jax.numpy as jnp
import numpy as np
import optax
from flax.training import checkpoints, train_state

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
VERSION = flax.__version__


class Net(nn.Module):
    @nn.compact
    def __call__(self, x):
        x = nn.Conv(2, (3,), param_dtype=jnp.bfloat16)(x)
        x = nn.BatchNorm(use_running_average=True)(x)
        return nn.Dense(2, param_dtype=jnp.float16)(x.reshape((x.shape[0], -1)))


def leaves(tree, path=""):
    for key, value in tree.items():
        name = f"{path}.{key}" if path else key
        if isinstance(value, dict):
            yield from leaves(value, name)
        elif hasattr(value, "dtype"):
            data = np.asarray(value)
            digest = hashlib.sha256(data.tobytes()).hexdigest()[:16]
            yield name, [str(data.dtype), list(data.shape), digest]
        else:
            yield name, [type(value).__name__]


def main():
    net = Net()
    held = net.init(jax.random.PRNGKey(0), jnp.ones((1, 4, 3)))
    state = train_state.TrainState.create(
        apply_fn=net.apply, params=held["params"], tx=optax.adam(1e-3)
    )
    odd = {
        "key": jax.random.PRNGKey(1),
        "flags": np.array([True, False]),
        "waves": np.ones(2, np.complex64),
        "number": 1 + 2j,
        "empty": np.zeros((0, 3), np.int8),
        "words": {"name": "tiny", "ratio": 0.5, "step": 2**40, "none": None},
    }
    made = {"variables": held, "state": state, "odd": odd}
    truth = {}
    for name, tree in made.items():
        data = flax.serialization.to_bytes(tree)
        (HERE / f"{VERSION}-{name}.msgpack").write_bytes(data)
        truth[f"{VERSION}-{name}.msgpack"] = dict(leaves(flax.serialization.msgpack_restore(data)))
    with tempfile.TemporaryDirectory() as place:
        flax.config.update("flax_use_orbax_checkpointing", 0)
        path = Path(checkpoints.save_checkpoint(place, state, 7))
        shutil.copy(path, HERE / f"{VERSION}-{path.name}")
        restored = checkpoints.restore_checkpoint(place, None)
        truth[f"{VERSION}-{path.name}"] = dict(leaves(restored))
    (HERE / f"truth_{VERSION}.json").write_text(json.dumps(truth) + "\n")


main()
