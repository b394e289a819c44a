# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""An array of `numpy.save` in a `.pkl` file."""

from pathlib import Path

import numpy as np

with Path("model.pkl").open("wb") as file:
    np.save(file, np.zeros((2, 3), np.float32))
