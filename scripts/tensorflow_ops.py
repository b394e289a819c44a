"""Write `data/tensorflow_ops.json`: the first TensorFlow, of those asked, that has an operator.

`python scripts/tensorflow_ops.py PYTHON …` asks the TensorFlow of each interpreter for what it
registers (`TF_GetAllOpList`). Those of the oldest stand apart: the others have nearly all of them.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

from packaging.version import Version

TABLE = Path(__file__).parents[1] / "src/loadstone/data/tensorflow_ops.json"
ASK = """
import json, os
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
import tensorflow as tf
from tensorflow.core.framework import op_def_pb2
try:
    from tensorflow.python.client import pywrap_tf_session as c
    c.TF_GetAllOpList
except (ImportError, AttributeError):
    from tensorflow.python import pywrap_tensorflow as c
told = op_def_pb2.OpList.FromString(bytes(c.TF_GetBuffer(c.TF_GetAllOpList())))
print("\\n" + json.dumps({"version": tf.__version__, "ops": [op.name for op in told.op]}))
"""


def main(pythons: list[str]) -> None:
    """Ask each TensorFlow and write the table."""
    found: dict[str, set[str]] = {}
    for python in pythons:
        run = [python, "-c", ASK]
        said = subprocess.run(run, check=True, capture_output=True, text=True).stdout
        told = json.loads(said.splitlines()[-1])
        found[told["version"]] = set(told["ops"])
    versions = sorted(found, key=Version)
    since: dict[str, str] = {}
    for version in reversed(versions[1:]):
        since |= dict.fromkeys(found[version], version)
    since = {op: version for op, version in sorted(since.items()) if op not in found[versions[0]]}
    table = {"versions": versions, "since": since, "oldest": sorted(found[versions[0]])}
    TABLE.write_text(json.dumps(table, indent=0) + "\n", "utf-8")
    print(versions, {version: len(ops) for version, ops in found.items()}, len(since))


if __name__ == "__main__":
    main(sys.argv[1:])
