"""A checkpoint of training as users write it with `paddle.save`: states inside a dictionary.

Run in an environment of paddlepaddle 3.3.1 under Python 3.11.
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import paddle

HERE = Path(__file__).resolve().parent
TAG = f"paddle{paddle.__version__}-checkpoint"


def array(value):
    data = np.ascontiguousarray(value.numpy() if hasattr(value, "numpy") else value)
    return {
        "dtype": str(data.dtype),
        "shape": list(data.shape),
        "sha256": hashlib.sha256(data.tobytes()).hexdigest(),
    }


paddle.seed(0)
linear, norm = paddle.nn.Linear, paddle.nn.BatchNorm1D
net = paddle.nn.Sequential(linear(3, 16), norm(16), linear(16, 2))
rate = paddle.optimizer.lr.StepDecay(0.01, 2)
optimizer = paddle.optimizer.Adam(rate, parameters=net.parameters())
net(paddle.ones([5, 3])).sum().backward()
optimizer.step()
states = {"model": net.state_dict(), "optimizer": optimizer.state_dict()}
path = HERE / f"{TAG}.pdparams"
paddle.save({**states, "epoch": 3, "best": 0.5, "classes": ["cat", "dog"]}, str(path))
held = paddle.load(str(path))
truth = {
    name: {key: array(value) for key, value in held[name].items() if hasattr(value, "numpy")}
    for name in states
}
(HERE / f"truth_{TAG}.json").write_text(json.dumps(truth) + "\n")
