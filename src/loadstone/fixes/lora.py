"""A LoRA adapter merged into its base: `W + scale · B·A`, one tensor at a time.

In 32 bits as `merge_and_unload` of PEFT computes it on a CPU, rounded to the base's own type.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from loadstone import readers
from loadstone.core.edits import MergeAdapter
from loadstone.core.facts import Artifact, TensorFact
from loadstone.fixes import rounded
from loadstone.fixes.merge import whole
from loadstone.fixes.write import write
from loadstone.statedict.adapter import CannotMergeError, Merge, Pair, plan
from loadstone.statedict.select import select

__all__ = ["CannotMergeError", "merge", "merged"]


def merge(
    path: str | os.PathLike[str],
    edit: MergeAdapter,
    output: Path,
    progress: Callable[[int], None] | None = None,
) -> None:
    """Write to `output` the base with the adapter in the folder `path` merged into it.

    Raises `CannotMergeError`, `NotWhole` where one of them is damaged, `FileExistsError` and
    `OSError`; nothing is then left behind.
    """
    folder = os.fspath(path)
    settings, adapter = _weights(folder, None)
    _, base = _weights(edit.base, edit.entry)
    how = plan(adapter, settings, base)

    def read(key: str, fact: TensorFact) -> readers.Stretch | Iterator[memoryview]:
        if key not in how.replaced and key not in how.pairs and key not in how.biases:
            return readers.streamed(edit.base, fact)
        return merged(folder, adapter, edit.base, how, key, fact)

    tensors = how.tensors(adapter, base)
    write(output, tensors, read, metadata={"format": "pt"}, progress=progress)


def merged(  # noqa: PLR0917 - two files, and what is made of them
    folder: str,
    adapter: Mapping[str, TensorFact],
    base: str,
    how: Merge,
    key: str,
    fact: TensorFact,
) -> Iterator[memoryview]:
    """Yield the bytes of a tensor of the base with the adapter in `folder` merged into it."""
    given = how.replaced.get(key)
    where, held = (folder, adapter[given]) if given else (base, fact)
    pair, bias = how.pairs.get(key), how.biases.get(key)
    if pair is None and bias is None and held.dtype == fact.dtype:
        yield from readers.tensor_bytes(where, held)
        return
    numbers = _numbers(where, held)
    if pair is not None:
        numbers = numbers + _product(folder, adapter, pair, fact)
        numbers = _lengthened(folder, adapter, pair, numbers) if pair.lengths else numbers
    if bias is not None:
        numbers = numbers + _numbers(folder, adapter[bias[0]]) * bias[1]
    yield _packed(numbers, fact.dtype)


def _weights(path: str, entry: str | None) -> tuple[dict[str, Any], Mapping[str, TensorFact]]:
    artifact = readers.read(path)
    wrong = (*artifact.damage, *artifact.disagreements)
    weights = select(artifact, None, entry or None)
    if wrong or weights is None:
        raise readers.NotWhole(wrong[0].why if wrong else f"`{path}` holds no weights")
    whole(path, weights.tensors)
    return settings_of(artifact), weights.tensors


def settings_of(artifact: Artifact) -> dict[str, Any]:
    """Return the settings of an adapter."""
    found: dict[str, Any] = json.loads(str(artifact.detail.get("settings") or "{}"))
    return found


def _numbers(path: str, fact: TensorFact) -> Any:
    """Return a tensor as an array: of 64 bits where it is so, else of 32."""
    import numpy as np

    data = b"".join(readers.tensor_bytes(path, fact))
    wide = "float64" if fact.dtype == "float64" else "float32"
    numbers = rounded.to(wide, memoryview(data), fact.dtype)
    return np.frombuffer(numbers, f"<f{int(wide[5:]) // 8}").reshape(fact.shape)


def _product(folder: str, adapter: Mapping[str, TensorFact], pair: Pair, fact: TensorFact) -> Any:
    a, b = _numbers(folder, adapter[pair.a]), _numbers(folder, adapter[pair.b])
    found = b.reshape(b.shape[0], -1) @ a.reshape(a.shape[0], -1)
    found = (found.T if pair.turned else found) * pair.scale
    if "lora_embedding" in pair.a:  # which PEFT rounds before it is added
        found = _rounded(found, fact.dtype)
    return found.reshape(fact.shape)


def _lengthened(folder: str, adapter: Mapping[str, TensorFact], pair: Pair, numbers: Any) -> Any:
    """Return a matrix whose rows, or turned columns, have the lengths that DoRA keeps."""
    import numpy as np

    axis = 0 if pair.turned else 1
    lengths = _numbers(folder, adapter[pair.lengths])
    found = np.sqrt(np.sum(numbers * numbers, axis=axis))
    if not np.all(found):
        raise CannotMergeError(f"a row that `{pair.lengths}` gives a length has none")
    return np.expand_dims(lengths / found, axis) * numbers


def _rounded(array: Any, dtype: str) -> Any:
    import numpy as np

    if dtype not in ("float16", "bfloat16"):
        return array
    near = rounded.to(dtype, memoryview(array.astype("<f4").tobytes()), "float32")
    return np.frombuffer(rounded.to("float32", near, dtype), "<f4").reshape(array.shape)


def _packed(array: Any, dtype: str) -> memoryview:
    if dtype == "float64":
        return memoryview(array.astype("<f8").tobytes())
    return rounded.to(dtype, memoryview(array.astype("<f4").tobytes()), "float32")
