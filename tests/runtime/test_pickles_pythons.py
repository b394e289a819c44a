"""The machine runs on every Python that a rebuilt environment may have."""

import glob
import os
import shutil
import subprocess
from pathlib import Path

import pytest

RUNTIME = Path(__file__).parents[2] / "src" / "loadstone" / "runtime"
LIGHTGBM = Path(__file__).parents[1] / "files" / "lightgbm" / "3.3.5-binary.txt"
MINORS = range(6, 15)

SCRIPT = """
import collections, importlib, pickle, sys, types
sys.dont_write_bytecode = True
package = types.ModuleType("runtime")
package.__path__ = [sys.argv[1]]  # without the package around it
sys.modules["runtime"] = package
pickles = importlib.import_module("runtime.pickles")
audited = importlib.import_module("runtime.audited")
value = [1, -2**70, 1.5, "\\xe9\\ud800", b"x" * 99, (1, 2), {"k": {3}}]
value.append(collections.OrderedDict(a=1))
for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
    data = pickle.dumps(value, protocol)
    stream = pickles.read(data)
    assert stream.end == len(data)
    assert stream.value[:4] == value[:4]
    assert stream.value[6].get("k") is not None
    assert audited.verdict(stream) == ("library", []), audited.verdict(stream)
deep = pickles.read(b"N" + b"\\x85" * 1000000 + b".")
assert sum(1 for _ in pickles.walk(deep.value)) == 1000000
del deep
calls = b"cm\\nC\\n" + b")R" * 300000 + b"."  # freed without recursion, whatever the limit is
calls = pickles.read(calls, limits=pickles.Limits(work=10_000_000))
assert len(calls.calls) == 300000
del calls
numbers = [7 + at * sys.hash_info.modulus for at in range(2000)]
keys = b"}(" + b"".join(pickle.dumps(key, 2)[2:-1] + b"N" for key in numbers) + b"u."
assert audited.verdict(pickles.read(keys))[0] == "yes"
assert audited.verdict(pickles.read(pickle.dumps(set(range(0, 9000, 7)), 4))) == ("no", [])
trees = importlib.import_module("runtime.lightgbm_trees")
with open(sys.argv[2]) as file:
    assert trees.why_unsound(file.read()) is None
bad = [b"", b".", b"N", b"R", b"\\xff", b"X\\x04\\0\\0\\0a", b"I" + b"9" * 9999 + b"\\n.", b"h\\1."]
for data in bad:
    try:
        pickles.read(data)
    except pickles.Malformed:
        continue
    raise AssertionError(data)
print("ran on", *sys.version_info[:2])
"""


def interpreter(minor):
    """Return a Python 3.minor that starts, from the PATH or pyenv, or None."""
    on_path = shutil.which(f"python3.{minor}")
    versions = os.path.expanduser(f"~/.pyenv/versions/3.{minor}.*/bin/python")  # noqa: PTH111
    for found in [*sorted(glob.glob(versions)), on_path]:  # noqa: PTH207 a pattern in the folder
        if (
            found
            and not subprocess.run([found, "-c", ""], capture_output=True, check=False).returncode
        ):
            return found
    return None


@pytest.mark.parametrize("minor", MINORS)
def test_runs_on(minor, tmp_path):
    python = interpreter(minor)
    if python is None:
        pytest.skip(f"no Python 3.{minor} here")
    clean = {key: value for key, value in os.environ.items() if not key.startswith("PYTHON")}
    ran = subprocess.run(
        [python, "-W", "error", "-c", SCRIPT, str(RUNTIME), str(LIGHTGBM)],
        capture_output=True,
        text=True,
        cwd=tmp_path,
        env=clean,
        check=False,
    )
    assert ran.stdout == f"ran on 3 {minor}\n", ran.stderr
