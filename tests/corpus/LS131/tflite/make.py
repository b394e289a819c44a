# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A TFLite model, which has an interpreter of its own."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copy(FILES / "tf-2.15.1" / "tflite" / "int8.tflite", "model.tflite")
