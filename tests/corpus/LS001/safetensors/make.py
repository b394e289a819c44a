# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The pointer stands where a safetensors file should."""

from pathlib import Path

Path("model.safetensors").write_text(
    f"version https://git-lfs.github.com/spec/v1\noid sha256:{'0' * 64}\nsize 1340\n"
)
