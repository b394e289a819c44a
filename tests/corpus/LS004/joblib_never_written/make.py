# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A file of joblib that was opened and never written."""

from pathlib import Path

Path("model.joblib").touch()
