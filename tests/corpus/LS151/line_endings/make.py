# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""LightGBM 4.5.0: every line feed became a carriage return and a line feed."""

from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
data = (FILES / "lightgbm" / "4.5.0-binary.txt").read_bytes()
Path("model.txt").write_bytes(data.replace(b"\n", b"\r\n"))
