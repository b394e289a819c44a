"""PaddlePaddle's files, with what `paddle` itself says of them after loading.

Run in an environment of each: paddlepaddle 2.6.2 under Python 3.10, 3.0.0, 3.2.0 and 3.3.1 under
3.11, each with setuptools. Older releases than 2.6.2 are no more on PyPI.
"""

import hashlib
import json
import warnings
from pathlib import Path

import numpy as np
import paddle

warnings.simplefilter("ignore")
HERE = Path(__file__).resolve().parent
TAG = f"paddle{paddle.__version__}"
OLD = paddle.__version__.startswith("2.")


class Net(paddle.nn.Layer):
    def __init__(self):
        super().__init__()
        self.fc = paddle.nn.Linear(3, 2)

    def forward(self, x):
        return paddle.nn.functional.relu(self.fc(x))


class Two(paddle.nn.Layer):
    """Two inputs, two outputs, a table, statistics, and a loop in the program."""

    def __init__(self):
        super().__init__()
        self.words = paddle.nn.Embedding(10, 4)
        self.conv = paddle.nn.Conv1D(4, 2, 3)
        self.norm = paddle.nn.BatchNorm1D(2)
        self.scale = self.create_parameter([2], dtype="float64")

    def forward(self, tokens, weights):
        found = self.norm(self.conv(self.words(tokens).transpose([0, 2, 1])))
        count = paddle.zeros([1], "int32")
        while count < 3:
            found = found * 2.0
            count = count + 1
        return found.sum(-1) * weights, self.scale + found.mean().cast("float64")


def array(value):
    data = np.ascontiguousarray(value.numpy() if hasattr(value, "numpy") else value)
    return {
        "dtype": str(data.dtype),
        "shape": list(data.shape),
        "sha256": hashlib.sha256(data.tobytes()).hexdigest(),
    }


def port(value):
    word = str(value.dtype).rpartition(".")[2].lower()
    name = value.name if OLD else None  # those of the newer programs have none
    return {"name": name, "dtype": word, "shape": list(value.shape)}


def persistent(program):
    """Return the names of what is kept; other values of the newer programs have none."""
    if OLD:
        return [item.name for item in program.list_vars() if item.persistable]
    named = ("builtin.parameter", "builtin.constant")
    found = [op for op in program.global_block().ops if op.name() in named]
    return [op.result(0).name for op in found]


def forget_stacks(path):
    """Leave out where each operator was called: paths of the machine that made the file."""
    from paddle.base.proto import framework_pb2

    program = framework_pb2.ProgramDesc()
    program.ParseFromString(path.read_bytes())
    for block in program.blocks:
        for op in block.ops:
            for item in [item for item in op.attrs if item.name == "op_callstack"]:
                op.attrs.remove(item)
    path.write_bytes(program.SerializeToString())


def save(net, spec, tag):
    """Save for inference, and return what the program says once it is loaded."""
    net.eval()
    paddle.jit.save(net, str(HERE / tag), input_spec=spec)
    (HERE / f"{tag}.pdiparams.info").unlink(missing_ok=True)
    if OLD:
        forget_stacks(HERE / f"{tag}.pdmodel")
    paddle.enable_static()
    executor = paddle.static.Executor(paddle.CPUPlace())
    scope = paddle.static.Scope()
    with paddle.static.scope_guard(scope):
        program, feeds, fetched = paddle.static.load_inference_model(str(HERE / tag), executor)
        arrays = {
            name: array(np.array(scope.find_var(name).get_tensor()))
            for name in persistent(program)
            if name not in ("feed", "fetch") and scope.find_var(name) is not None
        }
    paddle.disable_static()
    return {
        "parameters": arrays,
        "feeds": list(feeds),
        "fetched": [port(item) for item in fetched],
        "version": paddle.__version__,
    }


def main():
    paddle.seed(0)
    net = Net()
    told = save(net, [paddle.static.InputSpec([None, 3], "float32", name="x")], TAG)
    paddle.save(net.state_dict(), str(HERE / f"{TAG}.pdparams"))
    held = paddle.load(str(HERE / f"{TAG}.pdparams"))
    truth = {
        "state_dict": {key: array(value) for key, value in held.items()},
        "names": sorted(tensor.name for tensor in net.parameters()),
        "inference": told,
    }
    two = Two()
    optimizer = paddle.optimizer.Adam(0.01, parameters=two.conv.parameters())
    sum(item.sum() for item in two(paddle.ones([2, 5], "int64"), paddle.ones([2, 2]))).backward()
    optimizer.step()
    paddle.save(optimizer.state_dict(), str(HERE / f"{TAG}-two.pdopt"))
    paddle.save(two.state_dict(), str(HERE / f"{TAG}-two.pdparams"))
    spec = [
        paddle.static.InputSpec([None, 5], "int64", name="tokens"),
        paddle.static.InputSpec([None, 2], "float32", name="weights"),
    ]
    truth["two"] = save(two, spec, f"{TAG}-two")
    kept = paddle.load(str(HERE / f"{TAG}-two.pdopt"))
    truth["optimizer"] = {
        key: array(value) for key, value in kept.items() if hasattr(value, "numpy")
    }
    kept = paddle.load(str(HERE / f"{TAG}-two.pdparams"))
    truth["two"]["state_dict"] = {key: array(value) for key, value in kept.items()}
    (HERE / f"truth_{TAG}.json").write_text(json.dumps(truth) + "\n")


main()
