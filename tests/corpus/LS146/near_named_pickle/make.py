# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A pickle of a model of scikit-learn, named as what it is."""

import shutil

from corpus import ROOT

shutil.copy(ROOT.parent / "files" / "pickles" / "sklearn-1.5" / "forest.pkl", "m.pkl")
