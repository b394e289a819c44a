"""How inputs reach the model and outputs the caller, found by trying on the examples."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from loadstone.inputs.examples import Examples
from loadstone.inputs.signature import inferred
from loadstone.runtime import batches
from loadstone.runtime.compare import EVERYTHING
from loadstone.runtime.errors import describe
from loadstone.runtime.replay import difference
from loadstone.runtime.steps import Steps, as_array, call, takes_batch, takes_rows
from loadstone.runtime.values import UnrecordableError

Function = Callable[..., Any]
_CLOSE = 1e-3  # of the larger value: other arithmetic, not another meaning


class UnfitError(Exception):
    """No way of calling `step` on the examples works; `cause` is what it raised."""

    def __init__(self, step: str, why: str, cause: BaseException | None = None) -> None:
        super().__init__(why)
        self.step = step
        self.why = why
        self.cause = cause


@dataclass(frozen=True)
class Trial:
    """The plan that works, and what the stages gave while it was found."""

    plan: dict[str, str | None]
    prepared: Any
    outputs: Any
    final: Any

    def steps(self, model: Function, pre: Function | None, post: Function | None) -> Steps:
        """Return the steps of this plan."""
        return Steps(model, self.plan, pre, post)

    def described(self) -> dict[str, Any]:
        """Return what the signature says of the outputs, and of what the preprocessing makes."""
        told = {"outputs": inferred(self.final)}
        return (
            told
            if self.plan["preprocess"] is None
            else told | {"prepared": inferred(self.prepared)}
        )


def find(
    model: Function,
    examples: Examples,
    preprocess: Function | None,
    postprocess: Function | None,
    batched: bool | None,  # noqa: FBT001 - as the public function takes it
) -> Trial:
    """Return the plan that works on the examples.

    Raises `UnfitError` where none does, or where two do and disagree.
    """
    takes, prepared, collate, outputs = _prepare(model, examples, preprocess, batched)
    how, final = _finish(outputs, examples.count, postprocess, prepared, batched)
    plan = {"preprocess": takes, "collate": collate, "postprocess": how}
    return Trial(plan, prepared, outputs, final)


def _prepare(
    model: Function,
    examples: Examples,
    preprocess: Function | None,
    batched: bool | None,  # noqa: FBT001 - as above
) -> tuple[str | None, Any, str, Any]:
    if preprocess is None:
        collate, outputs = _infer(model, examples.inputs, examples.count)
        return None, examples.inputs, collate, outputs
    found: dict[str, tuple[Any, str, Any]] = {}
    failed: dict[str, UnfitError] = {}
    for takes in ("one", "batch"):
        if batched is not None and batched != (takes == "batch"):
            continue
        try:
            prepared = _run_preprocess(preprocess, examples, takes)
            found[takes] = (prepared, *_infer(model, prepared, examples.count))
        except UnfitError as error:
            failed[takes] = _of_preprocess(error)
    if not found:
        # What was raised on one input says more to whoever wrote a function of one input.
        steps = [error for error in failed.values() if error.step == "model"]
        raise (steps or list(failed.values()))[0]
    if len(found) == 2:
        if not _agree(found["one"][2], found["batch"][2], examples.count):
            raise UnfitError(
                "preprocess",
                "it runs on one input and on the whole batch, and gives different predictions; "
                "say which it takes: `batched=True` or `batched=False`",
            )
        found.pop("one")
    ((takes, (prepared, collate, outputs)),) = found.items()
    return takes, prepared, collate, outputs


def _of_preprocess(error: UnfitError) -> UnfitError:
    """Blame the preprocessing, and not the model, for results that nothing can be made of."""
    if not isinstance(error.cause, batches.UnbatchableError):
        return error
    why = f"no batch for the model can be made of what it gives: {error.cause}"
    return UnfitError("preprocess", why, error.cause)


def _run_preprocess(preprocess: Function, examples: Examples, takes: str) -> Any:
    if takes == "one":
        items = batches.items(examples.inputs)
        return [_one(preprocess, item, at) for at, item in enumerate(items, start=1)]
    try:
        prepared = preprocess(examples.inputs)
    except Exception as error:
        raise UnfitError("preprocess", _text(error), error) from error
    if prepared is None:
        raise UnfitError("preprocess", "it returns `None`")
    if isinstance(prepared, list) and len(prepared) != examples.count:
        raise UnfitError(
            "preprocess", f"it gives {len(prepared)} results for {examples.count} inputs"
        )
    return prepared


def _one(preprocess: Function, item: Any, at: int) -> Any:
    given = f", {item!r:.60}" if isinstance(item, (str, int, float)) else ""
    try:
        prepared = preprocess(item)
    except Exception as error:
        why = f"{_text(error)} (example {at}{given})"
        raise UnfitError("preprocess", why, error) from error
    if prepared is None:
        raise UnfitError("preprocess", f"it returns `None` (example {at}{given})")
    return prepared


def _infer(model: Function, prepared: Any, count: int) -> tuple[str, Any]:
    """Return how prepared inputs reach the model, and its outputs.

    Raises `UnfitError`.
    """
    if not isinstance(prepared, list) or takes_rows(model):
        return _batch(model, prepared, count)
    values = [as_array(item) for item in prepared]
    if all(batches.leading_one(value) for value in values):
        each = _try(model, "each", values)
        return _merged(model, "concat", values, each) or ("each", each)
    try:
        axis = _try(model, "axis", values)
    except UnfitError as error:
        if takes_batch(model):  # texts or records, which have no axis
            return _batch(model, prepared, count)
        try:
            return "each", _try(model, "each", values)
        except UnfitError as second:
            raise (
                error if isinstance(error.cause, batches.UnbatchableError) else second
            ) from error
    if _rows(axis) != count:
        return "each", _try(model, "each", values)
    return _merged(model, "stack", values, axis) or ("axis", axis)


def _batch(model: Function, prepared: Any, count: int) -> tuple[str, Any]:
    outputs = _try(model, "batch", prepared)
    if _rows(outputs) != count:
        rows = _rows(outputs)
        found = f"a list of {rows}" if isinstance(outputs, list) else f"{rows or 'no'} rows"
        why = f"{found} for {count} inputs; an array, or a tuple or dict of arrays, has rows"
        raise UnfitError("model", why)
    return "batch", outputs


def _merged(model: Function, how: str, values: list[Any], singly: Any) -> tuple[str, Any] | None:
    """Return the outputs of one call for the whole batch, if that gives what single calls do.

    Inputs of several shapes are never in one call together; then a pair of equal ones is tried.
    """
    probe, wanted = values, singly
    if len(values) == 1 or (how == "stack" and len({_shape(value) for value in values}) > 1):
        probe = [values[0], values[0]]
        wanted = [batches.row(singly, 0)] * 2
    try:
        outputs = _try(model, how, probe, fall_back=False)
    except UnfitError:
        return None
    if not _agree(wanted, outputs, len(probe)):
        return None
    return how, (outputs if probe is values else singly)


def _shape(value: Any) -> str:
    if isinstance(value, dict):
        return str({key: _shape(item) for key, item in value.items()})
    if isinstance(value, (tuple, list)):
        return str([_shape(item) for item in value])
    return str(getattr(value, "shape", None))


def _try(model: Function, how: str, values: Any, *, fall_back: bool = True) -> Any:
    try:
        if how == "batch":
            return call(model, values)
        if not fall_back:
            merge = batches.stack if how == "stack" else batches.concat
            return call(model, merge(values))
        return Steps(model, {"collate": how}).infer(values)
    except Exception as error:
        raise UnfitError("model", _text(error), error) from error


def _finish(
    outputs: Any,
    count: int,
    postprocess: Function | None,
    prepared: Any,
    batched: bool | None,  # noqa: FBT001 - as above
) -> tuple[str | None, Any]:
    """Return what `postprocess` takes (`row`, a batch of `one`, or the `batch`) and gives."""
    if postprocess is None:
        return None, outputs
    found: dict[str, Any] = {}
    errors: list[Exception] = []
    for how in ("row", "one", "batch"):
        steps = Steps(_nothing, {"postprocess": how}, None, postprocess)
        try:
            final = steps.finish(outputs, count)
        except Exception as error:  # noqa: BLE001 - the user's function; told if no way works
            errors.append(error)
            continue
        if how != "batch" or (not isinstance(final, (str, bytes)) and _rows(final) == count):
            found[how] = final
    if not found:
        raise UnfitError(
            "postprocess", _text(errors[0]) if errors else "", errors[0] if errors else None
        )
    single = _single(found, prepared)
    if "batch" not in found:
        return single, found[single]
    if single and not _agree(_joined(found[single]), found["batch"], count):
        if batched is None:
            raise UnfitError(
                "postprocess",
                "it runs on one output and on the whole batch, and gives different results; "
                "say which it takes: `batched=True` or `batched=False`",
            )
        how = "batch" if batched else single
        return how, found[how]
    return "batch", found["batch"]


def _single(found: dict[str, Any], prepared: Any) -> str:
    """Prefer the output as the user's own code has it: a batch of one if inputs are such."""
    singles = [how for how in ("row", "one") if how in found]
    if len(singles) == 2 and isinstance(prepared, list):
        return "one" if all(batches.leading_one(item) for item in prepared) else "row"
    return singles[0] if singles else ""


