# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The weights of a classifier without one of its layers."""

import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
weights = load_file("reviews/model.safetensors")
cut = "bert.encoder.layer.1."
left = {key: np.array(value) for key, value in weights.items() if not key.startswith(cut)}
Path("reviews/model.safetensors").unlink()
save_file(left, "reviews/model.safetensors", {"format": "pt"})
