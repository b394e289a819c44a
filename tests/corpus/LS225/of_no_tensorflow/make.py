# /// script
# requires-python = ">=3.10"
# dependencies = []
# ///
"""A program with an operator of no TensorFlow: its name is written over."""

import shutil
from pathlib import Path

FILES = Path(__file__).parents[3] / "files"

shutil.copytree(FILES / "tensorflow/tf-2.15.1/subclassed", "saved")

program = Path("saved/saved_model.pb")
program.write_bytes(program.read_bytes().replace(b"\x06MatMul", b"\x06MyMuls"))
