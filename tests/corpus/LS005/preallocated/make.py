# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The download reserved the space and wrote nothing."""

from pathlib import Path

Path("model.pth").write_bytes(bytes(200_000))
