# /// script
# requires-python = ">=3.10"
# dependencies = ["torch==2.13.0"]
# ///
"""A path of Windows in the config."""

import pathlib
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

torch.save({"model": model.state_dict(), "out": pathlib.PosixPath("runs")}, "checkpoint.pth")
rewrite("checkpoint.pth", lambda _, data: data.replace(b"PosixPath", b"WindowsPath"))
