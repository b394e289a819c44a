"""Predictions in an environment of another time, built before or not, beside uv and a bare script.

The model is of scikit-learn 0.24.2 and Python 3.8; where neither that Python nor a package index
is at hand, there is nothing to measure.
"""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._measure import ROOT, Table, processes

from loadstone import inspect
from loadstone.environment import cache, interpreters, rebuild
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError

PREDICT, FIRST = "loadstone predict", "loadstone predict, of a file that was never predicted"
BUILD, TRY = "loadstone env build", "loadstone env build --try"
LOCK = "loadstone env lock, which builds nothing"
WHOLE = "loadstone env build, loadstone predict"
MODEL = ROOT / "tests" / "files" / "pickles" / "sklearn-0.24" / "pipeline.pkl"
RUN = """
import contextlib, io, sys
from loadstone.cli import main
with contextlib.redirect_stderr(io.StringIO()):
    assert main(sys.argv[1:]) == 0
"""
NEW = (
    """
import shutil
from loadstone.environment import cache
shutil.rmtree(cache.begun(), ignore_errors=True)
"""
    + RUN
)
BARE = """
import json, pickle, sys
with open(sys.argv[1], "rb") as file:
    model = pickle.load(file)
with open(sys.argv[2]) as file:
    print(*model.predict(json.load(file)), sep="\\n")
"""
FRESH = """
import contextlib, io, os, shutil, sys, tempfile
os.environ["LOADSTONE_CACHE"] = place = tempfile.mkdtemp(dir=sys.argv[2])
shutil.copytree(sys.argv[3], place + "/locks")
from loadstone.cli import main
with contextlib.redirect_stderr(io.StringIO()):
    assert main(["env", sys.argv[6], sys.argv[1], "--offline", *sys.argv[7:]]) == 0
if sys.argv[4] != "none":
    words = ["predict", sys.argv[1], "-i", sys.argv[4], "-o", sys.argv[5], "--overwrite"]
    with contextlib.redirect_stderr(io.StringIO()):
        assert main(words) == 0
"""
PLAIN = """
import subprocess, sys, tempfile
from loadstone.environment import uv
place = tempfile.mkdtemp(dir=sys.argv[2]) + "/venv"
for command in (
    ["venv", "--quiet", "--python", sys.argv[3], place],
    ["pip", "sync", "--quiet", "--offline", "--python", place + "/bin/python", sys.argv[1]],
):
    subprocess.run([uv.program(), *command], check=True)
if len(sys.argv) > 4:
    subprocess.run([place + "/bin/python", *sys.argv[4:]], check=True)
"""


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table of predictions, and one of builds from uv's warm cache."""
    artifact, rounds = inspect(MODEL), 1 if quick else 7
    try:
        built = rebuild.built(artifact, Wishes())
    except UsageError as error:
        print(f"environment: {error}")
        return
    with tempfile.TemporaryDirectory(dir=cache.root()) as given:
        folder = Path(given)
        rows = folder / "rows.json"
        rows.write_text(json.dumps([[0.1, 0.2, 0.3]] * 8))
        model, python = str(MODEL), str(built.python)
        out = str(folder / "out.json")
        yield Table(
            "first prediction, scikit-learn 0.24.2, its environment built before",
            processes(
                {
                    PREDICT: (RUN, "predict", model, "-i", str(rows), "-o", out, "--overwrite"),
                    FIRST: (NEW, "predict", model, "-i", str(rows), "-o", out, "--overwrite"),
                    "a bare script in it": (BARE, model, str(rows)),
                },
                rounds,
                {"a bare script in it": python},
            ),
            PREDICT,
        )
        lock = folder / "pylock.toml"
        locked = rebuild.lock(artifact, Wishes())
        base = interpreters.of(locked.python)
        if base is None:
            return
        lock.write_text(locked.text, "utf-8")
        keys = folder / "kept"
        shutil.copytree(cache.root() / "locks", keys)
        yield Table(
            "the same environment built from uv's warm cache",
            processes(
                {
                    BUILD: (FRESH, model, given, str(keys), "none", out, "build"),
                    LOCK: (FRESH, model, given, str(keys), "none", out, "lock"),
                    "uv venv, uv pip sync": (PLAIN, str(lock), given, base.path),
                    TRY: (FRESH, model, given, str(keys), "none", out, "build", "--try"),
                },
                rounds,
            ),
            BUILD,
        )
        yield Table(
            "the same, with the first prediction, which compiles what it imports",
            processes(
                {
                    WHOLE: (FRESH, model, given, str(keys), str(rows), out, "build"),
                    f"{TRY}, loadstone predict": (
                        *(FRESH, model, given, str(keys), str(rows), out, "build", "--try"),
                    ),
                    "uv venv, uv pip sync, a bare script": (
                        *(PLAIN, str(lock), given, base.path, "-c", BARE, model, str(rows)),
                    ),
                },
                rounds,
            ),
            WHOLE,
        )
