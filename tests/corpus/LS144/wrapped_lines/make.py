# /// script
# requires-python = ">=3.10"
# dependencies = ["torch"]
# ///
"""A file of torch as base64, in lines, as mail and secrets have it."""

import base64
import io
from pathlib import Path

import torch
from net import SimpleNet

stream = io.BytesIO()
torch.save(SimpleNet().state_dict(), stream)
Path("model.pth.b64").write_bytes(base64.encodebytes(stream.getvalue()))