def _joined(final: list[Any]) -> Any:
    """Return what was given one by one as one batch: lists of one item are batches of one."""
    if all(isinstance(item, list) and len(item) == 1 for item in final):
        return [item[0] for item in final]
    try:
        if all(batches.leading_one(item) for item in final):
            return batches.concat(final)
        return batches.stack(final)
    except batches.UnbatchableError:
        return final


def _agree(first: Any, second: Any, count: int) -> bool:
    """Return whether two batches say the same, whether as lists or as arrays."""
    for batch in (first, second):
        if _rows(batch) != count:
            return False
    try:
        for at in range(count):
            one, other = (_plain(batches.row(batch, at)) for batch in (first, second))
            found = difference(one, other, tolerances=EVERYTHING)
            scale = max(1.0, _largest(one), _largest(other))
            if found.differs or (found.difference or 0.0) > _CLOSE * scale:
                return False
    except (UnrecordableError, KeyError, IndexError, TypeError):
        return False
    return True


def _plain(value: Any) -> Any:
    """Return arrays of no dimension as numbers, tensors as arrays."""
    if batches.is_tensor(value):
        value = value.detach().cpu().float().numpy() if value.is_floating_point() else value.numpy()
    if batches.is_array(value) and not len(value.shape):
        return value.item()
    return value


def _largest(value: Any) -> float:
    if batches.is_array(value):
        import numpy as np

        data = np.abs(np.nan_to_num(np.asarray(value, dtype=np.float64)))
        return float(data.max()) if data.size else 0.0
    if isinstance(value, dict):
        return max(map(_largest, value.values()), default=0.0)
    if isinstance(value, (tuple, list)):
        return max(map(_largest, value), default=0.0)
    return abs(float(value)) if isinstance(value, (int, float)) else 0.0


def _rows(value: Any) -> int | None:
    return batches.count(value)


def _nothing(*_: Any, **__: Any) -> None:
    """Stand for the model where only `postprocess` is tried."""


def _text(error: BaseException) -> str:
    return str(error) if isinstance(error, batches.UnbatchableError) else describe(error)
