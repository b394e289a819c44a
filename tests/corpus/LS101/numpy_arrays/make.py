# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""Arrays of `numpy.savez` in a `.pt` file."""

from pathlib import Path

import numpy as np

with Path("model.pt").open("wb") as file:
    np.savez(file, weight=np.zeros((2, 3), np.float32))
