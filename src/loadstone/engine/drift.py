"""One model's outputs in two environments, row by row: what is the same, and what moved."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from loadstone.core.classes import replace
from loadstone.core.facts import MovedRow, OutputDrift
from loadstone.core.verdict import Predicts, worst
from loadstone.runtime.compare import Everywhere, compare, scale, short
from loadstone.runtime.replay import finite
from loadstone.runtime.values import encode

# Of the largest value of an output: versions of a library add numbers up in other orders.
TOLERANCE: Final = 1e-6
OUTPUTS: Final = ("predictions", "probabilities")
_SHOWN = 4  # rows that are told in words


def drift(
    before: Mapping[str, Any],
    now: Mapping[str, Any],
    rows: int,
    names: Iterable[str] = OUTPUTS,
) -> tuple[OutputDrift, ...]:
    """Compare the outputs of `rows` rows; an output that only one has is left out."""
    return tuple(_outputs(before, now, rows, names))


def _outputs(
    before: Mapping[str, Any], now: Mapping[str, Any], rows: int, names: Iterable[str]
) -> Iterator[OutputDrift]:
    for name in names:
        if before.get(name) is not None and now.get(name) is not None:
            yield _output(name, *_alike(before[name], now[name]), rows)


def against(given: Any, outputs: Mapping[str, Any], rows: int) -> OutputDrift | None:
    """Compare outputs that were given with the predictions, or with probabilities of their shape.

    None where nothing was predicted.
    """
    import numpy as np

    found = {name: _array(outputs[name]) for name in OUTPUTS if outputs.get(name) is not None}
    if not found:
        return None
    wanted = np.asarray(_plain(given))
    name = next((name for name in found if found[name].shape == wanted.shape), OUTPUTS[0])
    now, kinds = found[name], {wanted.dtype.kind, found[name].dtype.kind}
    if kinds <= set("biuf") and not kinds <= set("iu"):
        wanted, now = wanted.astype("float64"), now.astype("float64")
    return _output(name, _plain(wanted), _plain(now), rows)


def shifted(item: OutputDrift, start: int) -> OutputDrift:
    """Return it with its rows counted from `start`."""
    return replace(
        item,
        largest_at=None if item.largest_at is None else item.largest_at + start,
        moved=tuple(row + start for row in item.moved),
        examples=tuple(replace(told, row=told.row + start) for told in item.examples),
    )


def joined(first: OutputDrift | None, more: OutputDrift) -> OutputDrift:
    """Return one output of two batches of rows."""
    if first is None:
        return more
    largest = max(first, more, key=lambda item: item.difference or 0.0)
    allowed = [item.tolerance for item in (first, more) if item.tolerance is not None]
    return OutputDrift(
        first.name,
        worst([first.result, more.result]),
        difference=largest.difference,
        largest_at=largest.largest_at,
        tolerance=max(allowed, default=None),
        moved=(*first.moved, *more.moved),
        examples=(*first.examples, *more.examples)[:_SHOWN],
    )


def _output(name: str, before: Any, now: Any, rows: int) -> OutputDrift:
    arrays: tuple[list[Any], list[Any]] = ([], [])
    trees = encode(before, arrays[0]), encode(now, arrays[1])
    allowed = TOLERANCE * scale(trees[0], arrays[0])
    found = compare(trees[0], arrays[0], trees[1], arrays[1], rows, Everywhere(allowed))
    # `compare` runs on Python 3.6 too, which has no `Literal` to say its words with
    result: Predicts = found.result  # type: ignore[assignment]
    moved = tuple(sorted(found.moved))
    return OutputDrift(
        name,
        result,
        difference=finite(found.difference),
        largest_at=found.largest_at,
        tolerance=allowed if found.leaves else None,
        moved=moved,
        examples=tuple(
            MovedRow(row, _words(before, row), _words(now, row)) for row in moved[:_SHOWN]
        ),
    )


def _alike(before: Any, now: Any) -> tuple[Any, Any]:
    """Return both in one form: sparse ones filled, texts as lists, numbers of one precision."""
    pair = _plain(before), _plain(now)
    kinds = [getattr(getattr(item, "dtype", None), "kind", "") for item in pair]
    if kinds == ["f", "f"] and pair[0].dtype != pair[1].dtype:
        return pair[0].astype("float64"), pair[1].astype("float64")
    return pair


def _array(value: Any) -> Any:
    import numpy as np

    return np.asarray(value.toarray() if hasattr(value, "toarray") else value)


def _plain(value: Any) -> Any:
    if hasattr(value, "toarray"):
        return value.toarray()
    if getattr(getattr(value, "dtype", None), "kind", "") in ("O", "U", "S"):
        return value.tolist()
    return value


def _words(value: Any, row: int) -> str:
    """Return what one row is, in words."""
    if hasattr(value, "iloc"):
        value = value.to_numpy()
    try:
        held = value[row]
    except (IndexError, KeyError, TypeError):
        return short(value)
    return short(held.tolist() if hasattr(held, "tolist") else held)
