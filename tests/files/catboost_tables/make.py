# /// script
# requires-python = ">=3.9"
# dependencies = ["catboost==1.2.10", "pandas"]
# ///
"""Make models of CatBoost that take texts or many kinds, whose tables lie behind their core."""

from pathlib import Path

import pandas as pd
from catboost import CatBoostClassifier

words = pd.DataFrame({"t": ["yes good", "no bad", "good", "bad bad"] * 10})
options = {"iterations": 1, "depth": 1, "random_seed": 0, "thread_count": 1}
model = CatBoostClassifier(**options, verbose=0, allow_writing_files=False, text_features=["t"])
model.fit(words, [1, 0, 1, 0] * 10)
model.save_model(str(Path(__file__).parent / "1.2.10-texts.cbm"))

kinds = pd.DataFrame({"k": list("abcdefgh") * 5})
model = CatBoostClassifier(**options, verbose=0, allow_writing_files=False, cat_features=["k"])
model.fit(kinds, ([1, 0, 0, 1, 1, 0, 0, 0]) * 5)
model.save_model(str(Path(__file__).parent / "1.2.10-kinds.cbm"))
