# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A text in which two letters could not be read."""

from pathlib import Path

Path("notes.txt").write_text("na\ufffdve caf\ufffd\n", encoding="utf-8")
