# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""The file was packed beside a text, in a folder, and compressed."""

import zipfile
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "weights.pth")
with zipfile.ZipFile("release.zip", "w", zipfile.ZIP_DEFLATED) as file:
    for name, source in (("v1/README.txt", "net.py"), ("v1/best.pth", "weights.pth")):
        member = zipfile.ZipInfo(name, (2026, 1, 1, 0, 0, 0))
        member.compress_type = zipfile.ZIP_DEFLATED
        file.writestr(member, Path(source).read_bytes())
