# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The folder above that of an MLflow model."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "containers" / "mlflow", "artifacts/model")
