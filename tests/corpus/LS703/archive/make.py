# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A Lambda in an archive of tf.keras 2.15."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "keras"

shutil.copy(FILES / "tf-2.15.1/lambda.keras", "model.keras")
