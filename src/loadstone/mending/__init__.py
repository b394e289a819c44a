"""Fixes that are proved by predictions, beside the original in its rebuilt environment.

What has no such fix is left to the edits of `engine`.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from loadstone import bare_file, engine, readers, weights_file
from loadstone.bundle.accept import reasons
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Drift, Load
from loadstone.core.report import Report
from loadstone.engine import saved
from loadstone.engine.gather import Asked, surroundings
from loadstone.engine.given import modules_of, without
from loadstone.engine.run import Facts, run_checks
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.inputs import rows as files
from loadstone.inputs.one_row import batch_of
from loadstone.mending import boosters, estimators, keras_archive, weights
from loadstone.mending.answers import Question
from loadstone.runtime import rows as given_rows

StrPath = str | os.PathLike[str]


def fix(
    path: StrPath,
    *,
    into: Any = None,
    preprocess: Any = None,
    postprocess: Any = None,
    examples: Any = None,
    accept: Mapping[str, str] | None = None,
    entry: str | None = None,
    base: StrPath | None = None,
    code: Sequence[str] = (),
    save_facts: StrPath | None = None,
    unsafe: bool = False,
    out: StrPath | None = None,
    dry_run: bool = False,
    progress: Callable[[int], None] | None = None,
    wishes: Wishes | None = None,
    trust: bool = False,
    timeout: float = 600.0,
) -> Report:
    """Check the file, write a fixed copy beside it, and report on that, as `engine.fix` does.

    A pickled estimator of another scikit-learn is written as the libraries here pickle it, where
    every output of every row is then the same as in the environment that it was made in, which is
    rebuilt as `wishes` say. `examples` are rows to ask for, besides those that are made. A pickle
    that calls what is not audited is loaded with `trust` only. `timeout` is in seconds, for each
    answer. Weights of Keras alone, which their names place otherwise than `load_weights` would,
    are written where the model that `into` builds takes them.

    Raises what `engine.fix` does, and `UsageError` where that environment cannot be had.
    """
    accepted = reasons(accept)
    refused = False
    if code and not saved.is_saved(path):
        _refuse_code(readers.read(path))
    if not saved.is_saved(path) and out is not None and keras_archive.applies(path, out):
        artifact, facts = bare_file.read(path)
        modules = modules_of(into, code) if into is not None or code else None
        if not _refused(
            {**facts, Artifact: without(artifact, modules)}, trust=trust, accept=accepted
        ):
            given = None if examples is None else _pair(examples)
            return keras_archive.fixed(
                Question(artifact, given, trust, timeout),
                wishes or Wishes(),
                code=modules,
                accept=accepted,
                save_facts=save_facts,
                unsafe=unsafe,
                out=out,
                dry_run=dry_run,
            )
    if into is None and not saved.is_saved(path) and estimators.applies(path):
        artifact, facts = bare_file.read(path)
        refused = _refused(facts, trust=trust, accept=accepted)
        if not refused:
            asked = Question(artifact, _batch(examples), trust, timeout)
            return estimators.fixed(
                asked,
                wishes,
                accept=accepted,
                save_facts=save_facts,
                unsafe=unsafe,
                out=out,
                dry_run=dry_run,
            )
    if into is not None and not saved.is_saved(path) and weights_file.takes(os.fspath(path), into):
        written = weights.fixed(
            path,
            Asked(into, preprocess, postprocess, examples, code=code, trust=trust),
            accept=accepted,
            save_facts=save_facts,
            unsafe=unsafe,
            out=out,
            dry_run=dry_run,
        )
        if written is not None:
            return written
    proof = None
    if into is None and not refused and not saved.is_saved(path):
        cut = boosters.is_cut(path, accepted)
        asked = Question(readers.read(path), _batch(examples) if cut else None, trust, timeout)
        proof = boosters.drift(asked, wishes or Wishes()) if cut else None
        if proof is not None and not proof.same:
            known = {Artifact: asked.artifact, **surroundings(asked.artifact), Drift: proof}
            return run_checks(known, accept=accepted)
        examples = None if cut else examples
    report = engine.fix(
        path,
        into=into,
        preprocess=preprocess,
        postprocess=postprocess,
        examples=None if refused else examples,
        accept=accept,
        entry=entry,
        base=base,
        code=code,
        save_facts=save_facts,
        unsafe=unsafe,
        out=out,
        dry_run=dry_run,
        progress=progress,
    )
    if proof is None or not report.wrote:
        return report
    found = {**surroundings(report.artifact), Artifact: report.artifact, Drift: proof}
    again = run_checks(found, accept=accepted)
    fixed = tuple(boosters.proved(item, proof) for item in report.fixed)
    return replace(again, fixed=fixed, wrote=report.wrote)


def _refuse_code(artifact: Artifact) -> None:
    """Raise `UsageError` where a copy could not be loaded with the code of the user's."""
    if artifact.framework not in ("keras", "tensorflow"):
        raise UsageError("`--code` with `--fix` is for the layers of a Keras file")


def _refused(facts: Facts, *, trust: bool, accept: Mapping[str, str]) -> bool:
    """Whether the file itself stands against loading it."""
    judged = {**facts, Load: Load(trusted=trust, where="an environment of its own")}
    return any(
        item.check.stage in ("file", "trust") for item in run_checks(judged, accept=accept).errors
    )


def _pair(examples: Any) -> Any:
    """Return the user's rows, with the outputs expected of them where there are some."""
    if isinstance(examples, (str, os.PathLike)):
        examples = files.parts(os.fspath(examples)) or files.read(os.fspath(examples))
    if isinstance(examples, tuple):
        return given_rows.packed(examples[0]), *examples[1:]
    return given_rows.packed(examples)


def _batch(examples: Any) -> Any:
    """Return the user's rows as a batch, None where there are none."""
    if examples is None:
        return None
    if isinstance(examples, (str, os.PathLike)):
        parts = files.parts(os.fspath(examples))
        examples = files.read(os.fspath(examples)) if parts is None else parts[0]
    elif isinstance(examples, tuple):
        examples = examples[0]
    return given_rows.packed(batch_of(examples)[0])
