# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model of llama.cpp under the name of another format."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "gguf"

shutil.copy(FILES / "aligned.gguf", "model.onnx")
