# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The same text pipeline, where 1.4.2 reads the weights as 1.3.2 wrote them."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "pickles"
shutil.copy(FILES / "sklearn-1.3/text.pkl", "text.pkl")
