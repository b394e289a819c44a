"""`model.fix.json`: the edits of a fix, to be applied again in memory."""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Sequence
from pathlib import Path

from loadstone.core.edits import Edit, edit_from_json, edit_to_json
from loadstone.core.facts import Weights
from loadstone.fixes.apply import CannotApplyError

SCHEMA = "loadstone.fix/1"


def names_digest(weights: Weights) -> str:
    """Return a SHA-256 over the names, dtypes and shapes, in order: what the edits were for."""
    lines = [f"{key}\t{fact.dtype}\t{fact.shape}" for key, fact in weights.tensors.items()]
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def dumps(weights: Weights, edits: Sequence[Edit], codes: Sequence[str]) -> str:
    """Return the recipe as JSON text."""
    recipe = {
        "schema": SCHEMA,
        "artifact": {
            "name": os.path.basename(weights.path),  # noqa: PTH119 - a folder may end in a slash
            "entry": weights.entry,
            "names_sha256": names_digest(weights),
        },
        "codes": list(codes),
        "edits": [edit_to_json(edit) for edit in edits],
    }
    return json.dumps(recipe, indent=2, ensure_ascii=False) + "\n"


def loads(text: str, source: str) -> tuple[str, str, tuple[Edit, ...]]:
    """Return entry, digest and edits of a recipe.

    Raises `CannotApplyError` for anything that is not one.
    """
    try:
        recipe = json.loads(text)
        schema = recipe["schema"]
        about = recipe["artifact"]
        entry, digest = str(about["entry"]), str(about["names_sha256"])
        edits = tuple(edit_from_json(item) for item in recipe["edits"])
    except (ValueError, KeyError, TypeError) as error:
        raise CannotApplyError(f"`{source}` is not a fix recipe: {error}") from error
    if schema != SCHEMA:
        raise CannotApplyError(f"`{source}` is of schema `{schema}`, not `{SCHEMA}`")
    return entry, digest, edits


def read(path: str | Path, weights: Weights) -> tuple[Edit, ...]:
    """Return the edits of the recipe at `path`, which must have been made for these tensors.

    Raises `CannotApplyError` where it was not, `OSError` where it cannot be read.
    """
    entry, digest, edits = loads(Path(path).read_text("utf-8"), str(path))
    if entry != weights.entry or digest != names_digest(weights):
        raise CannotApplyError(
            f"`{path}` was made for a file with other tensors than `{weights.path}`"
        )
    return edits
