"""A live estimator becomes a bundle: pickled, with the lock of the versions that are here.

Its steps may be of the user's own classes and functions: these are captured by source.
"""

from __future__ import annotations

import importlib.metadata
import os
import pickle
import sys
import tempfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Uncaptured
from loadstone.core.report import Report
from loadstone.core.words import listed
from loadstone.engine import inspect, original
from loadstone.environment.here import here
from loadstone.environment.infer import infer
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.inputs.capture import Captured
from loadstone.inputs.capture_pickle import pickled
from loadstone.runtime.estimators import Estimator
from loadstone.runtime.rows import MisfitError, is_frame, packed
from loadstone.saving_file import save_file

_OTHERS: Final = ("torch", "keras", "tf_keras", "tensorflow", "transformers")  # saved in stages


def is_estimator(model: Any) -> bool:
    """Whether `model` predicts or transforms, and no framework has a way of its own to save it."""
    tops = {base.__module__.partition(".")[0] for base in type(model).__mro__}
    return not tops.intersection(_OTHERS) and any(
        callable(getattr(type(model), name, None)) for name in ("predict", "transform")
    )


def save_estimator(
    model: Any,
    path: str | os.PathLike[str],
    *,
    examples: Any = None,
    wishes: Wishes | None = None,
    trust: bool = False,
    accept: Mapping[str, str] | None = None,
    private: str = "",
) -> Report:
    """Save a live estimator as `save_file` keeps a file of it, in the versions that are here.

    Classes and functions of the user's that it reaches are captured by source.

    `examples` are rows as its `predict` takes them, or a tuple of these and the outputs expected of
    them. Without outputs, those that the model has here are expected.

    Raises `UsageError` where it cannot be pickled or does not take the examples, and what
    `save_file` raises.
    """
    given = examples
    if examples is not None and not isinstance(examples, tuple):
        given = (examples, _predicted(model, examples))
    with tempfile.TemporaryDirectory() as folder:
        place = Path(folder) / f"{type(model).__name__}.pkl"
        try:
            data, captured, names = pickled(model)
        except (pickle.PicklingError, AttributeError, TypeError) as error:
            kind = type(model).__name__
            raise UsageError(f"the `{kind}` cannot be pickled: {error}") from error
        place.write_bytes(data)
        code = _written(captured, names, Path(folder)) if captured else None
        rows = given[0] if isinstance(given, tuple) else given
        beside = {"pandas"} if is_frame(rows) else set()
        tops = captured.third_party if captured else set()
        wishes = _as_here(inspect(place), beside, tops, wishes or Wishes())
        how: Any = {"examples": given, "wishes": wishes, "trust": trust, "accept": accept}
        problems = (
            [Uncaptured(x.name, x.why, x.supply) for x in captured.problems] if captured else []
        )
        return save_file(place, path, **how, private=private, code=code, uncaptured=problems)


def _written(captured: Captured, names: Sequence[str], folder: Path) -> Mapping[str, Any]:
    """Write what was captured below a folder, and return what a load is told of it."""
    for name, content in captured.files.items():
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(content)
    return original.captured_in(folder, names, sorted(captured.third_party))


def _predicted(model: Any, examples: Any) -> Any:
    """Return the predictions of the model that is here."""
    try:
        return Estimator(model).predict(packed(examples), probabilities=False)["predictions"]
    except MisfitError as error:
        raise UsageError(f"the examples do not fit: {error.why}") from error
    except Exception as error:  # the model's own code may raise anything
        told = f"{type(error).__name__}: {error}"
        raise UsageError(f"the model does not take the examples: {told}") from error


def _as_here(artifact: Artifact, beside: set[str], modules: set[str], wishes: Wishes) -> Wishes:
    """Return the wishes with this Python, and the versions that are here of what the file needs.

    So are those of what is needed `beside`, by what the rows are, and of the `modules` that code
    imports.

    Raises `UsageError` where the pickle names code that no installed distribution brings.
    """
    needs = infer(artifact)
    brought = importlib.metadata.packages_distributions()
    tops = {item.module.partition(".")[0] for item in artifact.globals}
    tops |= {name.partition(".")[0] for name in modules}
    own = {"__main__", *needs.own} - brought.keys()
    if own & tops:
        names = [f"{item.module}.{item.name}" for item in artifact.globals]
        told = [name for name in names if name.partition(".")[0] in own]
        raise UsageError(
            f"the model reaches {listed(told)}: a value of your own code that is pickled by its "
            "name. Let it be pickled by what it holds, or prepare the inputs before the model"
        )
    installed = here().distributions
    needed = beside | {item.distribution for item in needs.requirements}
    needed |= {canonicalize_name(name) for top in tops for name in brought.get(top, ())}
    needed |= set(_asked_by(needed & installed.keys()))
    # A version with a local part (`2.1+cpu`) is on no index.
    versions = {name: installed[name] for name in sorted(needed & installed.keys())}
    pins = {name: f"=={version}" for name, version in versions.items() if "+" not in version}
    python = wishes.python or ".".join(map(str, sys.version_info[:2]))
    return replace(wishes, pins={**pins, **wishes.pins}, python=python)


def _asked_by(names: Iterable[str]) -> Iterator[str]:
    """Yield what distributions ask for themselves here, without their extras."""
    for name in names:
        for text in importlib.metadata.requires(name) or ():
            asked = Requirement(text)
            if asked.marker is None or asked.marker.evaluate({"extra": ""}):
                yield canonicalize_name(asked.name)
