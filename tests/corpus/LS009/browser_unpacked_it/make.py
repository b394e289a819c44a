# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A browser unpacked the archive."""

import zipfile

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.zip")
with zipfile.ZipFile("model.zip") as file:
    file.extractall("unpacked")
