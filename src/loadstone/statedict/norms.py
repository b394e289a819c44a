"""Weights that one side holds as `weight_norm` or `spectral_norm` do, and the other as they are.

The old functions name the parts `weight_g` and `weight_v`, or `weight_orig`, `weight_u` and
`weight_v`; parametrizations name them `parametrizations.weight.original0` and so on.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from math import prod
from typing import Final, Literal

from loadstone.core.classes import dataclass, replace
from loadstone.core.edits import FoldNorm, PartNorm, TensorEdit
from loadstone.core.facts import TensorFact

Tensors = Mapping[str, TensorFact]
_FORMS: Final = (  # the last part of the first is of the weight's shape, the first of the others
    ("weight", re.compile(r"(.*)_g"), ("{}_g", "{}_v")),
    (
        "weight",
        re.compile(r"(.*?)parametrizations\.(\w+)\.original0"),
        ("{0}parametrizations.{1}.original0", "{0}parametrizations.{1}.original1"),
    ),
    ("spectral", re.compile(r"(.*)_orig"), ("{}_orig", "{}_u", "{}_v")),
    (
        "spectral",
        re.compile(r"(.*?)parametrizations\.(\w+)\.original"),
        (
            "{0}parametrizations.{1}.original",
            "{0}parametrizations.{1}.0._u",
            "{0}parametrizations.{1}.0._v",
        ),
    ),
)


@dataclass(frozen=True, slots=True)
class Normed:
    """One weight that is held as parts."""

    norm: Literal["weight", "spectral"]
    parts: tuple[str, ...]
    axes: tuple[int, ...] = ()  # that a spectral norm may be of, by the shapes


def normed(tensors: Tensors) -> dict[str, Normed]:
    """Return what is held as the parts of a norm, by the name of the weight itself."""
    found = {}
    for key in tensors:
        for norm, pattern, names in _FORMS:
            told = pattern.fullmatch(key)
            if told is None:
                continue
            parts = tuple(name.format(*told.groups()) for name in names)
            plain = "".join(told.groups())
            if plain in tensors or any(part not in tensors for part in parts):
                continue
            axes = _axes([tensors[part].shape for part in parts])
            if axes:
                found[plain] = Normed(norm, parts, axes)  # type: ignore[arg-type] # of the table
    return found


def _axes(shapes: list[tuple[int, ...]]) -> tuple[int, ...]:
    """Return the axes that the norm may be along, () where the shapes are of none."""
    if len(shapes) == 2:
        length, weight = shapes
        alike = len(length) == len(weight) and all(
            one in (1, size) for one, size in zip(length, weight, strict=True)
        )
        several = sum(one != 1 for one in length) > 1
        return (0,) if weight and (alike or not length) and not several else ()
    weight, left, right = shapes
    return tuple(
        at
        for at, size in enumerate(weight)
        if left == (size,) and right == (prod(weight) // max(size, 1),)
    )


def fold(found: Mapping[str, Normed], kinds: Mapping[str, str]) -> tuple[list[TensorEdit], str]:
    """Return the edits that compute the normed weights, and the convention they rest on.

    `kinds` are the classes of modules: torch takes the second axis of a transposed convolution.
    """
    by: dict[tuple[str, int, bool], dict[str, tuple[str, ...]]] = defaultdict(dict)
    convention = ""
    for plain, item in found.items():
        axis = item.axes[0]
        if len(item.axes) > 1:
            turned = "ConvTranspose" in kinds.get(plain.rpartition(".")[0], "")
            axis = 1 if turned and 1 in item.axes else axis
            convention = "the spectral norm is along the axis that torch takes unless it is told"
        by[item.norm, axis, len(item.axes) > 1][plain] = item.parts
    edits = [
        FoldNorm(norm, keys, axis)  # type: ignore[arg-type] # as above
        for (norm, axis, _), keys in by.items()
    ]
    return list(edits), convention


def along_others(edits: Sequence[TensorEdit], tensors: Tensors) -> list[TensorEdit]:
    """Return the edits with the spectral norms along the other axis that their shapes allow."""
    axes = {plain: item.axes for plain, item in normed(tensors).items()}

    def other(edit: TensorEdit) -> TensorEdit:
        if not isinstance(edit, FoldNorm):
            return edit
        found = [at for name in edit.keys for at in axes[name] if at != edit.axis]
        return replace(edit, axis=found[0]) if found else edit

    return [other(edit) for edit in edits]


def part(found: Mapping[str, Normed], expected: Tensors) -> list[TensorEdit]:
    """Return the edit that parts plain weights as `expected` holds them."""
    keys = {plain: item.parts for plain, item in found.items()}
    return [PartNorm(keys, {parts[0]: expected[parts[0]].shape for parts in keys.values()})]


def rows(found: Mapping[str, Normed]) -> Iterator[tuple[str, str]]:
    """Yield each part with the weight that it is of."""
    for plain, item in found.items():
        for key in item.parts:
            yield key, plain
