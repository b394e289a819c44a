"""What numpy 2 pickled, written with the names of numpy 1, is loaded by old numpy."""

import io
import json
import pickle
import subprocess

import joblib
import numpy as np
import pytest
from world_pythons import python_of

from loadstone.fixes.numpy_names import renamed

pytestmark = pytest.mark.slow
VALUE = {
    "numbers": np.arange(6.0).reshape(2, 3),
    "one": np.float32(0.5),
    "flag": np.bool_(True),  # noqa: FBT003 - the number of numpy's
    "kind": np.bool_,
    "objects": np.array(["x", None], dtype=object),
    "records": np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    "numpy._core.multiarray": "a text",
}
READ = """
import json, sys, warnings
warnings.simplefilter("error")
import joblib, numpy, pickle
for path in sys.argv[1:]:
    load = joblib.load if path.endswith("joblib") else pickle.load
    with open(path, "rb") as file:
        v = load(file)
    assert v["kind"] is numpy.bool_ and type(v["records"]) is numpy.recarray
    told = [v["numbers"].tolist(), float(v["one"]), bool(v["flag"]), v["objects"].tolist()]
    print(json.dumps(told + [v["records"].tolist(), v["numpy._core.multiarray"]]))
"""


@pytest.mark.parametrize("world", ["py37-xgb090", "py38-sklearn0242", "py310-sklearn12"])
def test_old_numpy_loads_what_numpy_2_pickled(world, tmp_path):
    highest = 4 if world.startswith("py37") else 5  # protocol 5 came with Python 3.8
    for protocol in range(highest + 1):
        data = pickle.dumps(VALUE, protocol)
        assert b"numpy._core" in data
        (tmp_path / f"{protocol}.pkl").write_bytes(renamed(data))
        if highest < 5:  # joblib pickles arrays of objects by the highest there is
            continue
        file = io.BytesIO()
        joblib.dump(VALUE, file, protocol=max(protocol, 2))
        (tmp_path / f"{protocol}.joblib").write_bytes(renamed(file.getvalue()))
    paths = sorted(map(str, tmp_path.iterdir()))
    run = subprocess.run(
        [python_of(world), "-c", READ, *paths], check=False, capture_output=True, text=True
    )
    assert run.returncode == 0, run.stderr
    told = [json.loads(line) for line in run.stdout.splitlines()]
    records = VALUE["records"].tolist()
    wanted = [VALUE["numbers"].tolist(), 0.5, True, ["x", None], [list(records[0])], "a text"]
    assert told == [wanted] * len(paths)
