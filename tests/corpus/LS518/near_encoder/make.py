# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy"]
# ///
"""A classifier with the encoder of its targets, its labels in order, and one of a column."""

import pickle
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.preprocessing import LabelEncoder

rng = np.random.default_rng(0)
labels = ["negative", "neutral", "positive"]
held = {
    "model": LogisticRegression().fit(rng.normal(size=(60, 3)), np.array([0, 1, 2] * 20)),
    "label_encoder": LabelEncoder().fit(labels),
    "city_encoder": LabelEncoder().fit(["Bergen", "Oslo"]),
    "labels": labels,
}
Path("model.pkl").write_bytes(pickle.dumps(held))
