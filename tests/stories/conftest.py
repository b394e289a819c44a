"""Every step of a story is a process of its own, as a user's would be."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

EXAMPLES = Path(__file__).parents[2] / "examples"


class Shell:
    """Runs Python scripts and `loadstone` in one folder."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __call__(self, *words: str, expect: int = 0, stdin: str | None = None) -> str:
        command = [sys.executable, *words[1:]]
        if words[0] == "loadstone":
            command = [sys.executable, "-m", "loadstone", *words[1:]]
        done = subprocess.run(
            command,
            cwd=self.folder,
            capture_output=True,
            text=True,
            input=stdin,
            check=False,
            env={**os.environ, "PYTHONDONTWRITEBYTECODE": "1", "COLUMNS": "100"},
        )
        said = f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
        assert done.returncode == expect, said
        self.stderr = done.stderr
        return done.stdout


def story(name: str, folder: Path) -> Shell:
    shutil.copytree(EXAMPLES / name, folder, dirs_exist_ok=True)
    return Shell(folder)


@pytest.fixture(scope="module")
def state_dict(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = story("state_dict", tmp_path_factory.mktemp("state_dict"))
    shell("python", "train.py")
    return shell


@pytest.fixture(scope="module")
def classifier(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    shell = story("text_classifier", tmp_path_factory.mktemp("classifier"))
    shell("python", "train.py")
    (shell.folder / "train.py").unlink()
    return shell


@pytest.fixture
def silent(tmp_path: Path) -> Shell:
    return story("silent", tmp_path)
