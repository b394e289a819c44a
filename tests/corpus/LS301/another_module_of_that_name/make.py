# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a class, where another module of that name is found first."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

module = ModuleType("net")
sys.modules["net"] = module
exec("class Cleaner:\n    pass\n", module.__dict__)
Path("model.pkl").write_bytes(pickle.dumps({"clean": module.Cleaner()}, protocol=4))
del sys.modules["net"]
