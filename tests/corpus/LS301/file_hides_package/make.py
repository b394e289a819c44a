# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A class of a package `models`, where a file `models.py` of one's own is found."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

for name in ("models", "models.common"):
    sys.modules[name] = ModuleType(name)
exec("class Scaler:\n    pass\n", sys.modules["models.common"].__dict__)
Path("model.pkl").write_bytes(pickle.dumps({"scale": sys.modules["models.common"].Scaler()}, 4))
del sys.modules["models"], sys.modules["models.common"]
Path("models.py").write_text("X = 1\n")
