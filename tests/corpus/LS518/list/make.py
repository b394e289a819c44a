# /// script
# requires-python = ">=3.11"
# dependencies = ["scikit-learn==1.9.1", "numpy"]
# ///
"""A classifier beside a list of its labels as they came, where its own are sorted."""

import pickle
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

rng = np.random.default_rng(0)
labels = ["positive", "neutral", "negative"]
model = LogisticRegression().fit(rng.normal(size=(60, 3)), np.array(labels * 20))
Path("model.pkl").write_bytes(pickle.dumps({"model": model, "labels": labels}))
