# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A Word2Vec model of gensim 4.4, copied without its arrays."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files" / "gensim"

shutil.copy(FILES / "word2vec.model", "word2vec.model")
