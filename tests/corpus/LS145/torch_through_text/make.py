# /// script
# requires-python = ">=3.10"
# dependencies = ["torch"]
# ///
"""A file of torch, decoded as UTF-8 with `errors="replace"`."""

import io
from pathlib import Path

import torch
from net import SimpleNet

torch.manual_seed(0)
stream = io.BytesIO()
torch.save(SimpleNet().state_dict(), stream)
Path("model.pth").write_text(stream.getvalue().decode("utf-8", "replace"), encoding="utf-8")
