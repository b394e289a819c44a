"""The interpreters of worlds, under a name that no other folder of tests has."""

import build
import pytest


def python_of(name):
    """Return the interpreter of a world; the test is skipped where it was not built."""
    if not (build.folder_of(name) / "whole").exists():
        pytest.skip(f"{name} is not built: python tests/worlds/build.py {name}")
    return str(build.python_of(name))
