"""The witnesses predicted again, stage by stage, each stage fed what was recorded before it."""

from typing import Any, Callable, Dict, List, Optional

from . import draws
from .compare import Comparison, compare, worst
from .errors import describe
from .steps import Steps
from .values import UnrecordableError, decode, encode

Recorded = Dict[str, Any]


def replay(steps: Steps, recorded: Recorded) -> Dict[str, Any]:
    """Return what each stage gives now against what was recorded, as JSON."""
    arrays, rows = recorded["arrays"], recorded["count"]
    stages = recorded["stages"]

    def value(name: str) -> Any:
        return decode(stages[name], arrays)

    def before(name: str) -> Any:
        return value(name if name in stages else "inputs")

    runs: List[Any] = []
    if "preprocess" in stages:
        runs.append(("preprocess", lambda: steps.prepare(value("inputs"))))
    runs.append(("model", lambda: steps.infer(before("preprocess"))))
    if "postprocess" in stages:
        runs.append(("postprocess", lambda: steps.finish(before("model"), rows)))
    drawn = recorded.get("draws")
    results = [
        _drawn(run, drawn, rows)
        if name == "model" and drawn is not None
        else _stage(name, run, recorded)
        for name, run in runs
    ]
    model = next(result for result in results if result["stage"] == "model")
    if drawn is not None:
        whole = worst([result["result"] for result in results])
        return {"witnesses": rows, "stages": results, "whole": whole, "repeatable": None}
    # Two runs agree already where this one gives what was recorded.
    repeatable: Optional[bool] = True
    if model["result"] == "differs":
        repeatable = _repeatable(steps, before("preprocess"), rows)
    # Stages that each give the recorded bits give them together.
    whole = worst([result["result"] for result in results])
    if len(runs) > 1 and whole != "identical":
        last = runs[-1][0]
        whole = _stage(last, lambda: steps.predict(value("inputs")), recorded, "whole")["result"]
    return {"witnesses": rows, "stages": results, "whole": whole, "repeatable": repeatable}


def _drawn(run: Callable[[], Any], recorded: Any, rows: int) -> Dict[str, Any]:
    """Return whether as many runs as were recorded are of the same distribution."""
    try:
        now = draws.sample(run, len(recorded))
    except Exception as error:  # noqa: BLE001 - as above
        failed = {"stage": "model", "result": "differs", "moved": rows, "example": ""}
        return {**failed, "error": describe(error)}
    return draws.stage(draws.differ(recorded, now), rows)


def _stage(
    name: str, run: Callable[[], Any], recorded: Recorded, noise: str = ""
) -> Dict[str, Any]:
    result: Dict[str, Any] = {"stage": name, "moved": 0, "example": "", "error": ""}
    tolerances = recorded["tolerances"].get(noise or name, {})
    try:
        now_arrays: List[Any] = []
        now = encode(run(), now_arrays)
    except UnrecordableError as error:
        result.update(result="differs", example=str(error), moved=recorded["count"])
        return result
    except Exception as error:  # noqa: BLE001 - the user's own function may raise anything
        result.update(result="differs", error=describe(error), moved=recorded["count"])
        return result
    found = compare(
        recorded["stages"][name],
        recorded["arrays"],
        now,
        now_arrays,
        rows=recorded["count"],
        tolerances=tolerances,
    )
    result.update(result=found.result, moved=len(found.moved), example=found.example)
    result["difference"] = finite(found.difference)
    result["tolerance"] = max(tolerances.values()) if tolerances else None
    return result


def finite(number: Optional[float]) -> Optional[float]:
    """Return a number that JSON has: infinity as the largest float."""
    return number if number is None or abs(number) < 1.7e308 else 1.7e308


def _repeatable(steps: Steps, prepared: Any, rows: int) -> Optional[bool]:
    try:
        return not difference(steps.infer(prepared), steps.infer(prepared), rows).differs
    except Exception:  # noqa: BLE001 - the stage has already said so
        return None


def difference(
    first: Any, second: Any, rows: int = 0, tolerances: Optional[Dict[str, float]] = None
) -> Comparison:
    """Compare two live values."""
    arrays: List[List[Any]] = [[], []]
    trees = [encode(value, held) for value, held in zip((first, second), arrays)]  # noqa: B905 - Python 3.6 has no `strict`
    return compare(trees[0], arrays[0], trees[1], arrays[1], rows, tolerances)


__all__ = ["difference", "finite", "replay", "worst"]
