"""Private examples that a bundle keeps as digests: given once more, they prove what they proved."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from loadstone.bundle.private import key_of
from loadstone.core.classes import replace
from loadstone.core.facts import Bundle, Replay, StageReplay
from loadstone.core.verdict import worst
from loadstone.engine import examples as given_examples
from loadstone.engine.whole import Whole
from loadstone.errors import UsageError
from loadstone.inputs import digests, rows
from loadstone.inputs import examples as batches
from loadstone.inputs.fitted import MisfitInputError
from loadstone.inputs.signature import text_columns
from loadstone.inputs.single import Shape
from loadstone.runtime.errors import describe
from loadstone.runtime.files import Files
from loadstone.runtime.rows import packed
from loadstone.runtime.steps import Steps

StrPath = str | os.PathLike[str]


def compared(  # noqa: PLR0917 - each is what is compared
    path: str, given: Any, key: StrPath | None, bundle: Bundle, steps: Steps, where: str
) -> dict[type, object]:
    """Return the facts of examples that were given beside digests; none where there are no digests.

    Raises `UsageError` for a key that is none, or that no digests are for.
    """
    files = Files(path)
    manifest = files.manifest
    name = manifest["witnesses"].get("digests")
    if name is None:
        if key is not None:
            raise UsageError(f"`{path}` holds no digests of examples: `key` is for those")
        return {}
    place = Path(key) if key is not None else key_of(path)
    if key is None and not place.exists():
        return {Bundle: replace(bundle, uncompared=f"their key `{place}` is not there")}
    told = json.loads(bytes(files.checked(name)).decode())
    secret = digests.read_key(place)
    if not digests.is_key(told, secret):
        return {Bundle: replace(bundle, uncompared=f"`{place}` is the key of others")}
    inputs, are_files = _inputs(path, given, manifest, steps)
    if inputs is None or not digests.are_inputs(told, inputs, secret, files=are_files):
        why = "what was given is not the examples of the save, in their order"
        return {Bundle: replace(bundle, uncompared=why)}
    count = manifest["witnesses"]["left_out"]
    stages = _stages(told, inputs, steps, secret, count)
    return {
        Replay: Replay(
            witnesses=count,
            stages=tuple(stages),
            whole=worst([item.result for item in stages]),
            where=where,
            seed=manifest["witnesses"].get("seed"),
            digests=True,
        )
    }


def _inputs(path: str, given: Any, manifest: dict[str, Any], steps: Steps) -> tuple[Any, bool]:
    """Return the examples as the save had them, and whether they are files; None if they are none.

    Rows for a file that is kept as it is are those that `loadstone predict` takes.
    """
    try:
        if isinstance(steps, Whole):
            examined = batches.read(_rows(given, steps.asking.about))
            return (examined.inputs if examined else None), False
        found = given_examples.read(given, text_columns(path))
        examined = batches.read(found[0] if type(found) is tuple else found)
        if examined is None or examined.files:
            return (examined.inputs if examined else None), True
        shape = Shape.of(manifest, steps)
        return shape.fitted(shape.batch(examined.inputs)[0]).batch, False
    except (MisfitInputError, UsageError, batches.NoExamplesError):
        return None, False


def _rows(given: Any, about: Mapping[str, Any]) -> Any:
    if isinstance(given, (str, os.PathLike)):
        parts = rows.parts(os.fspath(given))
        given = rows.typed(rows.read(os.fspath(given)), about) if parts is None else parts
    return packed(given[0] if isinstance(given, tuple) else given)


def _stages(
    told: dict[str, Any], inputs: Any, steps: Steps, key: bytes, count: int
) -> list[StageReplay]:
    """Return the stages up to the first that gives something else: it feeds those after it."""
    found: list[StageReplay] = []
    value = inputs
    runs: dict[str, Callable[[Any], Any]] = {
        "preprocess": steps.prepare,
        "model": steps.infer,
        "postprocess": lambda outputs: steps.finish(outputs, count),
    }
    for name, run in runs.items():
        if name not in told["stages"]:
            continue
        try:
            value = run(value)
            found.append(digests.compared(told, name, value, key, count))
        except Exception as error:  # noqa: BLE001 - the user's code may raise anything
            why = describe(error)
            found.append(StageReplay(name, "differs", moved=count, error=why))  # type: ignore[arg-type]
        if found[-1].result == "differs":
            break
    return found
