# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Vectors of three words as text, named as a model of fastText."""

from pathlib import Path

rows = ["3 4", "good 0.1 -0.2 0.3 1e-05", "bad -0.1 0.2 -0.3 0.5", "café 1.0 0.0 2.5 -1.25"]
Path("model.bin").write_text("\n".join(rows) + "\n", encoding="utf-8")
