"""What a save measures: repeatability, training mode, expected outputs, and the noise floor."""

from __future__ import annotations

import functools
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

from loadstone.adapters.live import DOUBLE, Calls, Live, NotMadeError
from loadstone.core.facts import SaveFacts
from loadstone.inputs.examples import Examples
from loadstone.inputs.plan import Trial
from loadstone.inputs.witnesses import UnrecordableError, Witnesses
from loadstone.runtime import batches, draws, neighbours, trace, watched
from loadstone.runtime.compare import EVERYTHING, Comparison
from loadstone.runtime.replay import difference, finite, replay
from loadstone.runtime.steps import Steps, join, takes_batch

_STEPS = ("preprocess", "postprocess")


@dataclass
class Proof:
    """The witnesses, and the facts that were measured with them."""

    witnesses: Witnesses
    measured: dict[str, Any] = field(default_factory=dict)  # fields of SaveFacts
    unproven: list[str] = field(default_factory=list)


def prove(  # noqa: PLR0917 - each is what is measured
    live: Live,
    model: Any,
    given: Any,
    steps: Steps,
    trial: Trial,
    examples: Examples,
    drawn: int | None = None,
) -> Proof:
    """Record the witnesses and measure; `model` is in eval mode, `given` as the user left it.

    A model that does not repeat itself is run `drawn` times, for what it gives in distribution.

    Raises `UnrecordableError` where inputs or outputs have no form without pickle.
    """
    rows = examples.count
    witnesses = Witnesses(rows)
    proof = Proof(witnesses)
    witnesses.record("inputs", examples.inputs, files=examples.files)
    if steps.preprocess is not None:
        witnesses.record("preprocess", trial.prepared)
    prepared = trial.prepared
    outputs = steps.infer(prepared)
    witnesses.record("model", outputs)
    if steps.postprocess is not None:
        witnesses.record("postprocess", steps.finish(outputs, rows))
    repeatable = _repeat(proof, live, model, steps, examples, prepared)
    if repeatable:
        _noise(proof, live, model, steps, prepared, rows)
        _elsewhere(proof, live, given, steps, prepared)
        proof.measured["draws_unused"] = drawn or 0
    elif drawn is not None and proof.measured["first_unrepeatable"] not in _STEPS:
        witnesses.draws = draws.sample(lambda: steps.infer(prepared), drawn)
        proof.measured.update(repeatable=True, first_unrepeatable="", difference=None)
    _training(proof, live, model, given, steps, prepared, rows, repeatable=repeatable)
    _expected(proof, steps, examples)
    return proof


def _repeat(  # noqa: PLR0917 - as above
    proof: Proof, live: Live, model: Any, steps: Steps, examples: Examples, prepared: Any
) -> bool:
    rows = examples.count
    stages: list[tuple[str, Callable[[], Any]]] = []
    if steps.preprocess is not None:
        stages.append(("preprocess", lambda: steps.prepare(examples.inputs)))
    stages.append(("model", lambda: steps.infer(prepared)))
    outputs = steps.infer(prepared)
    if steps.postprocess is not None:
        stages.append(("postprocess", lambda: steps.finish(outputs, rows)))
    for stage, run in stages:
        found = _twice(run, rows)
        if not (found.differs or found.difference):
            continue
        proof.witnesses.tolerances.clear()
        name = stage
        if stage == "model":
            path = live.first_unrepeatable(model, run)
            if not found.differs and _is_rounding(found, proof.witnesses, stage):
                continue  # a reduction in another order each time is noise, and measured as such
            name = path or "model"
        proof.measured.update(
            repeatable=False, first_unrepeatable=name, difference=finite(found.difference)
        )
        return False
    return True


def _twice(run: Callable[[], Any], rows: int) -> Comparison:
    return difference(run(), run(), rows, EVERYTHING)


def _is_rounding(found: Comparison, witnesses: Witnesses, stage: str) -> bool:
    from loadstone.runtime.compare import scale

    largest = scale(witnesses.stages[stage], witnesses.arrays)
    return (found.difference or 0.0) <= 1e-5 * max(largest, 1e-6)


def _noise(  # noqa: PLR0917 - as above
    proof: Proof, live: Live, model: Any, steps: Steps, prepared: Any, rows: int
) -> None:
    import numpy as np

    witnesses = proof.witnesses

    def measure(how: str, run: Callable[[], Any], sides: int = 1) -> None:
        kept: list[Any] = []

        def infer() -> Any:
            kept[:] = [run()]
            return kept[0]

        variants = {"model": infer}
        variants["whole"] = lambda: steps.finish(kept[0], rows)
        if steps.postprocess is not None:
            variants["postprocess"] = variants["whole"]
        witnesses.measure(how, variants, sides=sides)

    measure("repeated", lambda: steps.infer(prepared))
    if rows > 1:
        measure("singly", lambda: _singly(steps, prepared, rows))
    for how, setting, call in live.variants(model):
        other = steps if call is None else Steps(call, steps.plan)
        with setting:
            sides = neighbours.SIDES if how == DOUBLE else 1
            measure(how, functools.partial(other.infer, prepared), sides)
    for seed in neighbours.draws(live.size(model)[0]):
        state = np.random.RandomState(seed)
        with neighbours.moved(live.weights(model), state):
            moved = functools.partial(_moved, steps, prepared, state)
            measure(neighbours.HOW, moved, neighbours.SIDES)


def _moved(steps: Steps, prepared: Any, state: Any) -> Any:
    """Return the outputs where inputs and outputs are numbers beside what they are."""
    return neighbours.tree(steps.infer(neighbours.tree(prepared, state)), state)


