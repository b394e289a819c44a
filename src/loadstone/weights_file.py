"""Weights of Keras alone, into a model that is built for them: loaded, compared, and asked."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from loadstone import readers
from loadstone.adapters import reference as references
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Load, TargetProblem
from loadstone.core.report import Report
from loadstone.engine import keras_weights
from loadstone.engine.gather import Asked, gather
from loadstone.engine.given import modules_of
from loadstone.engine.run import run_checks
from loadstone.environment import asking as askings
from loadstone.environment import guarantees, here, infer, rebuild
from loadstone.errors import LoadError
from loadstone.render.exception import message

if TYPE_CHECKING:
    from loadstone.bare_file import FilePredictor
    from loadstone.environment.wishes import Wishes

GATES = ("LS416", "LS613")  # layers have other functions than at the save, or may have
ORDER = "LS413"  # names and places disagree: what is asked decides
_MENDS = {None: (), "safe": ("LS136", "LS415"), "unsafe": ("LS136", "LS413", "LS415")}
_HOW = {"LS136": "groups were taken as Keras 2.14 names them"}


def takes(path: str, into: Any) -> bool:
    """Whether the file at `path` is weights that a model of Keras may be built for.

    Of a checkpoint, which is TensorFlow's, a class of PyTorch may be meant: its target tells.
    """
    if into is None or not (Path(path).exists() or Path(f"{path}.index").exists()):
        return False  # the load tells of that
    artifact = readers.read(path)
    if artifact.framework not in ("keras", "tensorflow") or not keras_weights.takes(artifact):
        return False
    if artifact.framework == "keras":
        return True
    return keras_weights.architecture(into) is not None or not _is_torch(into)


def _is_torch(into: Any) -> bool:
    found = references.find(references.parse(into)) if isinstance(into, str) else into
    owners = getattr(found, "__mro__", type(found).__mro__)
    tops = {item.__module__.partition(".")[0] for item in owners}
    return "torch" in tops and not tops & {"keras", "tf_keras"}


def load(
    path: str,
    into: Any,
    code: Sequence[str],
    accepted: Mapping[str, str],
    *,
    fix: str | None,
    env: str,
    wishes: Wishes | None,
    trust: bool = False,
) -> FilePredictor:
    """Return the model with every variable of the file, here or in another environment.

    It is built here, unless `env` or `wishes` ask for another environment or Keras is not here.
    Bytecode in an architecture runs with `trust`, in the Python that it is of.
    Raises `LoadError` where variables have no counterpart, `UsageError`, `OSError`.
    """
    from loadstone.bare_file import FilePredictor

    away = env == "isolated" or bool(wishes and (wishes.pins or wishes.python))
    away = away or (env == "auto" and is_elsewhere(into))
    facts = gather(path, Asked(None if away else into, code=code, trust=trust))
    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    away = away or (env == "auto" and _is_absent(facts.get(TargetProblem)))
    if away:
        facts = {Artifact: artifact}
    else:
        _refuse(run_checks(facts, accept=accepted), fix)
    described = keras_weights.described(into, modules_of(None, code), trust=trust)
    python = rebuild.python_for(_of(artifact, described), "isolated", wishes) if away else None
    base = Load(trusted=trust, where=askings.where(python))
    asking, told = askings.opened(
        artifact,
        python,
        base,
        code=modules_of(into if described is None else None, code),
        target={
            **_target(artifact, into, described, reading=_reading(fix, accepted)),
            "gates": any(code in accepted for code in GATES),
        },
    )
    facts[Load] = told if asking is None else replace(told, loaded=True)
    if asking is None:
        report = run_checks(facts, accept=accepted)
        raise LoadError(report, message(report))
    return FilePredictor(
        lambda: run_checks(facts, accept={**accepted, **_mended(fix)}), asking, 600.0
    )


def is_elsewhere(into: Any) -> bool:
    """Whether an architecture is of a Keras that the one here is not known to agree with."""
    described = keras_weights.architecture(into)
    if described is None:
        return False
    if guarantees.other_python(infer.infer(described), here.here()):
        return True  # there its bytecode runs
    if not described.producer.get("keras"):
        return False
    return not rebuild.covered(described).current


def _is_absent(problem: object) -> bool:
    """Whether the library that the model is built with is not here."""
    if not isinstance(problem, TargetProblem):
        return False
    lacks = re.search("No module named '(tensorflow|tf_keras|keras)", problem.why)
    return problem.kind == "framework-missing" or lacks is not None


def _mended(fix: str | None) -> dict[str, str]:
    return {code: _HOW.get(code, "they were taken by their names") for code in _MENDS[fix]}


def _reading(fix: str | None, accepted: Mapping[str, str]) -> str:
    """Return which reading is asked for, as `runtime.keras_weights.load` has it."""
    if fix == "unsafe":
        return "names"
    return "places" if ORDER in accepted else fix or ""


def _refuse(report: Report, fix: str | None) -> None:
    """Raise `LoadError` for every finding but those that `fix` mends."""
    if any(item.check.code not in _MENDS[fix] for item in report.errors):
        raise LoadError(report, message(report))


def _of(artifact: Artifact, described: Artifact | None) -> Artifact:
    """Return the weights as a file of the Keras that wrote them, or their architecture."""
    if described is None or not described.producer.get("keras"):
        return artifact
    told = {"bytecode_of": described.detail.get("bytecode_of")}
    detail = {**artifact.detail, **(told if told["bytecode_of"] else {})}
    return replace(artifact, framework="keras", producer=described.producer, detail=detail)


def _target(
    artifact: Artifact, into: Any, described: Artifact | None, *, reading: str
) -> dict[str, Any]:
    """Return what a runtime has to know to build the model and find the variables."""
    hints: dict[str, Any] = {"reading": reading, "prefix": artifact.detail.get("prefix")}
    if artifact.format == "tf-checkpoint":
        hints["layout"], hints["slots"] = keras_weights.slots(artifact)
    if described is not None:
        detail = described.detail
        hints["generation"] = detail.get("generation")
        hints["custom"] = list(keras_weights.custom(described))
        hints["lambdas"] = detail.get("lambdas")
        return {**hints, "target": {"json": Path(described.path).read_text("utf-8")}}
    named = references.named(into)
    call = {"args": list(named.args), "kwargs": dict(named.kwargs)}
    return {**hints, "target": {"module": named.module, "name": named.name, **call}}


def model(
    path: str | os.PathLike[str],
    into: Any,
    code: Sequence[str],
    *,
    fix: str | None,
    accept: Mapping[str, str],
    trust: bool = False,
) -> Any:
    """Return the live model with every variable of the file, to be saved as any other.

    It is built here, also an architecture that `is_elsewhere`: ask that before.
    Raises `LoadError` as `load` does.
    """
    facts = gather(path, Asked(into, code=code, trust=trust))
    _refuse(run_checks(facts, accept=accept), fix)
    artifact = facts[Artifact]
    assert isinstance(artifact, Artifact)
    reading = _reading(fix, accept)
    return keras_weights.loaded(artifact, into, code, reading=reading, trust=trust)
