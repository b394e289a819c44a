"""What the manifest holds of a draft: inputs and labels, where it was computed, what it needs."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from loadstone.bundle import private as privacy
from loadstone.bundle import prove as proving
from loadstone.bundle.draft import Draft, Request
from loadstone.bundle.manifest import manifest
from loadstone.bundle.needs import modules_of, needs
from loadstone.inputs import examples, labels, plan, signature
from loadstone.runtime.precision import device_of_keras

ROLES = ("preprocess", "postprocess")


def manifest_of(draft: Draft, record: dict[str, Any]) -> dict[str, Any]:
    """Return the manifest of a draft, without its files, in the environment of the record."""
    request, trial, given = draft.request, draft.trial, draft.given
    functions = {role: getattr(request, role) for role in ROLES}
    proof = draft.proof
    return manifest(
        name=draft.name,
        framework=request.live.framework,
        forms=draft.forms,
        dropped=draft.dropped,
        steps={
            role: dict(request.declared[role].entry)
            if role in request.declared
            else {"root": role, "name": getattr(function, "__name__", type(function).__name__)}
            for role, function in functions.items()
            if function is not None
        },
        plan=trial.plan
        if trial
        else {"preprocess": "one", "collate": "stack", "postprocess": "row"}
        if request.preprocess
        else {"preprocess": None, "collate": "batch", "postprocess": "batch"},
        signature={
            "kind": given.kind if given else None,
            "inputs": _freed(inputs_of(given, request.signature), draft.free),
            **(trial.described() if trial else {"outputs": None}),
            "labels": _labels(request, trial),
        },
        witnesses={
            "count": given.count if given else 0,
            "file": "witnesses/witnesses.json" if given else None,
            **({"seed": request.seed} if request.seed is not None else {}),
            **privacy.told(request.private, made=privacy.is_made(request.examples)),
            **proving.drawn(proof.witnesses if proof else None),
            "measured": proof.witnesses.measured if proof else {},
            **_device(request),
        },
        coverage=draft.counts,
        ranges=given.ranges if given else [],
        code=draft.code,
        environment={**record, "needs": _needs(draft, record)},
        unproven=draft.unproven,
        uncaptured=[
            {"name": item.name, "why": item.why, "supply": item.supply} for item in draft.uncaptured
        ],
        parameters=request.live.size(request.model)[0],
        files=[],
    )


def _device(request: Request) -> dict[str, str]:
    """Return where the witnesses were computed, if not on the CPU, as those of torch always are."""
    device = device_of_keras() if request.live.framework == "keras" else "cpu"
    return {} if device == "cpu" else {"device": device}


def _needs(draft: Draft, record: Mapping[str, Any]) -> dict[str, str]:
    """Return the distributions that the bundle cannot do without, each with its version."""
    entries = {role: item.entry for role, item in draft.request.declared.items()}
    live = draft.request.live
    own = {item.__module__ for item in type(draft.request.model).__mro__}
    own = {name for name in own if name.partition(".")[0] != "loadstone"}
    modules = {"numpy", live.library, live.framework, *own, *draft.modules}
    return needs(modules | modules_of(draft.forms, entries), record["distributions"])


def _labels(request: Request, trial: plan.Trial | None) -> dict[str, list[str]]:
    """Return the names of the outputs in their order, by where the postprocessing holds them."""
    declared = request.declared.get("postprocess")
    if declared is not None:
        return {"id2label": list(declared.entry.get("labels", ()))}
    return labels.recorded(request.postprocess, trial.outputs) if trial else {}


def inputs_of(
    given: examples.Examples | None, changes: Mapping[str, Any]
) -> list[dict[str, Any]] | None:
    """Return the parts of the signature, with the user's changes; None without examples."""
    if given is None:
        return None
    if given.files:
        return [{"name": "", "kind": "file"}]
    return signature.edited(signature.of_inputs(given.inputs, given.ranges), changes)


def _freed(parts: list[dict[str, Any]] | None, axes: list[int]) -> list[dict[str, Any]] | None:
    """Return the parts of the inputs with the axes of a sequence that were seen to be free."""
    return [{**part, "free": axes} for part in parts] if axes and parts else parts
