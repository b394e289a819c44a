# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of Keras that a server did not send."""

from pathlib import Path

Path("model.keras").write_text('{"error": "Repository not found"}')
