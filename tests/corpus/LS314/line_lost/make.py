# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A text of LightGBM 4.5.0 that lost its last line, and loads."""

from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
text = (FILES / "lightgbm" / "4.5.0-categories.txt").read_bytes()
Path("model.txt").write_bytes(text[: text.index(b"\npandas_categorical:") + 1])
