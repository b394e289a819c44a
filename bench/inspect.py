"""What a large checkpoint is, beside what it takes to load it: whole processes, start included."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator

from bench._measure import Table, processes

MAKE = """
import torch, safetensors.torch
n, rows = {n}, {rows}
held = {{f"layer{{i}}.weight": torch.zeros((rows, 1024), dtype=torch.bfloat16) for i in range(n)}}
torch.save(held, {zip!r})
safetensors.torch.save_file(held, {st!r})
"""
OURS = "loadstone inspect"
ZIP = {
    OURS: (
        "import io, sys; sys.stdout = io.StringIO()\n"
        "from loadstone.cli import main\n"
        "assert main(['inspect', {zip!r}]) == 0 and '{n:,} tensors' in sys.stdout.getvalue()"
    ),
    "torch.load(mmap=True)": (
        "import torch\nassert len(torch.load({zip!r}, mmap=True, weights_only=True)) == {n}"
    ),
    "torch.load": "import torch\nassert len(torch.load({zip!r}, weights_only=True)) == {n}",
    "python, nothing else": "",
}
SAFETENSORS = {
    OURS: ZIP[OURS].replace("{zip!r}", "{st!r}"),
    "safetensors.safe_open, every shape": (
        "import safetensors\nwith safetensors.safe_open({st!r}, 'np') as f:\n"
        "    assert len([f.get_slice(k).get_shape() for k in f.keys()]) == {n}"
    ),
}


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table for a torch zip and one for safetensors: 1,000 tensors, 4.2 GB."""
    n, rows, rounds = (20, 1, 1) if quick else (1000, 2050, 5)
    with tempfile.TemporaryDirectory() as folder:
        names = {"zip": f"{folder}/model.pth", "st": f"{folder}/model.safetensors"}
        make = MAKE.format(n=n, rows=rows, **names)
        subprocess.run([sys.executable, "-c", make], check=True)
        size = f"{n:,} tensors, {n * rows * 2048 / 1e9:.1f} GB, files in the page cache"
        for kind, contenders in (("torch zip", ZIP), ("safetensors", SAFETENSORS)):
            codes = {name: code.format(n=n, **names) for name, code in contenders.items()}
            yield Table(f"inspect, {kind}: {size}", processes(codes, rounds), OURS)
