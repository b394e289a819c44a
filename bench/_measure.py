"""Processes and calls timed in interleaved rounds, and the table of what came out."""

from __future__ import annotations

import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent


@dataclass
class Row:
    """The figures of one contender: seconds of every round, peak memory where it was measured."""

    name: str
    seconds: list[float]
    peak: float | None = None  # MB

    @property
    def median(self) -> float:
        """The median of the rounds, in seconds."""
        return statistics.median(self.seconds)


@dataclass
class Table:
    """One comparison: every contender in one run, ratios to the first that is ours."""

    title: str
    rows: list[Row]
    ours: str
    unit: str = "ms"
    notes: list[str] = field(default_factory=list)

    def ratio(self, row: Row) -> float:
        """Return how many times as long as ours it takes."""
        return row.median / next(item for item in self.rows if item.name == self.ours).median

    def text(self) -> str:
        """Return the table for the terminal."""
        scale = {"s": 1.0, "ms": 1e3, "µs": 1e6}[self.unit]
        width = max(len(row.name) for row in self.rows)
        lines = [self.title, f"{'':{width}}  {'median ' + self.unit:>10}  {'min–max':>15}  × ours"]
        for row in self.rows:
            low, high = min(row.seconds) * scale, max(row.seconds) * scale
            figures = f"{row.median * scale:10.1f}  {f'{low:.1f}–{high:.1f}':>15}"
            peak = "" if row.peak is None else f"  peak {row.peak:,.0f} MB"
            lines.append(f"{row.name:{width}}  {figures}  {self.ratio(row):6.2f}{peak}")
        return "\n".join([*lines, *self.notes])

    def to_json(self) -> dict[str, Any]:
        """Return the table with every round."""
        rows = [
            {"name": row.name, "seconds": row.seconds, "peak_mb": row.peak} for row in self.rows
        ]
        return {"title": self.title, "ours": self.ours, "rows": rows, "notes": self.notes}


def process(code: str, *arguments: str) -> tuple[float, float]:
    """Run `code` in a Python of its own; return its seconds and its peak memory in MB.

    Raises `RuntimeError` where it fails.
    """
    begin = time.perf_counter()
    child = subprocess.Popen([sys.executable, "-c", code, *arguments], cwd=ROOT)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"failed with {child.returncode}: {code}")
    return seconds, usage.ru_maxrss / 1024


def processes(contenders: Mapping[str, str], rounds: int) -> list[Row]:
    """Time each piece of code in processes of its own, in turns, after one that warms the files."""
    rows = [Row(name, [], 0.0) for name in contenders]
    for turn in range(rounds + 1):
        for row, code in zip(rows, contenders.values(), strict=True):
            seconds, peak = process(code)
            if turn:
                row.seconds.append(seconds)
                row.peak = max(row.peak or 0.0, peak)
    return rows


def calls(contenders: Mapping[str, Callable[[], object]], rounds: int, each: int = 1) -> list[Row]:
    """Time each function `each` times a round, in turns, after one that warms up; per call."""
    rows = [Row(name, []) for name in contenders]
    for turn in range(rounds + 1):
        for row, function in zip(rows, contenders.values(), strict=True):
            begin = time.perf_counter()
            for _ in range(each):
                function()
            if turn:
                row.seconds.append((time.perf_counter() - begin) / each)
    return rows
