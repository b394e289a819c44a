"""What is no regular file ends at once in one clear line, whatever the command."""

from __future__ import annotations

import json
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


def inspect(folder, *arguments):
    return subprocess.run(
        [sys.executable, "-m", "loadstone", "inspect", *arguments],
        cwd=folder, capture_output=True, text=True, check=False, timeout=120,
    )  # fmt: skip


@pytest.fixture
def models(tmp_path):
    torch = pytest.importorskip("torch")
    for name in ("a.pth", "deep/er/b.pth"):
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        torch.save({"w": torch.zeros(2)}, tmp_path / name)
    (tmp_path / "notes.txt").write_text("hello\n")
    (tmp_path / "empty.pt").write_bytes(b"")
    return tmp_path


def test_the_models_of_a_folder_are_listed(models):
    done = inspect(models, ".")
    assert done.returncode == 0
    *rows, blank, total = done.stdout.splitlines()
    assert [row.split()[0] for row in rows] == ["./a.pth", "./deep/er/b.pth", "./empty.pt"]
    assert (blank, total) == ("", "3 models, 1 other file")


def test_more_files_than_one_process_reads(models):
    for number in range(250):
        (models / f"{number:03}.pth").write_bytes((models / "a.pth").read_bytes())
    done = inspect(models, ".", "--output-format", "json")
    found = [item["path"] for item in json.loads(done.stdout)]
    assert len(found) == 254
    assert found == sorted(found)


def test_a_pattern_that_the_shell_left_alone(models):
    done = inspect(models, "**/*.pth", "--output-format", "json")
    assert [item["path"] for item in json.loads(done.stdout)] == ["a.pth", "deep/er/b.pth"]
    assert inspect(models, "*.nothing").returncode == 2
