# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The error of a server, saved as a pickle."""

from pathlib import Path

Path("model.pkl").write_text('{"message": "Not Found", "status": 404}')
