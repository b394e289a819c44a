"""Facts and checks in, report out; edits applied, checked again, written beside the original."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Target
from loadstone.core.report import Found, Report
from loadstone.engine import gather as gathering
from loadstone.engine.gather import Asked
from loadstone.engine.run import Facts, run_checks
from loadstone.errors import UsageError

__all__ = ["check", "fix", "inspect", "run_checks"]

StrPath = str | os.PathLike[str]


def inspect(path: StrPath) -> Artifact:
    """Return what the file or folder at `path` is, without its framework, without running it.

    Raises `OSError` where it cannot be read.
    """
    return readers.read(path)


def check(
    path: StrPath,
    *,
    into: Any = None,
    preprocess: Any = None,
    postprocess: Any = None,
    examples: Any = None,
    loaded: Any = None,
    accept: Mapping[str, str] | None = None,
    entry: str | None = None,
    base: StrPath | None = None,
    save_facts: StrPath | None = None,
    code: Sequence[str] = (),
    key: StrPath | None = None,
) -> Report:
    """Check every stage that can be run.

    `into` is a reference (`"pkg.module:Net"`), a class, a factory or a ready module. `examples`
    are inputs, or a tuple of inputs and the outputs expected of them, or a file of either, and
    `preprocess` and `postprocess` the functions around the model, or references to them. `accept`
    maps codes to the reason why their findings may stand, `entry` says which state dict of a
    checkpoint is meant, `base` the model that an adapter of PEFT changes. `loaded` is a model that
    code of your own loaded from the file, or what builds it: every tensor of it is compared with
    the file's. `save_facts` is a new file, which gets what was read, without weights. `code` names
    files or modules with the classes of one's own that a Keras file names: they are run, and the
    model is loaded here. `key` is the file of the key of a bundle whose examples were private and
    hashed, where it is not beside it: `examples` are compared with their digests.

    Raises `OSError` where the artifact cannot be read, `ValueError` or `UsageError` where an
    argument makes no sense.
    """
    from loadstone.bundle.accept import reasons

    asked = Asked(into, preprocess, postprocess, examples, entry, loaded, base, code, key=key)
    accepted = reasons(accept)
    return _told(run_checks(_gathered(path, asked, save_facts), accept=accepted), asked)


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
) -> Report:
    """Check as `check` does, write a fixed copy beside the artifact, and report on that.

    Fixes that are safe are applied, with `unsafe` those too that may lose something. The copy is
    `model.fixed.safetensors`, or `out`, with the recipe `model.fix.json`. What is left of a file
    that is cut off is `model.salvaged.safetensors`; a model inside an archive keeps its own name,
    and the copy of a folder is `model.fixed`.
    With `dry_run`, nothing is written and `Report.planned` tells what would be. Where nothing can
    be fixed, nothing is written and the report is that of `check`. `progress` is called with each
    count of bytes. With `code` a Keras file is loaded with it, and so is the copy.

    Raises what `check` does, `UsageError` where `out` has another suffix than what is written or
    the artifact is saved facts, `FileExistsError` rather than write over anything, `ValueError`
    where the copy cannot be proved, and `OSError` where it cannot be written; nothing is then left
    behind.
    """
    from loadstone.bundle.accept import reasons
    from loadstone.engine import fixing, saved

    asked = Asked(into, preprocess, postprocess, examples, entry, base=base, code=code)
    accepted = reasons(accept)
    if not dry_run and saved.is_saved(path):
        raise UsageError(
            f"`{os.fspath(path)}` holds facts without weights, so no fixed copy can be written: "
            "give the model itself"
        )
    facts = _gathered(path, asked, save_facts)
    report = _told(run_checks(facts, accept=accepted), asked)
    plan = fixing.plan(facts, report, unsafe=unsafe)
    if plan is None:
        return report
    if dry_run:
        return replace(report, planned=plan.found)
    written_to = output(out, plan.output(path), folder=plan.of_folder)
    written = fixing.save(plan, path, written_to, progress)
    again = _told(
        run_checks(
            gathering.gather(written_to, replace(asked, entry=None, base=None)),
            accept=report.accepted,
        ),
        asked,
    )
    return replace(
        again, fixed=_removed(plan.found, again), wrote=tuple(str(item) for item in written)
    )


def output(out: StrPath | None, usual: Path, *, folder: bool) -> Path:
    """Return where to write: `out`, or the `usual` name in it where it is a folder.

    A file's suffix says what it is, and is not the caller's to choose.
    """
    if out is None:
        return usual
    given = os.fspath(out)
    if Path(given).is_dir() and (not folder or given.endswith(("/", os.sep))):
        return Path(given) / usual.name
    if not folder and Path(out).suffix != usual.suffix:
        raise UsageError(
            f"`{os.fspath(out)}`: what is written is like `{usual.name}`, and its name must end "
            f"with `{usual.suffix}`"
        )
    return Path(out)


def _told(report: Report, asked: Asked) -> Report:
    """Say what would prove the predictions, where examples ran without outputs to compare with."""
    target = report.target
    ran = isinstance(target, Target) and target.accepts and not report.artifact.damage
    if asked.examples is None or not ran or report.replay is not None:
        return report
    because = "the examples were predicted; outputs expected of them would prove it"
    return replace(report, verdict=replace(report.verdict, predicts_because=because))


def _gathered(path: StrPath, asked: Asked, save_facts: StrPath | None) -> Facts:
    from loadstone.engine import saved

    facts = saved.load(path) if saved.is_saved(path) else gathering.gather(path, asked)
    if save_facts is not None:
        saved.write(Path(save_facts), facts)
    return facts


def _removed(found: tuple[Found, ...], again: Report) -> tuple[Found, ...]:
    left = {(item.check.code, item.severity) for item in again.found}
    return tuple(item for item in found if (item.check.code, item.severity) not in left)
