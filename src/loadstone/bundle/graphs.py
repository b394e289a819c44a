"""The ONNX form of a live model of Keras or TensorFlow: kept where it predicts the witnesses."""

from __future__ import annotations

from typing import Any, Final

from loadstone.adapters.live import Form, NotMadeError
from loadstone.bundle import prove as proving
from loadstone.bundle.draft import Draft
from loadstone.runtime.keras_forms import load_onnx

KIND: Final = "onnx"
FILE: Final = "forms/model.onnx"
_FRAMEWORKS: Final = ("keras", "tensorflow")


def add(draft: Draft, model: Any) -> None:
    """Add the graph, if there is one and it predicts the same; else say why not."""
    request = draft.request
    if KIND not in request.forms:
        return
    if request.live.framework not in _FRAMEWORKS:
        if not request.automatic:
            why = f"a model of {request.live.framework} has its exported program instead"
            draft.dropped.append({"kind": KIND, "why": why})
        return
    try:
        form = _made(draft, model)
    except NotMadeError as error:
        draft.dropped.append({"kind": KIND, "why": error.why})
        return
    draft.parts.update(form.parts)
    draft.forms.append(form.entry)


def _made(draft: Draft, model: Any) -> Form:
    request, trial = draft.request, draft.trial
    if trial is None or draft.proof is None or request.graph is None:
        raise NotMadeError("there are no examples to prove it with")
    if draft.proof.witnesses.draws is not None or request.seed is not None:
        raise NotMadeError("what a model draws is in no graph")
    ((batch, *_), _), *_ = proving.calls_of(request.live.call(model), trial)
    source, fed, outputs = _source(draft, model, batch)
    rows = next(iter(fed.values())) if len(fed) == 1 else fed
    data, labels = request.graph(source, rows)
    inputs = list(fed) if len(fed) > 1 else []
    entry = {"kind": KIND, "file": FILE, "labels": labels, "inputs": inputs, "outputs": outputs}
    working = trial.steps(load_onnx(entry, data), request.preprocess, request.postprocess)
    proving.alike(working, draft.proof.witnesses)
    return Form(entry, {FILE: [data]})


def _source(draft: Draft, model: Any, batch: Any) -> tuple[Form, dict[str, Any], Any]:
    """Return the form that the graph is written of, its inputs by name, and its outputs' names.

    That is the program, or a `.keras` file that names no code of the user's.
    """
    fed, outputs = draft.request.live.named(model, batch)  # type: ignore[attr-defined]
    held = {entry["kind"]: entry for entry in draft.forms}
    if "savedmodel" in held:
        program = held["savedmodel"]
        start = f"{program['folder']}/"
        parts = {name: data for name, data in draft.parts.items() if name.startswith(start)}
        named = dict(zip(program["inputs"], fed.values(), strict=True))
        return Form(program, parts), named, program["outputs"]
    entry = held.get("keras")
    if entry is None:
        raise NotMadeError("no form of it is a file that TensorFlow reads")
    if entry["objects"]:
        raise NotMadeError(f"it runs code of your own with {entry['backend']}")
    return Form(entry, {entry["file"]: draft.parts[entry["file"]]}), fed, outputs
