# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""Letters that base64 could be, and are none of a model: a token."""

from pathlib import Path

Path("token.txt").write_text("aHVnZ2luZ2ZhY2UtdG9rZW4tb2Ytbm8tdXNlLWF0LWFsbA==")
