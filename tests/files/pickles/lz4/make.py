# /// script
# requires-python = "==3.11.*"
# dependencies = ["joblib==1.6.0", "lz4==4.4.5", "scikit-learn==1.5.2", "numpy<2"]
# ///
"""Write one model plainly, with joblib's lz4, and with the other options that lz4 has."""

import io
from pathlib import Path

import joblib
import lz4.frame
import numpy as np
from sklearn.ensemble import RandomForestClassifier

HERE = Path(__file__).parent
OPTIONS = {
    "alone": {"block_linked": False, "block_size": lz4.frame.BLOCKSIZE_MAX64KB},
    "linked": {"block_linked": True, "block_size": lz4.frame.BLOCKSIZE_MAX64KB},
    "sums": {"content_checksum": True, "block_checksum": True},
    "unsized": {"store_size": False, "compression_level": 9},
}


def main():
    rows = np.random.RandomState(0).rand(60, 4)
    forest = RandomForestClassifier(n_estimators=3, random_state=0).fit(rows, rows[:, 0] > 0.5)
    held = {"model": forest, "ids": np.arange(30_000) % 977}
    plain = io.BytesIO()
    joblib.dump(held, plain)
    joblib.dump(held, HERE / "joblib.lz4", compress=("lz4", 9))
    for name, options in OPTIONS.items():
        (HERE / f"{name}.lz4").write_bytes(lz4.frame.compress(plain.getvalue(), **options))


if __name__ == "__main__":
    main()
