# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A model that fastText wrote, as its own loader reads it."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "fasttext" / "gensim.bin", "model.bin")
