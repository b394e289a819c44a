# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""One name twice in the archive: the first or the last?"""

import warnings
import zipfile

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pth")
with warnings.catch_warnings(), zipfile.ZipFile("model.pth", "a") as file:
    warnings.simplefilter("ignore")
    file.writestr("model/data.pkl", file.read("model/data.pkl"))
