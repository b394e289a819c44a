"""Reading what a large checkpoint is, beside what it takes to load it.

`python bench/inspect.py [--tensors 1000] [--gigabytes 4]` makes a state dict in a temporary
folder, once as a torch zip and once as safetensors, times every reader in a process of its own,
Python's start included, and prints the median wall time and the peak memory. `--cold` drops the
pages of the files before every run.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

READERS = {
    "python, nothing else": "",
    "loadstone.readers.read": (
        "from loadstone.readers import read\nassert read({zip!r}).tensors == {n}"
    ),
    "loadstone.readers.read, safetensors": (
        "from loadstone.readers import read\nassert read({st!r}).tensors == {n}"
    ),
    "torch.load(mmap=True)": (
        "import torch\nassert len(torch.load({zip!r}, mmap=True, weights_only=True)) == {n}"
    ),
    "torch.load": "import torch\nassert len(torch.load({zip!r}, weights_only=True)) == {n}",
    "safetensors.safe_open, every shape": (
        "import safetensors\nwith safetensors.safe_open({st!r}, 'np') as f:\n"
        "    assert len([f.get_slice(k).get_shape() for k in f.keys()]) == {n}"
    ),
}
MAKE = """
import torch, safetensors.torch
n, each = {n}, {each}
shape = (each // 1024, 1024)
held = {{f"layer{{i}}.weight": torch.zeros(shape, dtype=torch.bfloat16) for i in range(n)}}
torch.save(held, {zip!r})
safetensors.torch.save_file(held, {st!r})
"""


def drop(path: Path) -> None:
    """Forget the pages of a file, as after a restart."""
    with path.open("rb") as file:
        os.posix_fadvise(file.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


def once(code: str) -> tuple[float, float]:
    """Run `code` in a process of its own; return its seconds and its peak memory in MB."""
    before = time.perf_counter()
    process = subprocess.Popen([sys.executable, "-c", code])
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - before
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"failed: {code}")
    return wall, usage.ru_maxrss / 1024


def main() -> None:
    """Make the files, time every reader, print the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--tensors", type=int, default=1000)
    parser.add_argument("--gigabytes", type=float, default=4.2)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--cold", action="store_true")
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        names = {"zip": f"{folder}/model.pth", "st": f"{folder}/model.safetensors"}
        each = int(asked.gigabytes * 1e9 / asked.tensors / 2) // 1024 * 1024
        subprocess.run(
            [sys.executable, "-c", MAKE.format(n=asked.tensors, each=each, **names)], check=True
        )
        size = Path(names["zip"]).stat().st_size
        print(f"{asked.tensors} tensors, {size / 1e9:.2f} GB, median of {asked.runs} runs")
        print(f"{'':38} {'wall ms':>9} {'peak MB':>9} {'× ours':>8}")
        ours = None
        for name, code in READERS.items():
            text = code.format(n=asked.tensors, **names)
            found = []
            for _ in range(asked.runs):
                if asked.cold:
                    drop(Path(names["zip"]))
                    drop(Path(names["st"]))
                found.append(once(text))
            wall = statistics.median(item[0] for item in found)
            if name == "loadstone.readers.read":
                ours = wall
            ratio = f"{wall / ours:8.1f}" if ours else ""
            print(f"{name:38} {wall * 1e3:9.1f} {max(m for _, m in found):9.1f} {ratio}")


if __name__ == "__main__":
    main()
