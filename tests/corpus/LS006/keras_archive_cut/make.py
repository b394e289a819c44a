# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The first part of an archive of Keras 3.15."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "keras-3.15.0/sequential.keras", "model.keras")
whole = Path("model.keras").read_bytes()
Path("model.keras").write_bytes(whole[:9000])
