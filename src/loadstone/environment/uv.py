"""uv, run as a program: what it is asked, and what it answers when it cannot.

https://docs.astral.sh/uv/reference/cli/
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

_LINES = 12


class UvMissingError(Exception):
    """uv is neither in this environment nor on the path."""

    def __init__(self) -> None:
        super().__init__("`uv` is needed to build environments: `pip install uv`")


class UvFailedError(Exception):
    """uv could not do what it was asked; `lines` are its own words."""

    def __init__(self, lines: Sequence[str]) -> None:
        super().__init__("\n".join(lines))
        self.lines = tuple(lines)


def program() -> str:
    """Return the program: of this environment, or of the path; raises `UvMissingError`."""
    beside = Path(sys.executable).with_name("uv.exe" if os.name == "nt" else "uv")
    found = str(beside) if beside.is_file() else shutil.which("uv")
    if found is None:
        raise UvMissingError
    return found


def run(arguments: Sequence[str], *, given: str = "", timeout: float = 1800.0) -> str:
    """Run uv with `given` as its standard input and return what it prints.

    Raises `UvFailedError` with uv's words, and `UvMissingError`.
    """
    environment = {name: value for name, value in os.environ.items() if name != "VIRTUAL_ENV"}
    environment.setdefault("UV_NO_PROGRESS", "1")
    try:
        answer = subprocess.run(  # noqa: S603 - uv, with arguments of our own
            [program(), *arguments],
            input=given,
            capture_output=True,
            text=True,
            encoding="utf-8",
            errors="replace",
            timeout=timeout,
            check=False,
            env=environment,
        )
    except subprocess.TimeoutExpired as error:
        raise UvFailedError([f"uv did not end within {timeout:g} s"]) from error
    if answer.returncode:
        raise UvFailedError(_words(answer.stderr))
    return answer.stdout


def is_of_network(lines: Sequence[str]) -> bool:
    """Whether uv's words tell that something could not be fetched."""
    text = "\n".join(lines)
    return any(sign in text for sign in ("Failed to fetch", "offline", "dns error"))


def _words(text: str) -> list[str]:
    """Return uv's words without colours, warnings and drawing."""
    plain = re.sub(r"\x1b\[[0-9;]*m", "", text)
    lines = [re.sub(r"^[\s×╰│├─▶]+", "", line) for line in plain.splitlines()]
    return [line for line in lines if line and not line.startswith("warning:")][-_LINES:]
