# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A download of Google Drive gave its quota page."""

from pathlib import Path

Path("model.pth").write_text(
    "<!DOCTYPE html><html><head><title>Google Drive - Quota exceeded</title></head>"
    "<body>Too many users have viewed or downloaded this file recently.</body></html>\n"
)
