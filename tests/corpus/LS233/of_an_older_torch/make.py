# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A step of torchvision's, where the two are of different releases."""

import pickle
import sys
from pathlib import Path
from types import ModuleType

names = ("torchvision", "torchvision.transforms", "torchvision.transforms.transforms")
sys.modules |= {name: ModuleType(name) for name in names}
exec("class Resize:\n    pass\n", sys.modules[names[-1]].__dict__)
held = {"before": sys.modules[names[-1]].Resize()}
Path("steps.pkl").write_bytes(pickle.dumps(held, protocol=4))
for name in names:
    del sys.modules[name]
