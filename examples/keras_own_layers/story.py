"""A Keras model with layers of one's own, in a process that knows nothing of them.

Run in a folder to write to: `python …/examples/keras_own_layers/story.py`. Keras 3 has to be here.
"""

import json
import math
import os
import subprocess
import sys
from importlib.util import find_spec
from pathlib import Path

HERE = Path(__file__).parent
CODE = str(HERE / "layers.py")


def run(*command: str, code: int = 0) -> str:
    """Run a command of Loadstone's, show it, and return what it printed."""
    print("$ loadstone", *command, flush=True)
    done = subprocess.run(
        [sys.executable, "-m", "loadstone", *command], check=False, capture_output=True, text=True
    )
    print(done.stdout, flush=True)
    if done.returncode != code:
        sys.exit(f"exit code {done.returncode}, not {code}: {done.stderr}")
    return done.stdout


def same(found: list[list[float]], wanted: list[list[float]]) -> bool:
    """Whether predictions are the same but for rounding: another backend may compute."""
    pairs = ((now, then) for (now,), (then,) in zip(found, wanted, strict=True))
    return all(math.isclose(now, then, rel_tol=1e-5, abs_tol=1e-6) for now, then in pairs)


backends = (name for name in ("tensorflow", "torch", "jax") if find_spec(name))
os.environ.setdefault("KERAS_BACKEND", next(backends, "tensorflow"))  # Keras alone asks for that
subprocess.run([sys.executable, str(HERE / "train.py")], check=True)
saw = json.loads(Path("saw.json").read_text())
told = run("check", "model.keras")
if "`Scale`" not in told or "`bent`" not in told:
    sys.exit("what is missing is not told")
told = run("check", "model.keras", "--code", CODE)
if "5 variables as the file has them" not in told:
    sys.exit("the variables were not compared")
found = run("predict", "model.keras", "--code", CODE, "-i", "rows.json", "-o", "-")
if not same(json.loads(found)["predictions"], saw):
    sys.exit("other predictions than when it was saved")
run("save", "model.keras", "--code", CODE, "--examples", "rows.json", "-o", "model.lode")
found = run("predict", "model.lode", "-i", "rows.json", "-o", "-")  # which holds the code itself
if not same(json.loads(found)["predictions"], saw):
    sys.exit("the bundle predicts otherwise")
print("the bundle predicts what was predicted when the model was saved")
