# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""An Estimator of TensorFlow 1, which takes `tf.train.Example`."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-1.15.5/estimator/1", "export")
