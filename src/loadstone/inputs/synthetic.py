"""Inputs made from a signature alone: of its names, types and sizes, with no value of an example.

The same signature gives the same inputs. What the model takes is tried: the largest of several
ranges of whole numbers, and a size where one is free.
"""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any, Final

from loadstone.inputs.signature import family
from loadstone.runtime.errors import describe

COUNT: Final = 16
_TOPS: Final = (1024, 256, 100, 32, 10, 4, 2, 1)  # whole numbers lie below these
_SIZES: Final = (8, 32, 224, 1)  # of a free axis
_WORDS: Final = ("the", "a", "good", "day", "was", "not", "very", "long", "one", "two", "it", "is")
Part = Mapping[str, Any]


class NoneMadeError(ValueError):
    """No inputs were made that the model takes; the message says why."""


def made(
    kind: str | None,
    parts: Sequence[Part],
    answers: Callable[[Any], Any],
    words: Sequence[str] = (),
) -> Any:
    """Return a batch of `COUNT` inputs of this signature that the model answers, in numbers.

    `answers` predicts a batch, or raises; inputs of which it gives NaN are the last choice. Texts
    are of `words`, which are those that the preprocessing knows. The kind `columns` is an array for
    each part, by its name.
    """
    why, infinite = "", []
    for batch in _batches(kind, parts, words or _WORDS):
        try:
            outputs = answers(batch)
        except Exception as error:  # noqa: BLE001 - the user's code may raise anything
            why = describe(error)
            continue
        if _finite(outputs):
            return batch
        infinite.append(batch)
    if infinite:
        return infinite[0]
    told = f"the model takes none of those that were made ({why})" if why else "of such inputs"
    raise NoneMadeError(f"no synthetic inputs can be made from the signature: {told}")


def _batches(kind: str | None, parts: Sequence[Part], words: Sequence[str]) -> Iterator[Any]:
    import numpy as np

    if kind == "texts":
        yield _texts(COUNT, words, np.random.default_rng(0))
        return
    if not parts or any(part["kind"] == "file" for part in parts):
        return
    shapes = [part.get("shape") or () for part in parts[: None if kind == "columns" else 1]]
    free = kind in ("array", "tensor", "items", "columns") and any(None in s[1:] for s in shapes)
    free = free or any(part.get("depth") for part in parts)
    for size, top in itertools.product(_SIZES if free else (1,), _TOPS):
        state = np.random.default_rng(0)
        if kind == "columns":
            yield {
                part["name"]: _padded(_array(part, (COUNT, *_sizes(part, size)), top, state), state)
                for part in parts
            }
        elif kind in ("array", "tensor"):
            array = _array(parts[0], (COUNT, *_sizes(parts[0], size)), top, state)
            yield _tensor(array, parts[0]) if kind == "tensor" else array
        elif kind == "items" and parts[0].get("shape") is not None:
            held = [_array(parts[0], _sizes(parts[0], size), top, state) for _ in range(COUNT)]
            tensor = parts[0]["kind"] == "tensor"
            yield [_tensor(item, parts[0]) for item in held] if tensor else held
        elif kind in ("records", "frame"):
            columns = {part["name"]: _column(part, size, top, words, state) for part in parts}
            yield _frame(columns, parts) if kind == "frame" else _rows(columns)


def _sizes(part: Part, size: int) -> tuple[int, ...]:
    return tuple(size if length is None else length for length in (part.get("shape") or ())[1:])


def _array(part: Part, sizes: tuple[int, ...], top: int, state: Any) -> Any:
    """Return an array of the part's dtype; what numpy has no dtype for, in float32."""
    dtype = str(part.get("dtype") or "float32")
    held = family(dtype)
    if held == "bool":
        return state.integers(0, 2, sizes).astype(bool)
    if held == "int":
        return state.integers(0, top, sizes).astype(dtype)
    return state.normal(size=sizes).astype(dtype if dtype.startswith("float") else "float32")


def _padded(array: Any, state: Any) -> Any:
    """Return an array whose first rows end in zeros, as padded ones do, and whose next begin so."""
    if array.ndim < (2 if array.dtype.kind in "iu" else 3) or array.shape[1] < 2:
        return array
    for row in range(COUNT // 2):
        at = int(state.integers(1, array.shape[1]))
        array[row, slice(at, None) if row < COUNT // 4 else slice(0, at)] = 0
    return array


def _tensor(array: Any, part: Part) -> Any:
    import torch

    tensor = torch.from_numpy(array)
    return tensor.to(torch.bfloat16) if part.get("dtype") == "bfloat16" else tensor


def _column(part: Part, size: int, top: int, words: Sequence[str], state: Any) -> list[Any]:
    """Return `COUNT` cells of a column or of a name of records."""
    held = part.get("holds") or family(str(part.get("dtype") or "float"))
    if part.get("categories"):
        known = part["categories"]
        return [known[at] for at in state.integers(0, len(known), COUNT)]
    if held == "text":
        return _texts(COUNT, words, state, longest=1)
    if held == "datetime":
        zone = "+00:00" if ", " in str(part.get("dtype")) else ""
        return [f"2020-01-{day:02d}T00:00:00{zone}" for day in range(1, COUNT + 1)]
    sizes = (COUNT, *[size] * int(part.get("depth") or 0))
    if held == "bool":
        return state.integers(0, 2, sizes).astype(bool).tolist()  # type: ignore[no-any-return]
    if held in ("int", "other"):
        return state.integers(0, top, sizes).tolist()  # type: ignore[no-any-return]
    return state.normal(size=sizes).tolist()  # type: ignore[no-any-return]


def _rows(columns: Mapping[str, list[Any]]) -> list[dict[str, Any]]:
    return [{name: cells[at] for name, cells in columns.items()} for at in range(COUNT)]


def _frame(columns: Mapping[str, list[Any]], parts: Sequence[Part]) -> Any:
    """Return a frame whose columns have the dtypes of the parts, where those can be had."""
    import pandas as pd

    from loadstone.inputs.columns import frame

    return frame(pd.DataFrame(dict(columns)), parts).batch


def _texts(count: int, words: Sequence[str], state: Any, longest: int = 12) -> list[str]:
    lengths = state.integers(1, longest + 1, count)
    return [" ".join(words[at] for at in state.integers(0, len(words), n)) for n in lengths]


def _finite(outputs: Any) -> bool:
    """Whether the numbers of outputs are all finite."""
    import numpy as np

    from loadstone.runtime.trace import leaves, plain

    found = (plain(leaf)[0] for leaf in leaves(outputs))
    return all(bool(np.isfinite(item).all()) for item in found if item.dtype.kind in "fc")
