# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A layout of the future."""

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
rewrite("model.pth", lambda name, data: b"99\n" if name.endswith("/version") else data)
