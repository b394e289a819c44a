"""A SavedModel of TensorFlow 2.10 opened under 2.8, and the other way round.

Both environments are built for real, by uv, with Pythons of this machine: 3.10 and 3.9. Run it
with the Python that Loadstone is installed in: `python story.py FOLDER`.
"""

from __future__ import annotations

import json
import os
import pathlib
import subprocess
import sys

from loadstone.environment import interpreters

HERE = pathlib.Path(__file__).resolve().parent
BIN = pathlib.Path(sys.executable).parent
WRITERS = {"2.10.1": "3.10", "2.8.4": "3.9"}
CLOSE = 1e-5  # of single precision, between kernels of two versions


def run(*command: str, show: bool = True) -> str:
    """Run a command, print it with what it wrote, and insist that it works."""
    path = os.pathsep.join([str(BIN), os.environ["PATH"]])
    done = subprocess.run(
        command, capture_output=True, text=True, env={**os.environ, "PATH": path}, check=False
    )
    if show:
        print(f"\n$ {' '.join(command)}\n{(done.stdout + done.stderr).rstrip()}", flush=True)
    if done.returncode:
        sys.exit(f"`{' '.join(command)}` ended with {done.returncode}\n{done.stderr}")
    return done.stdout


def python_of(version: str, folder: pathlib.Path) -> str:
    """Return the interpreter of a new environment with this TensorFlow."""
    place = folder / f"tensorflow-{version}"
    python = str(place / ("Scripts/python.exe" if os.name == "nt" else "bin/python"))
    if not pathlib.Path(python).exists():
        found = interpreters.of(WRITERS[version])
        if found is None:
            sys.exit(f"no Python here: {interpreters.get(WRITERS[version])}")
        run("uv", "venv", "--quiet", "--python", found.path, str(place), show=False)
        wanted = [f"tensorflow-cpu=={version}", "numpy==1.23.5"]
        run("uv", "pip", "install", "--quiet", "--python", python, *wanted, show=False)
    return python


def main(folder: pathlib.Path) -> None:
    """Save with each version, and predict with each."""
    outcomes = []
    for writer in WRITERS:
        made = folder / f"by-{writer}"
        made.mkdir(parents=True)
        run(python_of(writer, folder), str(HERE / "train.py"), str(made))
        model, rows = str(made / "simple_model"), str(made / "rows.json")
        run("loadstone", "check", model)
        wanted = json.loads((made / "expected.json").read_text())
        for reader in WRITERS:
            # told nothing, the TensorFlow that wrote it is rebuilt; `--with` opens it in another
            other = () if reader == writer else ("--with", f"tensorflow=={reader}")
            said = run(
                *("loadstone", "predict", model, "-i", rows, *other),
                *("--output-format", "json"),
                show=False,
            )
            found = json.loads(said)["predictions"]
            apart = max(
                abs(one - two)
                for row, expected in zip(found, wanted, strict=True)
                for one, two in zip(row, expected, strict=True)
            )
            outcomes.append((writer, reader, apart))
            print(f"\nsaved by {writer}, predicted in {reader}: {apart:.1e} apart", flush=True)
    print("\nsaved by  predicted in  largest difference of 40 numbers")
    for writer, reader, apart in outcomes:
        print(f"{writer:<10}{reader:<14}{apart:.1e}")
    if any(apart > CLOSE for *_, apart in outcomes):
        sys.exit("a prediction differs")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
