"""Whether what a target holds as one parameter is the same bytes in the file."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Mapping

from loadstone.core.facts import Target, TensorFact, Untied, Weights
from loadstone.fixes.apply import apply
from loadstone.fixes.packed import packed
from loadstone.statedict.edited import Made
from loadstone.statedict.match import Match


def untied(
    path: str | os.PathLike[str], weights: Weights, target: Target, matched: Match
) -> Untied | None:
    """Return the names that the target ties and the file holds with other bytes; None without any.

    Names are compared that the file has after the steps of `matched`. What lies in the same place
    is not read, and what lies in pieces (a distributed checkpoint) is compared once it is put
    together. Raises `OSError` and `ValueError` as reading does.
    """
    after = apply(weights, [edit for step in matched.steps for edit in step.edits])
    sums: dict[str, bytes] = {}

    def same(name: str, first: str) -> bool:
        one, other = after.tensors[name], after.tensors[first]
        if one != other:
            return False
        if one.extent is not None and one.extent == other.extent:
            return True
        for key in (name, first):
            if key not in sums:
                sums[key] = _digest(path, after.made, key, after.tensors[key])
        return sums[name] == sums[first]

    def whole(name: str) -> bool:
        fact = after.tensors.get(name)
        return fact is not None and (fact.extent is not None or name in after.made)

    pairs = tuple(
        (name, first)
        for name, first in target.aliases.items()
        if whole(name) and whole(first) and not same(name, first)
    )
    return Untied(pairs) if pairs else None


def _digest(
    path: str | os.PathLike[str], made: Mapping[str, Made], key: str, fact: TensorFact
) -> bytes:
    digest = hashlib.sha256()
    for chunk in packed(path, made, key, fact):
        digest.update(chunk)
    return digest.digest()
