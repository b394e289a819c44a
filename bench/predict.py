"""Overhead of `Predictor.predict` per call over the bare module, for arrays and for tensors."""

import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch

import loadstone


def per_call(
    function: Callable[[Any], Any], argument: Any, calls: int = 3000, rounds: int = 7
) -> float:
    """Return microseconds per call: the median of several rounds."""
    for _ in range(300):
        function(argument)
    rates = []
    for _ in range(rounds):
        start = time.perf_counter()
        for _ in range(calls):
            function(argument)
        rates.append((time.perf_counter() - start) / calls * 1e6)
    return statistics.median(rates)


def main() -> None:
    torch.set_num_threads(1)
    model = torch.nn.Linear(8, 2).eval()
    tensor = torch.randn(4, 8)
    array = tensor.numpy()
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "net.lode"
        loadstone.save(model, path, examples=array, forms=["native"])
        predictor = loadstone.load(path)

        @torch.inference_mode()
        def bare(given: Any) -> Any:
            return model(torch.from_numpy(given)).numpy()

        @torch.inference_mode()
        def bare_tensor(given: Any) -> Any:
            return model(given)

        rows = []
        for name, ours, peer, given in (
            ("array", predictor.predict, bare, array),
            ("tensor", predictor.predict, bare_tensor, tensor),
        ):
            mine, other = per_call(ours, given), per_call(peer, given)
            rows.append((name, other, mine, mine - other))
    print("per call, µs     bare module  Predictor  overhead")
    for name, other, mine, overhead in rows:
        print(f"{name:<16} {other:11.1f} {mine:10.1f} {overhead:9.1f}")
    print("goal: under 30 µs for arrays")


if __name__ == "__main__":
    main()
