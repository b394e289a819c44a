"""The README's terminal picture, made from what the commands really print.

Run with the project's own Python: `python scripts/picture.py` writes `docs/terminal.svg`.
"""

from __future__ import annotations

import os
import pathlib
import shutil
import subprocess
import sys
import tempfile

from rich.console import Console
from rich.text import Text

ROOT = pathlib.Path(__file__).resolve().parent.parent
COMMANDS = (
    "loadstone check model.pth --into net:SimpleNet",
    "loadstone check model.pth --into net:SimpleNet --fix",
)
WIDTH = 100


def main() -> None:
    """Train, wrap, check and fix in a temporary folder; record it."""
    console = Console(record=True, width=WIDTH, file=open(os.devnull, "w"))  # noqa: PTH123, SIM115
    environment = {**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(WIDTH)}
    with tempfile.TemporaryDirectory() as folder:
        for file in (ROOT / "examples" / "state_dict").glob("*.py"):
            shutil.copy(file, folder)
        for script in (["train.py"], ["break.py", "data_parallel", "model.pth"]):
            subprocess.run([sys.executable, *script], cwd=folder, check=True, capture_output=True)
        binary = pathlib.Path(sys.executable).parent
        for command in COMMANDS:
            console.print(Text.assemble(("$ ", "bold green"), (command, "bold")))
            done = subprocess.run(
                [str(binary / "loadstone"), *command.split()[1:]],
                cwd=folder, capture_output=True, text=True, env=environment, check=False,
            )  # fmt: skip
            console.print(Text.from_ansi(done.stdout + done.stderr))
    (ROOT / "docs").mkdir(exist_ok=True)
    console.save_svg(str(ROOT / "docs" / "terminal.svg"), title="loadstone")


if __name__ == "__main__":
    main()
