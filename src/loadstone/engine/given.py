"""The code that a Keras file or a pickle is given: by `into`, or by files of the user's."""

from __future__ import annotations

import ast
import sys
from collections.abc import Mapping, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.adapters.reference import BadReferenceError, named
from loadstone.core.classes import replace
from loadstone.core.facts import Artifact
from loadstone.core.words import listed
from loadstone.environment.code import is_of_library
from loadstone.errors import UsageError
from loadstone.inputs.given_code import NoCodeError, given_code, is_imported
from loadstone.inputs.sliced import sliced

PICKLES = ("pickle", "joblib")


def given_to(path: str, into: Any, code: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the modules that a file is given by `into` or `code`, None where none is.

    A Keras file may have both, a pickle that needs no class `code` alone.

    Raises `UsageError` where there is no such source, or the file takes none.
    """
    if (into is None and not code) or not Path(path).exists():  # the load tells of that
        return None
    artifact = readers.read(path)
    if artifact.framework == "keras":
        return modules_of(into, code)
    if not code:
        return None
    return modules_of_pickle(artifact, code)


def modules_of_pickle(artifact: Artifact, code: Sequence[str]) -> Mapping[str, Any]:
    """Return the modules of `code` for a pickle, with the `names` that it finds in them.

    They are found in the module that the pickle names, or by their own names in one of `code`: of a
    script that was `__main__`, or of what was moved since. Of each of `code` only what those names
    need is kept, unless the others import it: a script is not run again.

    Raises `UsageError` where there is no such source, it has not all that it is for, or the file
    takes none: a model of torch is given its class by `into`.
    """
    if artifact.format not in PICKLES or artifact.framework == "torch":
        raise UsageError(
            f"`{artifact.path}` takes no `--code`: that is for the layers of a Keras file, and for "
            "the classes and functions that a pickle names"
        )
    given = _given(list(code))
    modules: dict[str, dict[str, Any]] = given["modules"]
    named = {(item.module, item.name) for item in artifact.globals}
    named |= {(item.module, item.name) for item in artifact.modules}
    own = sorted(pair for pair in named if pair[0] in modules or not is_of_library(pair[0]))
    if not own:
        raise UsageError(f"`{artifact.path}` names no code but that of libraries: it takes none")
    wanted = {name.partition(".")[0] for module, name in own if module not in modules}
    missing = set(wanted)
    for root in given["roots"]:
        named_there = {name.partition(".")[0] for module, name in own if module == root}
        source, absent = sliced(modules[root]["source"], wanted | named_there, main=not named_there)
        missing &= absent
        missing |= absent & named_there
        if not is_imported(root, modules):
            modules[root] = {**modules[root], "source": source}
    lost = [".".join(pair) for pair in own if pair[1].partition(".")[0] in missing]
    if lost:
        raise UsageError(f"{listed(code)} has no {listed(lost)}, which `{artifact.path}` needs")
    return {**given, "names": [".".join(pair) for pair in own]}


def needs_tensorflow(given: Mapping[str, Any] | None) -> str:
    """Return the module of what is given that imports TensorFlow where it is not here, else ""."""
    if given is None or "modules" not in given or find_spec("tensorflow") is not None:
        return ""
    for name, item in given["modules"].items():
        try:
            imports = [found for node in ast.parse(item["source"]).body for found in tops(node)]
        except SyntaxError:
            continue  # the load tells of that
        if "tensorflow" in imports:
            return str(name)
    return ""


def tops(node: ast.stmt) -> list[str]:
    """Return the packages that an import is of, nothing of another statement."""
    if isinstance(node, ast.Import):
        return [item.name.partition(".")[0] for item in node.names]
    if isinstance(node, ast.ImportFrom) and not node.level:
        return [(node.module or "").partition(".")[0]]
    return []


def without(artifact: Artifact, given: Mapping[str, Any] | None) -> Artifact:
    """Return the artifact without what is given to it: nobody else is asked for that."""
    names = frozenset((given or {}).get("names", ()))
    if not names:
        return artifact
    calls = tuple(call for call in artifact.calls if call not in names)
    yes = artifact.opening_runs_code == "yes" and (calls or not artifact.calls)
    return replace(
        artifact,
        globals=tuple(x for x in artifact.globals if f"{x.module}.{x.name}" not in names),
        modules=tuple(x for x in artifact.modules if f"{x.module}.{x.name}" not in names),
        calls=calls,
        opening_runs_code="yes" if yes else "library",
    )


def modules_of(into: Any, code: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the modules of `into` and of `code`, None where neither is given.

    Raises `UsageError` where there is no such source.
    """
    if into is None and not code:
        return None
    try:
        asked = [_source(named(into).module, into)] if into is not None else []
    except BadReferenceError as error:
        raise UsageError(str(error)) from error
    return _given([*asked, *code])


def _given(references: Sequence[str]) -> dict[str, Any]:
    try:
        return given_code(references)
    except NoCodeError as error:
        raise UsageError(str(error)) from error


def _source(module: str, into: Any) -> str:
    """Return where the source of a target is: a module of the current folder, or a file."""
    if isinstance(into, str):
        return module
    file = getattr(sys.modules.get(module), "__file__", None)
    if module == "__main__" or file is None:
        raise UsageError("the class is of a script, which would run again: move it to a module")
    return str(file)
