# /// script
# requires-python = ">=3.10"
# dependencies = ["numpy"]
# ///
"""A disk was full while arrays were copied."""

from pathlib import Path

import numpy as np

rng = np.random.default_rng(0)
np.savez("model.npz", **{f"layer{number}/w": rng.normal(size=(8, 8)) for number in range(4)})
whole = Path("model.npz").read_bytes()
Path("model.npz").write_bytes(whole[: len(whole) * 2 // 3])
