# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""A pickle as CuPy writes it of an array on a GPU: `cupy._core.core.array` of an array of numpy.

One that CuPy itself wrote is `tests/files/of_a_gpu/cupy.pkl`.
"""

import pickle
import sys
import types
from pathlib import Path

import numpy as np


def array(values: np.ndarray) -> np.ndarray:
    return values


array.__module__, array.__qualname__ = "cupy._core.core", "array"
for name in ("cupy", "cupy._core", "cupy._core.core"):
    sys.modules[name] = types.ModuleType(name)
sys.modules["cupy._core.core"].array = array


class OnAGpu:
    def __init__(self, values: np.ndarray) -> None:
        self.values = values

    def __reduce__(self) -> tuple:
        return array, (self.values,)


numbers = np.arange(6, dtype="float32").reshape(2, 3)
Path("weights.pkl").write_bytes(pickle.dumps({"w": OnAGpu(numbers)}, protocol=4))
