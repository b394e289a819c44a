# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Only `saved_model.pb` was committed."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "tensorflow"

shutil.copytree(FILES / "tf-2.15.1" / "keras", "export", ignore=shutil.ignore_patterns("variables"))
