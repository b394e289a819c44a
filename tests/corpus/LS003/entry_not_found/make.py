# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The body of a 404 was saved."""

from pathlib import Path

Path("pytorch_model.bin").write_text("Entry not found")
