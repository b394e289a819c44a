# /// script
# requires-python = "==3.11.*"
# dependencies = ["nyoka==5.5.0", "scikit-learn==1.5.2", "numpy==1.26.4", "setuptools"]
# ///
"""PMML of nyoka; `scaled.pmml` is written by hand after the specification, 4.4.1."""

from pathlib import Path

import numpy as np
from nyoka import skl_to_pmml
from sklearn.linear_model import LinearRegression
from sklearn.pipeline import Pipeline

HERE = Path(__file__).resolve().parent
STEPS = Pipeline([("lm", LinearRegression())]).fit(np.arange(12.0).reshape(4, 3), np.arange(4.0))
skl_to_pmml(STEPS, ["a", "b", "c"], "price", str(HERE / "nyoka.pmml"))
