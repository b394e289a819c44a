# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The file was opened, and the disk was full."""

from pathlib import Path

Path("model.pth").touch()
