"""Where predictions first became others: the stage, and the module of the model."""

import json
from typing import Any, Dict, List, Optional, Set, Tuple

from . import trace, watched
from .draws import seeded
from .errors import describe
from .pipeline import Pipeline
from .replay import finite, replay
from .steps import Steps
from .values import decode

Kept = Dict[str, Any]  # arrays by the name of the file that they would be
_EQUAL = ("identical", "within tolerance")


def replayed(pipeline: Pipeline) -> Tuple[Optional[Dict[str, Any]], Kept]:
    """Return the replay of a loaded bundle, and what differs in it as arrays; None without one.

    Where the model predicts otherwise, it is called once more, module by module.
    """
    recorded, steps = pipeline.witnesses(), pipeline.steps
    if recorded is None or steps is None:
        return None, {}
    steps = drawing(pipeline, steps)
    answer = replay(steps, recorded)
    answer["decoding"] = getattr(pipeline.model, "decoding", "")
    answer["seed"] = pipeline.manifest["witnesses"].get("seed")
    if "draws" in recorded:
        told = pipeline.manifest["witnesses"]
        answer.update(draws=told["draws"], resolution=told["resolution"])
    stages = {stage["stage"]: stage for stage in answer["stages"]}
    kept: Kept = {}
    for name, stage in stages.items():
        if stage["result"] == "differs" and not stage["error"]:
            kept.update(_outputs(steps, recorded, name))
    model = stages["model"]
    followed = "draws" not in recorded and answer["repeatable"] is not False
    if model["result"] == "differs" and not model["error"] and followed:
        answer["first"], arrays = _first(pipeline, steps, recorded)
        kept.update(arrays)
    return answer, kept


def drawing(pipeline: Pipeline, steps: Steps) -> Steps:
    """Return the steps as the witnesses were predicted: from a seed, where there is one."""
    seed = pipeline.manifest["witnesses"].get("seed")
    if seed is None:
        return steps
    call = seeded(steps.call, seed, pipeline.manifest["framework"])
    return Steps(call, steps.plan, steps.preprocess, steps.postprocess)


def _outputs(steps: Steps, recorded: Dict[str, Any], name: str) -> Kept:
    """Return what a stage gives, beside what was recorded."""
    stages = recorded["stages"]

    def saved(stage: str) -> Any:
        return decode(stages[stage if stage in stages else "inputs"], recorded["arrays"])

    try:
        if name == "preprocess":
            now = steps.prepare(saved("inputs"))
        elif name == "model":
            now = steps.infer(saved("preprocess"))
        else:
            now = steps.finish(saved("model"), recorded["count"])
    except Exception:  # noqa: BLE001 - the user's code; it was told why
        return {}
    kept = _numbered("{}.recorded".format(name), saved(name))
    kept.update(_numbered("{}.now".format(name), now))
    return kept


def _numbered(name: str, value: Any) -> Kept:
    found = list(trace.leaves(value))
    many = len(found) > 1
    return {
        "{}.{}".format(name, at) if many else name: trace.plain(leaf)[0]
        for at, leaf in enumerate(found)
    }


def _first(
    pipeline: Pipeline, steps: Steps, recorded: Dict[str, Any]
) -> Tuple[Optional[Dict[str, Any]], Kept]:
    """Return the first module that gives something else, and its tensors; None if not known."""
    if trace.FILE not in pipeline.files.places or pipeline.form in (
        "program",
        "savedmodel",
        "onnx",
    ):
        return None, {}
    framework = pipeline.manifest["framework"]
    stages = recorded["stages"]
    fed = stages["preprocess" if "preprocess" in stages else "inputs"]
    try:
        told = json.loads(pipeline.read(trace.FILE).decode("utf-8"))
        following = trace.Following(told, pipeline.read(trace.NUMBERS))
        prepared = decode(fed, recorded["arrays"])
        watched.run(framework, pipeline.model, steps, prepared, following.note)
        following.finish()
        found = following.beyond or following.first
        if found is None and following.cut:
            why = "only its first {:,} calls were recorded".format(len(following.recorded))
            return {"what": "unknown", "why": why, "equal": len(following.equal)}, {}
        if found is None:
            return {"what": "none", "equal": len(following.equal)}, {}
        around, changed = _changed(framework, pipeline.model, found, told)
    except Exception as error:  # noqa: BLE001 - a record that was edited, or the user's code
        return {"what": "unknown", "why": describe(error)}, {}
    first = following.first
    return {
        "module": found.path,
        "what": found.what,
        "now": found.now,
        "equal": len(following.equal),
        "inside": _inside(framework, found, following.equal),
        "difference": finite(found.difference),
        "largest": finite(found.largest),
        "saved": found.saved,
        "given": found.given,
        "rounding": found.rounding,
        "rounds_from": first.path if first is not None and first is not found else None,
        "around": around,
        "changed": changed,
    }, {"{}.{}".format(found.path or "model", key): value for key, value in found.arrays.items()}


def _inside(framework: str, found: trace.Difference, equal: List[str]) -> bool:
    """Whether the modules in it all gave the same, and there are some: its own code is left."""
    start = found.path + watched.SEPARATORS[framework] if found.path else ""
    return found.what == "out" and any(path.startswith(start) for path in equal)


def _changed(
    framework: str, model: Any, found: trace.Difference, told: Dict[str, Any]
) -> Tuple[str, List[str]]:
    """Return the module whose code computes it, and its tensors that are not those saved.

    What goes into a module, and which one is called, is computed by the module that it is in.
    """
    separator, under = watched.SEPARATORS[framework], found.path
    called = {note["module"] for note in told["notes"]}
    if found.what != "out":
        under = _around(found.path, called, separator)
    start = under + separator if under else ""
    saved, now = told["weights"], watched.weights(framework, model, start)
    names = {name for name in saved if name.startswith(start)} | set(now)
    if found.what != "out":
        names = {name for name in names if _around(name, called, separator) == under}
    return under, sorted(name for name in names if now.get(name) != saved.get(name))


def _around(path: str, called: Set[str], separator: str) -> str:
    """Return the nearest module around `path` that is called: a list of modules is not."""
    while path:
        path = path.rpartition(separator)[0]
        if path in called:
            break
    return path
