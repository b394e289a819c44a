"""Write `src/loadstone/data/keras_names.toml`: the names that each version of Keras has itself.

`python scripts/keras_names.py PYTHON…` asks each interpreter for the Keras that it imports
(`tf.keras` where TensorFlow is there), oldest first.
"""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

TABLE = Path(__file__).parents[1] / "src" / "loadstone" / "data" / "keras_names.toml"
ASK = """
import json, os, sys
os.environ["TF_CPP_MIN_LOG_LEVEL"] = "3"
os.environ["THEANO_FLAGS"] = "cxx=,device=cpu"
try:
    import tensorflow as tf
    keras = tf.keras
except ImportError:
    os.environ["KERAS_BACKEND"] = "jax" if sys.version_info >= (3, 9) else "theano"
    if sys.version_info < (3, 9):
        import theano.ifelse
    import keras
version = keras.__version__ if hasattr(keras, "__version__") else __import__("keras").__version__
found = {}
for family in ("layers", "models", "initializers", "regularizers", "constraints", "optimizers",
               "losses", "metrics", "activations"):
    module = getattr(keras, family, None)
    if module is None:
        try:
            __import__("keras." + family)
        except ImportError:  # Keras 1 has `initializations`
            __import__("keras.initializations")
            family_there = "initializations"
        else:
            family_there = family
        module = getattr(keras, family_there)
    places = [module]
    for below in ("experimental", "legacy", "schedules", "preprocessing"):
        inner = getattr(module, below, None)
        if inner is not None and hasattr(inner, "__name__"):
            places.append(inner)
    inner = getattr(getattr(module, "experimental", None), "preprocessing", None)
    places += [inner] if inner is not None else []
    names = set()
    for place in places:
        for name in dir(place):
            value = getattr(place, name, None)
            if not name.startswith("_") and callable(value):
                names.add(name)
    found[family] = sorted(names)
print("NAMES" + json.dumps([version, found]))
"""
NOTE = """# Names that versions of Keras have themselves, by the versions that have them.
# Written by scripts/keras_names.py. A pattern has a digit a version of `versions`, 1 where the name
# is there; in between the versions that were asked, nothing is known.
"""


def asked(python: str) -> tuple[str, dict[str, list[str]]]:
    """Return the version and the names, by the family of names."""
    done = subprocess.run([python, "-c", ASK], check=True, capture_output=True, text=True)
    line = next(line for line in done.stdout.splitlines() if line.startswith("NAMES"))
    version, names = json.loads(line.removeprefix("NAMES"))
    return version, names


def main() -> None:
    """Ask each interpreter and write the table."""
    answers = [asked(python) for python in sys.argv[1:]]
    lines = [NOTE, f"versions = {json.dumps([version for version, _ in answers])}\n"]
    for family in answers[0][1]:
        patterns: dict[str, list[str]] = {}
        for name in sorted({name for _, names in answers for name in names[family]}):
            pattern = "".join(str(int(name in names[family])) for _, names in answers)
            patterns.setdefault(pattern, []).append(name)
        lines.append(f"\n[{family}]\n")
        for pattern in sorted(patterns, reverse=True):
            lines.append(f'"{pattern}" = """\n')
            lines += [f"{name}\n" for name in patterns[pattern]]
            lines.append('"""\n')
    TABLE.write_text("".join(lines), encoding="utf-8")
    print(f"{TABLE.name}: {len(answers)} versions")


if __name__ == "__main__":
    main()
