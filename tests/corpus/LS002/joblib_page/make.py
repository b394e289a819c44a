# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A page of a drive, saved as a file of joblib."""

from pathlib import Path

page = "<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head></html>"
Path("model.joblib").write_text(page)
