"""What a large checkpoint is, beside what it takes to load it: whole processes, start included."""

from __future__ import annotations

import importlib.util
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
SCANNERS = {  # each where it is installed; they look for dangerous names only
    "fickling": "import fickling\nassert fickling.scan_zip_archive({zip!r}, graceful=True)",
    "picklescan": (
        "import sys\nsys.argv = ['picklescan', '-p', {zip!r}]\n"
        "from picklescan.cli import main\nassert main() == 0"
    ),
    "modelscan": (
        "import sys\nsys.argv = ['modelscan', 'scan', '-p', {zip!r}]\n"
        "from modelscan.cli import main\nmain()"
    ),
}
SPARSE = """
import torch
class Sparse:
    def __init__(self, path): self.file = open(path, "wb")
    def write(self, data):
        data = bytes(data)
        if data.strip(b"\\0"): self.file.write(data)
        else: self.file.seek(len(data), 1)
        return len(data)
    def flush(self): self.file.flush()
held = {{f"layer{{i}}.weight": torch.zeros({size} // 4) for i in range({n})}}
out = Sparse({zip!r})
torch.save(held, out)
out.file.close()
"""
SAFETENSORS = {
    OURS: ZIP[OURS].replace("{zip!r}", "{st!r}"),
    "safetensors.safe_open, every shape": (
        "import safetensors\nwith safetensors.safe_open({st!r}, 'np') as f:\n"
        "    assert len([f.get_slice(k).get_shape() for k in f.keys()]) == {n}"
    ),
}


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield a table for a torch zip and one for safetensors, then one beside scanners a size."""
    n, rows, rounds = (20, 1, 1) if quick else (1000, 2050, 5)
    with tempfile.TemporaryDirectory() as folder:
        names = {"zip": f"{folder}/model.pth", "st": f"{folder}/model.safetensors"}
        make = MAKE.format(n=n, rows=rows, **names)
        subprocess.run([sys.executable, "-c", make], check=True)
        size = f"{n:,} tensors, {n * rows * 2048 / 1e9:.1f} GB, files in the page cache"
        for kind, contenders in (("torch zip", ZIP), ("safetensors", SAFETENSORS)):
            codes = {name: code.format(n=n, **names) for name, code in contenders.items()}
            yield Table(f"inspect, {kind}: {size}", processes(codes, rounds), OURS)
    yield from _beside_scanners(quick=quick)


def _beside_scanners(*, quick: bool) -> Iterator[Table]:
    """Yield a table for 100 tensors of 1 MB, 1 GB and 10 GB in sparse files."""
    found = {name: code for name, code in SCANNERS.items() if importlib.util.find_spec(name)}
    contenders = {OURS: ZIP[OURS], "torch.load(mmap=True)": ZIP["torch.load(mmap=True)"], **found}
    sizes = {"1 MB": 10_000} if quick else {"1 MB": 10_000, "1 GB": 10**7, "10 GB": 10**8}
    for title, size in sizes.items():
        with tempfile.TemporaryDirectory() as folder:
            path = f"{folder}/model.pth"
            make = SPARSE.format(size=size, n=100, zip=path)
            subprocess.run([sys.executable, "-c", make], check=True)
            codes = {name: code.format(n=100, zip=path) for name, code in contenders.items()}
            rows = processes(codes, 1 if quick else 5)
            yield Table(f"inspect, torch zip: 100 tensors, {title}", rows, OURS)
