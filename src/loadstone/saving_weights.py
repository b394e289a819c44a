"""Weights of Keras and their architecture become a bundle, by the Keras that they are of.

That Keras, rebuilt, builds the model, gives it every variable, and writes it whole. The file is
kept as any other is, with examples once a process of its own predicts with it what the weights did.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from loadstone import bare_file, weights_file
from loadstone.core.report import Report
from loadstone.engine.given import modules_of
from loadstone.environment import rebuild
from loadstone.environment.wishes import Wishes
from loadstone.errors import UsageError
from loadstone.runtime.compare import EVERYTHING, scale
from loadstone.runtime.replay import difference
from loadstone.runtime.values import encode
from loadstone.saving_file import save_file

_SUFFIX = {"keras-h5": ".h5", "keras": ".keras"}
_ROUNDING = 1e-5  # of the largest output


def save_weights(
    path: str,
    out: str | os.PathLike[str],
    into: Any,
    code: Sequence[str],
    *,
    fix: str | None,
    accept: Mapping[str, str],
    wishes: Wishes | None,
    examples: Any,
    private: str,
    trust: bool = False,
) -> Report:
    """Keep the weights at `path` in the architecture `into` in the bundle `out`, as one file.

    Raises as `weights_file.load` and `save_file` do, and `UsageError` where the file that was
    written predicts otherwise.
    """
    given = modules_of(None, code)
    with (
        weights_file.load(
            path, into, code, accept, fix=fix, env="isolated", wishes=wishes, trust=trust
        ) as parts,
        tempfile.TemporaryDirectory(prefix="loadstone-") as folder,
    ):
        kind, data = parts.whole()
        name = Path(path).name.removesuffix(".index").removesuffix(".h5").removesuffix(".weights")
        place = Path(folder, name + _SUFFIX[kind])
        place.write_bytes(data)
        rows = examples[0] if isinstance(examples, tuple) else examples
        if rows is not None:
            with bare_file.load(
                place,
                python=lambda artifact: rebuild.python_for(artifact, "isolated", wishes),
                code=given,
                trust=trust,
            ) as whole:
                _expect_same(parts.predict(rows), whole.predict(rows))
        return save_file(
            place,
            out,
            examples=examples,
            wishes=wishes,
            accept=accept,
            code=given,
            private=private,
            trust=trust,
        )


def _expect_same(parts: Any, whole: Any) -> None:
    found = difference(parts, whole, 0, EVERYTHING)
    arrays: list[Any] = []
    largest = scale(encode(parts, arrays), arrays)
    if found.differs or (found.difference or 0.0) > _ROUNDING * max(largest, 1e-6):
        raise UsageError("written as one file, the model predicts otherwise: nothing was kept")
