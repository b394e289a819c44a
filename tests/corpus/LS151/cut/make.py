# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""LightGBM 4.5.0: the text ends inside its second tree."""

from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
data = (FILES / "lightgbm" / "4.5.0-binary.txt").read_bytes()
Path("model.txt").write_bytes(data[: data.index(b"Tree=1") + 100])
