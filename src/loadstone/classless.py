"""What is said of a file that holds weights, or names a class, and was given no class."""

from __future__ import annotations

from collections.abc import Mapping

from loadstone import bare_file, elsewhere
from loadstone.core.facts import Artifact
from loadstone.core.words import as_argument
from loadstone.engine import check
from loadstone.errors import LoadError, UsageError
from loadstone.render.exception import message
from loadstone.statedict.architecture import identify
from loadstone.statedict.select import select

__all__ = ["error"]


def _expect_model(path: str, accepted: Mapping[str, str]) -> Artifact:
    """Return what the file is; raise `LoadError` where no class would make it load.

    Raises `UsageError` for weights of another framework than PyTorch, which no class takes here.
    """
    report = check(path, accept=accepted)
    if any(item.check.stage == "file" for item in report.errors):
        raise LoadError(report, message(report))
    framework = report.artifact.framework
    if framework in ("keras", "tensorflow"):
        raise UsageError(
            f"`{path}` holds weights, and not the model that they are for: "
            f"`loadstone check {path}` says what takes them"
        )
    return report.artifact


def error(path: str, accepted: Mapping[str, str], entry: str | None) -> UsageError:
    """Return what to say of the file at `path`, with the class that it tells of.

    Raises `LoadError` and `UsageError` as `_expect_model`.
    """
    artifact = _expect_model(path, accepted)
    if entry is not None and bare_file.is_predictable(artifact):
        return UsageError(
            f"`{artifact.path}` is one model: `entry` is for checkpoints with several state dicts"
        )
    if artifact.content == "module" and artifact.modules:
        root = artifact.modules[0]
        name, module = f"{root.module}.{root.name}", root.module.replace("__main__", "FILE")
        return UsageError(
            f"`{artifact.path}` is a pickled `{name}`, and its code is not in it: give the class, "
            f"`into={root.name}` in Python, `--into {module}:{root.name}` in the shell"
        )
    if artifact.format in bare_file.FOLDERS:
        return UsageError(f"`{artifact.path}` {bare_file.unpredicted(artifact)}")
    if why := elsewhere.told(artifact):
        return UsageError(f"`{artifact.path}` {why}")
    weights = select(artifact, None, entry)
    known = identify(weights.tensors) if weights is not None else None
    if known is not None and known.exact and known.into:
        return UsageError(
            f"`{artifact.path}` holds the weights of a model, without its class; they fit "
            f"{known.library}'s `{known.call}`: `--into {as_argument(known.into)}`"
        )
    return UsageError(
        f"`{artifact.path}` holds the weights of a model, without its class: say which they are "
        "for, `into=Net` in Python, `--into pkg.module:Net` in the shell; "
        f"`loadstone scaffold {as_argument(artifact.path)}` writes one that they fit"
    )
