"""Load with full verification (digests, code, witnesses), beside torch's own load, unverified."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._measure import Table, processes

NET = """
import torch, loadstone
from torch import nn
torch.manual_seed(0)

def net():
    return nn.Sequential(*[nn.Linear({width}, {width}) for _ in range({layers})])
"""
SAVE = """
model = net().eval()
torch.save(model.state_dict(), {folder!r} + "/net.pth")
loadstone.save(model, {folder!r} + "/net.lode", examples=torch.randn(2, {width}), forms=["native"])
"""
BUNDLE = "loadstone.load, a bundle: verified"
FILE = "loadstone.load, a bare file: compared"
LOADS = {
    BUNDLE: "loadstone.load({folder!r} + '/net.lode').model",
    FILE: "loadstone.load({folder!r} + '/net.pth', into=net).model",
    "torch.load + load_state_dict": (
        "model = net()\nmodel.load_state_dict(torch.load({folder!r} + '/net.pth'))\nmodel.eval()"
    ),
    "import torch, nothing loaded": "",
}
SIZES = (("small", 64, 3), ("large", 2048, 60))


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table for a small model, and one for a model of a gigabyte."""
    for name, width, layers in SIZES[:1] if quick else SIZES:
        with tempfile.TemporaryDirectory() as folder:
            words = {"width": width, "layers": layers, "folder": folder}
            subprocess.run([sys.executable, "-c", (NET + SAVE).format(**words)], check=True)
            size = Path(folder, "net.pth").stat().st_size / 1e6
            codes = {key: (NET + code).format(**words) for key, code in LOADS.items()}
            rows = processes(codes, 1 if quick else 5)
        yield Table(f"load, {name}: {size:,.1f} MB, whole processes", rows, BUNDLE)
