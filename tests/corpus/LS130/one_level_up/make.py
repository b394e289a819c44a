# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""TensorFlow Serving wants a version below the name; loaders want the version."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-1.15.5" / "simple", "export/9")
shutil.copytree(FILES / "tf-1.15.5" / "simple", "export/10")
