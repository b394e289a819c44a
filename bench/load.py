"""Load with full verification against `torch.load` + `load_state_dict`, on about 500 MB.

Each is timed in a process of its own, start included, and in a process that is warm.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

COMMON = """
import sys, time, torch
from torch import nn

def net():
    return nn.Sequential(*[nn.Linear(2048, 2048) for _ in range(LAYERS)])
"""
PEER = """
def load(folder):
    model = net()
    model.load_state_dict(torch.load(folder + "/net.pth"))
    return model.eval()
"""
OURS = """
import loadstone

def load(folder):
    return loadstone.load(folder + "/net.lode").model
"""
TIME = """
folder = sys.argv[1]
if sys.argv[2] == "own":
    load(folder)
else:
    load(folder)
    times = []
    for _ in range(5):
        start = time.perf_counter()
        load(folder)
        times.append(time.perf_counter() - start)
    print(sorted(times)[2])
"""
SAVE = """
import loadstone
torch.manual_seed(0)
model = net().eval()
torch.save(model.state_dict(), sys.argv[1] + "/net.pth")
start = time.perf_counter()
loadstone.save(model, sys.argv[1] + "/net.lode", examples=torch.randn(2, 2048))
print(time.perf_counter() - start)
"""


def run(source: str, *arguments: str, layers: int) -> tuple[str, float]:
    """Run a script; return what it prints and how long the process took."""
    start = time.perf_counter()
    script = f"LAYERS = {layers}\n{COMMON}\n{source}"
    done = subprocess.run(
        [sys.executable, "-c", script, *arguments], check=True, capture_output=True, text=True
    )
    return done.stdout.strip(), time.perf_counter() - start


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--layers", type=int, default=30, help="of 16.8 MB each (default: 30)")
    layers = parser.parse_args().layers
    with tempfile.TemporaryDirectory() as folder:
        saved, _ = run(SAVE, folder, layers=layers)
        size = Path(folder, "net.lode").stat().st_size
        print(f"{size / 1e6:.0f} MB; saved, rehearsed and proved in {float(saved):.1f} s")
        figures = {}
        for name, source in (("torch.load + load_state_dict", PEER), ("loadstone.load", OURS)):
            warm = float(run(source + TIME, folder, "warm", layers=layers)[0])
            own = [run(source + TIME, folder, "own", layers=layers)[1] for _ in range(3)]
            figures[name] = warm, statistics.median(own)
    print("seconds                         warm process   own process")
    for name, (warm, own) in figures.items():
        print(f"{name:<31} {warm:12.2f} {own:13.2f}")
    (peer, ours) = figures.values()
    print(f"{'ratio':<31} {ours[0] / peer[0]:12.2f} {ours[1] / peer[1]:13.2f}")


if __name__ == "__main__":
    main()
