"""The code that a Keras file is given: by `into`, or by files of the user's."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.adapters.reference import BadReferenceError, named
from loadstone.errors import UsageError
from loadstone.inputs.given_code import NoCodeError, given_code


def given_to_keras(path: str, into: Any, code: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the modules that are given to a Keras file by `into` or `code`, None where none is.

    Raises `UsageError` where there is no such source, or the file takes none.
    """
    if (into is None and not code) or not Path(path).exists():  # the load tells of that
        return None
    if readers.read(path).framework != "keras":
        if code:
            raise UsageError(f"`{path}` is no Keras file: `--code` is for the layers of those")
        return None
    return modules_of(into, code)


def modules_of(into: Any, code: Sequence[str]) -> Mapping[str, Any] | None:
    """Return the modules of `into` and of `code`, None where neither is given.

    Raises `UsageError` where there is no such source.
    """
    if into is None and not code:
        return None
    try:
        asked = [_source(named(into).module, into)] if into is not None else []
        return given_code([*asked, *code])
    except (BadReferenceError, NoCodeError) as error:
        raise UsageError(str(error)) from error


def _source(module: str, into: Any) -> str:
    """Return where the source of a target is: a module of the current folder, or a file."""
    if isinstance(into, str):
        return module
    file = getattr(sys.modules.get(module), "__file__", None)
    if module == "__main__" or file is None:
        raise UsageError("the class is of a script, which would run again: move it to a module")
    return str(file)
