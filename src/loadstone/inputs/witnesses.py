"""Witnesses: inputs with what every stage gave, and the noise floor that was measured with them."""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from loadstone.runtime import draws, input_files
from loadstone.runtime.compare import EVERYTHING, compare, scale, widened
from loadstone.runtime.replay import finite
from loadstone.runtime.values import UnrecordableError, encode, npy_bytes

FILE = "witnesses/witnesses.json"
OTHER_MEANING = 1e-2  # of the largest output: such a difference is no rounding


@dataclass
class Witnesses:
    """The recorded stages as trees, and per stage and leaf the largest difference measured."""

    count: int
    arrays: list[Any] = field(default_factory=list)
    stages: dict[str, Any] = field(default_factory=dict)
    tolerances: dict[str, dict[str, float]] = field(default_factory=dict)
    measured: dict[str, float | None] = field(default_factory=dict)  # by how it was measured
    elsewhere: dict[str, dict[str, dict[str, float]]] = field(default_factory=dict)  # by device
    draws: Any = None  # the numbers of many runs, of a model that draws

    def record(self, stage: str, value: Any, *, files: bool = False) -> None:
        """Record what a stage gave, of paths what is in the `files`; raises `UnrecordableError`."""
        arrays: list[Any] = list(self.arrays)
        read = functools.partial(input_files.node, arrays=arrays) if files else None
        self.stages[stage] = encode(value, arrays, read)
        self.arrays = arrays

    def measure(
        self, how: str, variants: Mapping[str, Callable[[], Any]], *, sides: int = 1
    ) -> None:
        """Take the differences of a variant of the run (by stage) into the noise floor.

        With two `sides` it tells what one computation is off by: of two, each may be off by it.
        A variant that raises, or whose difference is no rounding, is left out and noted as None.
        """
        largest: float | None = 0.0
        for stage, run in variants.items():
            recorded = "postprocess" if stage == "whole" and "postprocess" in self.stages else stage
            recorded = "model" if recorded == "whole" else recorded
            difference = self._measure(stage, recorded, run, sides)
            if difference is None:
                largest = None
                break
            if stage == "model":
                largest = max(largest or 0.0, difference)
        before = self.measured.get(how, 0.0)
        self.measured[how] = None if largest is None or before is None else max(largest, before)

    def _measure(
        self, stage: str, recorded: str, run: Callable[[], Any], sides: int
    ) -> float | None:
        arrays: list[Any] = []
        try:
            tree = encode(run(), arrays)
        except Exception:  # noqa: BLE001 - a model that cannot run so is not measured so
            return None
        saved = self.stages[recorded]
        found = compare(saved, self.arrays, tree, arrays, self.count, EVERYTHING)
        if found.differs:
            return None
        largest = finite(found.difference) or 0.0
        if largest > OTHER_MEANING * max(1e-6, scale(saved, self.arrays)):
            return None
        floor = self.tolerances.setdefault(stage, {})
        for path, difference in found.leaves.items():
            floor[path] = max(sides * difference, floor.get(path, 0.0))
        return largest

    def measure_elsewhere(self, device: str, outputs: Any) -> dict[str, Any]:
        """Compare what the model gave on another device with what was recorded.

        Where the difference is no more than rounding, it is what counts as the same there. Return
        the largest, and whether it is more.
        """
        arrays: list[Any] = []
        saved = self.stages["model"]
        try:
            tree = encode(outputs, arrays)
        except UnrecordableError:
            return {}
        found = compare(saved, self.arrays, tree, arrays, self.count, EVERYTHING)
        largest = finite(found.difference) or 0.0
        limit = OTHER_MEANING * max(1e-6, scale(saved, self.arrays))
        other = found.differs or largest > limit
        self.measured[f"on {device}"] = None if other else largest
        if not other:
            names = ["model"] if "postprocess" in self.stages else ["model", "whole"]
            self.elsewhere[device] = {name: dict(found.leaves) for name in names}
        return {"differs_there": largest, "other_there": other}

    def everywhere(self) -> dict[str, dict[str, float]]:
        """Return the tolerances, with what was measured on another device."""
        return widened(self.tolerances, self.elsewhere.values())

    def files(self) -> dict[str, bytes]:
        """Return the files of the witnesses by name."""
        names = [f"witnesses/{number}.npy" for number in range(len(self.arrays))]
        recorded = {
            "count": self.count,
            "stages": self.stages,
            "arrays": names,
            "tolerances": self.tolerances,
            "measured": self.measured,
            **({"elsewhere": self.elsewhere} if self.elsewhere else {}),
        }
        files = {FILE: json.dumps(recorded, indent=1).encode()}
        for name, array in zip(names, self.arrays, strict=True):
            files[name] = npy_bytes(array)
        if self.draws is not None:
            files[draws.FILE] = npy_bytes(self.draws)
        return files

    def as_recorded(self) -> dict[str, Any]:
        """Return what a replay takes."""
        return {
            "count": self.count,
            "stages": self.stages,
            "arrays": self.arrays,
            "tolerances": self.tolerances,
            **({} if self.draws is None else {"draws": self.draws}),
        }


__all__ = ["FILE", "UnrecordableError", "Witnesses"]
