# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a class whose module was not deployed."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

module = ModuleType("my_utils")
sys.modules["my_utils"] = module
exec("class Cleaner:\n    pass\n", module.__dict__)
Path("model.pkl").write_bytes(pickle.dumps({"clean": module.Cleaner()}, protocol=4))
del sys.modules["my_utils"]
