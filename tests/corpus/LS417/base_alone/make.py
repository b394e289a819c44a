# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The weights of the base, under a config that names the classifier."""

import shutil
from pathlib import Path

import numpy as np
from safetensors.numpy import load_file, save_file

FILES = Path(__file__).parents[3] / "files"
shutil.copytree(FILES / "hf" / "reviews", "reviews")
weights = load_file("reviews/model.safetensors")
base = {key: np.array(value) for key, value in weights.items() if key.startswith("bert.")}
Path("reviews/model.safetensors").unlink()
save_file(base, "reviews/model.safetensors", {"format": "pt"})
