# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The archive was packed again inside another folder."""

import zipfile

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "whole.pth")
with zipfile.ZipFile("whole.pth") as source, zipfile.ZipFile("model.pth", "w") as target:
    for name in source.namelist():
        target.writestr(f"download/{name}", source.read(name))
