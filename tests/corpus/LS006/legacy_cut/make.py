# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A file of the format before torch 1.6 ends early."""

from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save({"weight": model.fc1.weight.detach()}, "model.pth", _use_new_zipfile_serialization=False)
whole = Path("model.pth").read_bytes()
Path("model.pth").write_bytes(whole[:-40])
