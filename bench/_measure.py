"""Processes and calls timed in interleaved rounds, and the table of what came out.

Wall time is what a user waits; processor time hardly moves where others use the machine too, so
ratios are of that.
"""

from __future__ import annotations

import importlib
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
    """The figures of one contender, in seconds; of processes also the peak memory."""

    name: str
    wall: list[float] = field(default_factory=list)
    cpu: list[float] = field(default_factory=list)
    peak: float | None = None  # MB

    def add(self, wall: float, cpu: float, peak: float | None = None) -> None:
        """Take in one round."""
        self.wall.append(wall)
        self.cpu.append(cpu)
        if peak is not None:
            self.peak = max(self.peak or 0.0, peak)

    def median(self) -> float:
        """Return the median of the wall times, in seconds."""
        return statistics.median(self.wall)


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
        ours = next(item for item in self.rows if item.name == self.ours)
        return statistics.median(row.cpu) / statistics.median(ours.cpu)

    def text(self) -> str:
        """Return the table for the terminal."""
        scale = {"s": 1.0, "ms": 1e3, "µs": 1e6}[self.unit]
        width = max(len(row.name) for row in self.rows)
        heads = f"{'wall ' + self.unit:>9}  {'min–max':>15}  {'cpu ' + self.unit:>9}  × ours"
        lines = [self.title, f"{'':{width}}  {heads}"]
        for row in self.rows:
            wall, cpu = statistics.median(row.wall) * scale, statistics.median(row.cpu) * scale
            span = f"{min(row.wall) * scale:.1f}–{max(row.wall) * scale:.1f}"
            peak = "" if row.peak is None else f"  peak {row.peak:,.0f} MB"
            figures = f"{wall:9.1f}  {span:>15}  {cpu:9.1f}  {self.ratio(row):6.2f}{peak}"
            lines.append(f"{row.name:{width}}  {figures}")
        return "\n".join([*lines, *self.notes])

    def to_json(self) -> dict[str, Any]:
        """Return the table with every round."""
        rows = [
            {"name": row.name, "wall": row.wall, "cpu": row.cpu, "peak_mb": row.peak}
            for row in self.rows
        ]
        return {"title": self.title, "ours": self.ours, "rows": rows, "notes": self.notes}


def subject(name: str, *, quick: bool) -> list[dict[str, Any]]:
    """Measure one subject, and print its tables."""
    tables = []
    for table in importlib.import_module(f"bench.{name}").tables(quick=quick):
        print(f"\n{table.text()}", flush=True)
        tables.append(table.to_json())
    return tables


def process(code: str, *arguments: str, python: str = sys.executable) -> tuple[float, float, float]:
    """Run `code` in a Python of its own; return wall and processor seconds, and peak memory in MB.

    Raises `RuntimeError` where it fails.
    """
    begin = time.perf_counter()
    command = [python, "-c", code, *arguments]
    # a user's Python keeps the bytecode of what it has imported once, whatever this shell says
    env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
    child = subprocess.Popen(command, cwd=ROOT, env=env, stdout=subprocess.DEVNULL)
    _, status, usage = os.wait4(child.pid, 0)
    seconds = time.perf_counter() - begin
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"failed with {child.returncode}: {code}")
    return seconds, usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024


def processes(
    contenders: Mapping[str, str | tuple[str, ...]],
    rounds: int,
    pythons: Mapping[str, str] | None = None,
) -> list[Row]:
    """Time each piece of code in processes of its own, in turns, after one that warms the files.

    A contender is code, or code and its arguments; `pythons` names interpreters of their own.
    """
    rows = [Row(name) for name in contenders]
    for turn in range(rounds + 1):
        for row, code in zip(rows, contenders.values(), strict=True):
            given = (code,) if isinstance(code, str) else code
            figures = process(*given, python=(pythons or {}).get(row.name, sys.executable))
            if turn:
                row.add(*figures)
    return rows


def calls(contenders: Mapping[str, Callable[[], object]], rounds: int, each: int = 1) -> list[Row]:
    """Time each function `each` times a round, in turns, after one that warms up; per call."""
    rows = [Row(name) for name in contenders]
    for turn in range(rounds + 1):
        for row, function in zip(rows, contenders.values(), strict=True):
            wall, cpu = time.perf_counter(), time.process_time()
            for _ in range(each):
                function()
            if turn:
                cpu = (time.process_time() - cpu) / each
                row.add((time.perf_counter() - wall) / each, cpu)
    return rows
