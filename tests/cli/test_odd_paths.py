"""What is no regular file ends at once in one clear line, whatever the command."""

from __future__ import annotations

import os
import subprocess
import sys

import pytest

COMMANDS = [
    ["inspect", "model.pth"],
    ["check", "model.pth"],
    ["check", "model.pth", "--fix"],
    ["predict", "model.pth", "hello"],
    ["predict", "model.pth", "hello", "--into", "json:loads"],
    ["save", "model.pth", "-o", "out.lode"],
]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")
@pytest.mark.parametrize("command", COMMANDS, ids=" ".join)
def test_a_fifo_is_refused_and_not_waited_for(tmp_path, command):
    os.mkfifo(tmp_path / "model.pth")
    done = subprocess.run(
        [sys.executable, "-m", "loadstone", *command],
        cwd=tmp_path, capture_output=True, text=True, check=False, timeout=60,
    )  # fmt: skip
    assert done.returncode == 2
    assert done.stderr.startswith("error: ")
    assert done.stderr.count("\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["model.pth"]
