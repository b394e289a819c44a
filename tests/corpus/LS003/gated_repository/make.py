# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The body of a 401 was saved."""

from pathlib import Path

Path("model.pt").write_text('{"error":"Access to model org/model is restricted."}')
