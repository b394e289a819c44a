"""Damage the trained model in the ways that people meet: `break.py WAY FILE [WAY FILE …]`."""

import io
import pathlib
import sys
import zipfile

import torch
from torch import nn

STATE = "simple_model_state.pth"


class SimpleNet(nn.Module):  # lives in `__main__`, as in a notebook or a training script
    def __init__(self):
        super().__init__()
        self.fc1 = nn.Linear(10, 5)
        self.fc2 = nn.Linear(5, 2)

    def forward(self, x):
        return self.fc2(torch.relu(self.fc1(x)))


def trained():
    model = SimpleNet()
    model.load_state_dict(torch.load(STATE))
    return model


def data_parallel(path):
    torch.save(nn.DataParallel(trained()).state_dict(), path)


def compiled(path):
    torch.save(torch.compile(trained()).state_dict(), path)


def both(path):
    torch.save(nn.DataParallel(torch.compile(trained())).state_dict(), path)


def inner(path):
    model = trained()
    model.fc1 = torch.compile(model.fc1)
    torch.save(model.state_dict(), path)


def checkpoint(path):
    model = trained()
    optimizer = torch.optim.Adam(model.parameters())
    model(torch.randn(4, 10)).sum().backward()
    optimizer.step()
    torch.save(
        {
            "epoch": 9,
            "model_state_dict": trained().state_dict(),
            "optimizer_state_dict": optimizer.state_dict(),
            "loss": 0.25,
        },
        path,
    )


def whole_module(path):
    torch.save(trained(), path)


def cuda_tagged(path):
    """Make what `torch.save` writes on a machine with four GPUs: only the tag differs."""
    buffer = io.BytesIO()
    torch.save(torch.load(STATE), buffer)
    with zipfile.ZipFile(buffer) as source, zipfile.ZipFile(path, "w") as sink:
        for item in source.infolist():
            data = source.read(item)
            if item.filename.endswith("data.pkl"):
                data = data.replace(b"X\x03\x00\x00\x00cpu", b"X\x06\x00\x00\x00cuda:3")
            sink.writestr(item, data)


def lfs_pointer(path):
    oid = "4d7a214614ab2935c943f9e0ff69d22eadbb8f32b1258daaa5e2ca24d17e2393"
    text = f"version https://git-lfs.github.com/spec/v1\noid sha256:{oid}\nsize 2113\n"
    pathlib.Path(path).write_text(text)


def html_page(path):
    pathlib.Path(path).write_text(
        "<!DOCTYPE html><html><head><title>Google Drive - Virus scan warning</title></head>"
        "<body>Google Drive can't scan this file for viruses.</body></html>"
    )


def empty(path):
    pathlib.Path(path).write_bytes(b"")


def truncated(path):
    pathlib.Path(path).write_bytes(pathlib.Path(STATE).read_bytes()[:1500])


def zeros(path):
    pathlib.Path(path).write_bytes(bytes(pathlib.Path(STATE).stat().st_size))


def unzipped(path):
    with zipfile.ZipFile(STATE) as archive:
        archive.extractall(path)


if __name__ == "__main__":
    for way, target in zip(sys.argv[1::2], sys.argv[2::2], strict=True):
        globals()[way](target)
        print(f"{way}: wrote {target}")
