# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An object storage answered with its error."""

from pathlib import Path

Path("model.pt").write_text(
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    "<Error><Code>AccessDenied</Code><Message>Access Denied</Message></Error>\n"
)
