# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A `tf.Module` of TensorFlow 2.15 with a signature: what is loaded has no `predict`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-2.15.1/module", "export")
