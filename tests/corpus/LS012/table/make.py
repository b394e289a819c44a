# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A table is no model."""

from pathlib import Path

Path("data.csv").write_text("a,b\n1,2\n")
