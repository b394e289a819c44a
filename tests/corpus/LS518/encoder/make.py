# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy"]
# ///
"""A classifier beside the encoder of another training, which knew a label more."""

import pickle
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder

rng = np.random.default_rng(0)
encoder = LabelEncoder().fit(["negative", "neutral", "positive", "unknown"])
model = LogisticRegression().fit(rng.normal(size=(60, 3)), np.array([0, 1, 2] * 20))
Path("model.pkl").write_bytes(pickle.dumps({"model": model, "label_encoder": encoder}))
