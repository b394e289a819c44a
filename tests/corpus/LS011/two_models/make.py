# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Two models in one archive: which is meant, nothing tells."""

import tarfile

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "first.pth")
torch.save(model.state_dict(), "second.pth")
with tarfile.open("models.tar", "w") as file:
    file.add("first.pth")
    file.add("second.pth")
