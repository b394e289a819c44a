# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of Python 2, with a name that has an accent."""

from pathlib import Path

Path("old.pkl").write_bytes(b"\x80\x02}q\x00U\x04nameq\x01U\x06Andr\xe9eq\x02s.")
