# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An array under the other name of numpy's, which reads both by their content."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "numpy"

shutil.copy(FILES / "float32_numpy1.13.3.npy", "model.npz")
