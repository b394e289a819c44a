# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A logistic regression of scikit-learn 1.9.1, which has no `multi_class`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"
shutil.copy(FILES / "pickles/sklearn-1.9/pipeline.pkl", "pipeline.pkl")
