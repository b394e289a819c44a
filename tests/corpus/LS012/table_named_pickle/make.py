# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A table of values, named as a pickle."""

from pathlib import Path

Path("model.pkl").write_text("id,price,area\n1,2.5,3\n")