def _elsewhere(proof: Proof, live: Live, given: Any, steps: Steps, prepared: Any) -> None:
    """Compare what was recorded with what the model predicts on the device it was given on."""
    there = live.elsewhere(given)
    if there is None:
        return
    device, call = there
    proof.measured["device"] = device
    try:
        outputs = Steps(call, steps.plan).infer(prepared)
    except Exception:  # noqa: BLE001 - it is not the model's: it did predict, on the CPU
        return
    proof.measured.update(proof.witnesses.measure_elsewhere(device, outputs))


def _singly(steps: Steps, prepared: Any, rows: int) -> Any:
    """Return the outputs of a batch that is given one by one."""
    if isinstance(prepared, list) and steps.plan["collate"] != "batch":
        return join([_first(steps.infer([item])) for item in prepared])
    singles = [steps.infer(batches.row(prepared, at, keep=True)) for at in range(rows)]
    if all(isinstance(single, list) for single in singles):
        return [item for single in singles for item in single]
    return join(singles)


def _first(outputs: Any) -> Any:
    return outputs[0] if isinstance(outputs, list) else outputs


def _training(  # noqa: PLR0917 - each is what is compared
    proof: Proof,
    live: Live,
    model: Any,
    given: Any,
    steps: Steps,
    prepared: Any,
    rows: int,
    *,
    repeatable: bool,
) -> None:
    """Compare what the model does as the user left it with what it does in eval mode.

    Where two runs in eval mode differ, only the layers that are known to behave otherwise tell.
    """
    modules = live.in_training(given)
    if modules is None:
        return
    if not repeatable:
        proof.measured["training"] = modules
        return
    try:
        trained = live.copied(given)
    except Exception:  # noqa: BLE001 - a module may hold anything; it is not run as it is
        proof.measured["training"] = modules
        return
    as_given = Steps(live.call(trained), steps.plan)
    try:
        found = difference(steps.infer(prepared), as_given.infer(prepared), rows, EVERYTHING)
    except Exception:  # noqa: BLE001 - batch normalisation refuses a batch of one, say
        proof.measured["training"] = modules
        return
    if found.differs or found.difference:
        proof.measured["training"] = modules or (type(model).__name__,)
        proof.measured["differs_in_training"] = finite(found.difference)


def _expected(proof: Proof, steps: Steps, examples: Examples) -> None:
    if not examples.has_expected:
        return
    outputs = steps.predict(examples.inputs)
    tolerances = proof.witnesses.everywhere().get("whole", {})
    found = difference(
        _plain(examples.expected), _plain(outputs), examples.count, _Largest(tolerances)
    )
    proof.measured["expected_reproduced"] = found.result
    proof.measured["expected_difference"] = finite(found.difference)


class _Largest(dict[str, float]):
    """The largest tolerance of any leaf: expected outputs may be laid out otherwise."""

    def get(self, _key: str, _default: Any = None) -> Any:
        return max(self.values(), default=0.0)


def _plain(value: Any) -> Any:
    """Return tensors and numbers in lists as arrays, so that only values are compared."""
    import numpy as np

    if batches.is_tensor(value):
        return value.detach().cpu().numpy()
    if isinstance(value, list):
        if value and all(batches.is_array(item) for item in value):
            try:
                return np.stack([np.asarray(item) for item in value])
            except ValueError:
                return value
        kinds = {type(item) for item in value}
        if kinds and kinds <= {float, int}:
            return np.asarray(value, dtype=np.float32 if float in kinds else np.int64)
    return value


def traced(framework: str, model: Any, working: Steps, prepared: Any) -> dict[str, bytes]:
    """Return the files that tell what every module takes and gives; none of what is not watched."""
    record = trace.Trace()
    try:
        watched.run(framework, model, working, prepared, record.note)
        weights = watched.weights(framework, model)
    except Exception:  # noqa: BLE001 - it predicts; only this record is missing
        return {}
    return record.files(weights) if len(record.notes) > 1 else {}


def alike(steps: Steps, witnesses: Witnesses) -> None:
    """Raise `NotMadeError` unless another form of the model predicts the witnesses the same."""
    outcome = replay(steps, witnesses.as_recorded())
    for stage in outcome["stages"]:
        if stage["result"] == "differs" and stage["stage"] == "model":
            why = stage["error"] or f"{stage['moved']} of {outcome['witnesses']} witnesses differ"
            raise NotMadeError(f"it predicts otherwise: {why}")


def calls_of(call: Callable[..., Any], trial: Trial) -> Calls:
    """Return the arguments of the calls that the examples make."""
    noting = _Noting(call)
    trial.steps(noting, None, None).infer(trial.prepared)
    return noting.calls


class _Noting:
    """A call that notes its arguments."""

    def __init__(self, call: Callable[..., Any]) -> None:
        self.call = call
        self.calls: Calls = []
        self.takes_batch = takes_batch(call)

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        self.calls.append((args, kwargs))
        return self.call(*args, **kwargs)


def drawn(witnesses: Witnesses | None) -> dict[str, Any]:
    """Return how many runs were recorded of a model that draws, and what they do not tell."""
    if witnesses is None or witnesses.draws is None:
        return {}
    runs, numbers = witnesses.draws.shape
    return {"draws": runs, "resolution": draws.limit(runs, runs, numbers)}


def save_facts(name: str, proof: Proof | None, **more: Any) -> SaveFacts:
    """Return the facts of a save."""
    return SaveFacts(name=name, **(proof.measured if proof else {}), **more)


__all__ = [
    "Proof",
    "UnrecordableError",
    "alike",
    "calls_of",
    "drawn",
    "prove",
    "save_facts",
    "traced",
]
