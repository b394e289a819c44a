# /// script
# requires-python = ">=3.10"
# dependencies = ["scikit-learn==1.9.1"]
# ///
"""A pickle of an estimator: it names constructors of the audited table only."""

import pickle
from pathlib import Path

from sklearn.linear_model import LogisticRegression

model = LogisticRegression().fit([[0.0], [1.0]], ["no", "yes"])
Path("model.pkl").write_bytes(pickle.dumps(model, protocol=2))
