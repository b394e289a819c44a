"""What the hostile tests share: a process that reads, watched and measured."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def ask():
    """Return a function that has a path read where nothing is traced and everything is watched."""
    script = Path(__file__).with_name("watched.py")
    quiet = {key: value for key, value in os.environ.items() if not key.startswith("COV")}
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "env": quiet}
    with subprocess.Popen([sys.executable, script], **pipes) as process:

        def asked(path):
            process.stdin.write(json.dumps(str(path)) + "\n")
            process.stdin.flush()
            return json.loads(process.stdout.readline())

        yield asked
        process.stdin.close()
