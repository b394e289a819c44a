"""The worlds that are on this machine: `LOADSTONE_WORLDS`, else `~/.cache/loadstone/worlds`."""

import json
import os
import subprocess
from pathlib import Path

import build
import pytest
from world_pythons import python_of

from loadstone.environment.run import RUNTIME

ECHO = """
import importlib.util as u, os, sys
folder = sys.argv[1]
spec = u.spec_from_file_location(
    "loadstone_runtime", os.path.join(folder, "__init__.py"), submodule_search_locations=[folder]
)
sys.modules["loadstone_runtime"] = module = u.module_from_spec(spec)
spec.loader.exec_module(module)
from loadstone_runtime import frames, values
while True:
    try:
        message, arrays = frames.read(sys.stdin.buffer)
    except EOFError:
        break
    found = []
    tree = values.encode(values.decode(message["v"], arrays), found)
    frames.write(sys.stdout.buffer, {"v": tree}, found)
"""


@pytest.fixture(scope="session")
def made(tmp_path_factory):
    """Return what a world's models are, made once: the folder and the cases."""
    known = {}

    def find(name):
        if name not in known:
            out = tmp_path_factory.mktemp(name)
            make = Path(__file__).with_name(build.WORLDS[name].get("make", "make.py"))
            environment = dict(os.environ)
            environment.pop("KERAS_BACKEND", None)  # that of this process is not theirs
            run = subprocess.run(
                [python_of(name), make, out],
                check=False,
                capture_output=True,
                text=True,
                env=environment,
            )
            assert run.returncode == 0, run.stderr
            known[name] = out, json.loads((out / "cases.json").read_text())
        return known[name]

    return find


TABLE = []


@pytest.fixture(scope="session")
def table():
    """Return what `pytest_terminal_summary` prints."""
    return TABLE


def pytest_terminal_summary(terminalreporter):
    """Print each model that was predicted from its file alone, and where."""
    for world, name, versions, found in TABLE:
        where = " ".join(f"{key} {value}" for key, value in sorted(versions.items()))
        terminalreporter.write_line(f"{world:18}{name:20}{found:18}{where}")


@pytest.fixture
def echo(request):
    """Return a function that sends a value through a world's interpreter and back."""
    from loadstone.runtime import frames, values

    process = subprocess.Popen(
        [python_of(request.param), "-I", "-c", ECHO, str(RUNTIME)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )

    def again(value):
        arrays = []
        tree = values.encode(value, arrays)
        frames.write(process.stdin, {"v": tree}, arrays)
        message, back = frames.read(process.stdout)
        return values.decode(message["v"], back)

    yield again
    process.stdin.close()
    process.stdout.close()
    process.wait()
