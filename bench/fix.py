"""A fix of a file of 4 GB, beside copies of it, alone and with a checksum of what was copied.

`loadstone check --fix` is a whole process: it starts Python and torch, asks the class what it
expects, reads every byte against its checksum, writes the copy and reads that back. What the check
alone takes is measured beside it; the writing is the difference.
"""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from bench._measure import Row, Table, process

NET = """
import torch
from torch import nn

def net():
    with torch.device("meta"):
        return nn.Sequential(*[nn.Linear({width}, {width}) for _ in range({layers})])
"""
SAVE = """
import sys, torch
sys.path.insert(0, {folder!r})
from net import net
filled = {{"module." + key: torch.randn(value.shape) for key, value in net().state_dict().items()}}
torch.save(filled, {folder!r} + "/net.pth")
"""
RUN = """
import os, sys
os.chdir({folder!r})
from loadstone.cli import main
sys.argv = ["loadstone", "check", "net.pth", "--into", "net:net", *{options!r}]
if main() != {code}:
    sys.exit(9)
"""
SHELL = """
import subprocess
subprocess.run({command!r}, shell=True, check=True, cwd={folder!r})
"""
FIX = "loadstone check --fix"
ALONE = "loadstone check"
COPIES = {
    "cp": "cp net.pth copy",
    "cp, sync": "cp net.pth copy && sync copy",
    "cp, sync, cksum of the copy": "cp net.pth copy && sync copy && cksum copy",
    "cp, sync, sha256sum of the copy": "cp net.pth copy && sync copy && sha256sum copy",
}


def tables(*, quick: bool = False) -> Iterator[Table]:
    """Yield the table of one file, which takes three times its size on disk meanwhile."""
    width, layers = (64, 3) if quick else (2048, 250)
    with tempfile.TemporaryDirectory() as folder:
        words = {"width": width, "layers": layers, "folder": folder}
        Path(folder, "net.py").write_text(NET.format(**words), encoding="utf-8")
        subprocess.run([sys.executable, "-c", SAVE.format(**words)], check=True)
        size = Path(folder, "net.pth").stat().st_size / 1e9
        codes = {
            FIX: RUN.format(options=["--fix"], code=0, folder=folder),
            ALONE: RUN.format(options=[], code=1, folder=folder),
            **{name: SHELL.format(command=line, folder=folder) for name, line in COPIES.items()},
        }
        rows = _turns(codes, Path(folder), 1 if quick else 3)
    wall = {row.name: row.median() for row in rows}
    more = wall[FIX] - wall[ALONE]
    notes = [
        f"the fix takes {more:.2f} s more than the check: {more / wall[name]:.2f} of `{name}`"
        for name in COPIES
    ]
    yield Table(f"fix: {size:,.2f} GB, whole processes", rows, FIX, "s", notes)


def _turns(codes: dict[str, str], folder: Path, rounds: int) -> list[Row]:
    """Time each in turns, after a round that warms up; what was written goes unmeasured."""
    rows = [Row(name) for name in codes]
    for turn in range(rounds + 1):
        for row, code in zip(rows, codes.values(), strict=True):
            figures = process(code)
            for name in ("net.fixed.safetensors", "net.fix.json", "copy"):
                (folder / name).unlink(missing_ok=True)
            if turn:
                row.add(*figures)
    return rows
