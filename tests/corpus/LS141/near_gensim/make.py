# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""The whole of it."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "gensim"

for name in ("word2vec.model", "word2vec.model.syn1neg.npy", "word2vec.model.wv.vectors.npy"):
    shutil.copy(FILES / name, name)
