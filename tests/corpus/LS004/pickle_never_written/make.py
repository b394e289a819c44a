# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A file of pickle that was opened and never written."""

from pathlib import Path

Path("model.pkl").touch()
