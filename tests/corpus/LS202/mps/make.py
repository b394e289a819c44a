# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""Tensors of a Mac."""

import zipfile

import torch
from net import SimpleNet


def rewrite(path: str, change) -> None:
    """Write the archive again, member by member, as `change` wants it."""
    with zipfile.ZipFile(path) as file:
        members = {name: file.read(name) for name in file.namelist()}
    with zipfile.ZipFile(path, "w") as file:
        for name, data in members.items():
            file.writestr(name, change(name, data))


torch.manual_seed(0)
model = SimpleNet()

torch.save(model.state_dict(), "model.pth")
cpu, mps = b"X\x03\0\0\0cpu", b"X\x05\0\0\0mps:0"
rewrite("model.pth", lambda _, data: data.replace(cpu, mps))
