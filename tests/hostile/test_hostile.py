"""Every attack ends in facts or an `OSError`, in time and memory, and makes a reader do nothing."""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import attacks
import pytest

ALL = {**attacks.ATTACKS, **attacks.CALLS}
SECONDS, MB = 2, 200


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


@pytest.mark.parametrize("name", ALL)
def test_attack(name, ask):
    root = tempfile.mkdtemp(prefix="hostile")
    try:
        folder = Path(root, "given")
        folder.mkdir()
        found = ask(ALL[name](folder))
    finally:
        subprocess.run(["rm", "-rf", root], check=True)  # deeper than Python removes
    assert not found["outcome"].startswith(("RAISED", "DIED")), found
    assert found["did"] == []
    assert found["seconds"] < SECONDS
    assert found["mb"] < MB
    if name in attacks.LINKED:
        assert "link-outside" in found["outcome"]
    if name in attacks.LINKED or name in attacks.CALLS:  # it calls, or was not read: not harmless
        assert not {"no", "library"} & set(found["outcome"].split())
