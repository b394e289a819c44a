# /// script
# requires-python = "==3.10.*"
# dependencies = ["paddlepaddle==2.6.2", "setuptools"]
# ///
"""PaddlePaddle's files, with what `paddle` itself says of them.

Run with 2.6.2 (`.pdmodel`) and with 3.2.0 under Python 3.11 (`.json`).
"""

import hashlib
import json
from pathlib import Path

import numpy as np
import paddle

HERE = Path(__file__).resolve().parent
TAG = f"paddle{paddle.__version__}"


class Net(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.fc = paddle.nn.Linear(3, 2)

    def forward(self, x):
        return paddle.nn.functional.relu(self.fc(x))


def main():
    paddle.seed(0)
    net = Net()
    net.eval()
    spec = [paddle.static.InputSpec([None, 3], "float32", name="x")]
    paddle.jit.save(net, str(HERE / TAG), input_spec=spec)
    paddle.save(net.state_dict(), str(HERE / f"{TAG}.pdparams"))
    held = paddle.load(str(HERE / f"{TAG}.pdparams"))
    truth = {
        "state_dict": {
            key: {
                "dtype": str(value.numpy().dtype),
                "shape": list(value.shape),
                "sha256": hashlib.sha256(np.ascontiguousarray(value.numpy()).tobytes()).hexdigest(),
            }
            for key, value in held.items()
        },
        "names": sorted(tensor.name for tensor in net.parameters()),
    }
    (HERE / f"truth_{TAG}.json").write_text(json.dumps(truth, indent=1) + "\n")
    (HERE / f"{TAG}.pdiparams.info").unlink(missing_ok=True)


main()
