"""What the values of a model say of it: those that are no numbers, and weights as they are made."""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any, Final

from loadstone import readers
from loadstone.core.facts import Artifact, AsMade, NotNumbers, TensorFact
from loadstone.engine.run import Facts

if TYPE_CHECKING:
    import numpy as np

MOST: Final = 2 << 30  # bytes of tensors; of more, none is read
_WORDS: Final = {"float16": "<f2", "float32": "<f4", "float64": "<f8", "bfloat16": "<u2"}
# from where on half precision rounds to infinity, by the dtypes that hold such numbers
_LARGEST: Final = dict.fromkeys(("float32", "float64", "bfloat16"), 65_520.0)
_EXPONENT: Final = 0x7F80  # of bfloat16: all ones, and a fraction, are NaN


def read(path: str | os.PathLike[str], artifact: Artifact) -> Facts:
    """Return what stands out in the values of the model's tensors, {} where nothing does.

    Nothing is read of a file that is damaged, or whose tensors are more than `MOST` together, and
    no tensor that lies deflated in an archive.
    """
    tensors = dict(_tensors(artifact))
    if not tensors or sum(fact.nbytes for fact in tensors.values()) > MOST:
        return {}
    try:
        return _read(path, artifact, tensors)
    except (OSError, ValueError):
        return {}  # its bytes are not where they are said to be: other checks tell


def _read(
    path: str | os.PathLike[str], artifact: Artifact, tensors: dict[str, TensorFact]
) -> Facts:
    found: Facts = {}
    odd = {key: _not_numbers(path, fact) for key, fact in tensors.items()}
    if any(odd.values()):
        held = {key: many for key, many in odd.items() if many}
        found[NotNumbers] = NotNumbers(held, len(tensors))
    made = _as_made(path, artifact, tensors)
    if made is not None:
        found[AsMade] = made
    return found


def _tensors(artifact: Artifact) -> Iterator[tuple[str, TensorFact]]:
    """Yield the model's own tensors of floating numbers, by their names in the file."""
    if artifact.damage or artifact.disagreements:
        return
    for state in artifact.state_dicts:
        for key, fact in state.tensors.items() if state.role == "model" else ():
            stored = fact.extent is not None and fact.extent.packed is None
            if fact.dtype in _WORDS and stored:
                yield f"{state.path}.{key}" if state.path else key, fact


def infinite(
    path: str | os.PathLike[str],
    tensors: Mapping[str, TensorFact],
    wanted: Mapping[str, TensorFact],
) -> dict[str, float]:
    """Return the tensors whose finite numbers are infinite in half precision, as `wanted` is."""
    wide = {
        key: fact
        for key, fact in tensors.items()
        if key in wanted
        and wanted[key].dtype == "float16"
        and fact.dtype in _LARGEST
        and fact.extent is not None
        and fact.extent.packed is None
    }
    if sum(fact.nbytes for fact in wide.values()) > MOST:
        return {}
    try:
        found = {key: _largest(path, fact) for key, fact in wide.items()}
    except (OSError, ValueError):
        return {}  # its bytes are not where they are said to be: other checks tell
    return {key: most for key, most in found.items() if most >= _LARGEST[wide[key].dtype]}


def _largest(path: str | os.PathLike[str], fact: TensorFact) -> float:
    """Return the largest of the finite numbers, without their signs."""
    import numpy as np

    most = 0.0
    for chunk in _chunks(path, fact):
        numbers = chunk
        if fact.dtype == "bfloat16":
            numbers = (chunk.astype("<u4") << 16).view("<f4")
        finite = np.abs(numbers[np.isfinite(numbers)])
        most = max(most, float(finite.max(initial=0)))
    return most


def _not_numbers(path: str | os.PathLike[str], fact: TensorFact) -> int:
    """Return how many values are NaN."""
    import numpy as np

    many = 0
    with np.errstate(over="ignore", invalid="ignore"):
        for chunk in _chunks(path, fact):
            if fact.dtype == "bfloat16":
                many += int(np.count_nonzero((chunk & 0x7FFF) > _EXPONENT))
            elif np.isnan(np.dot(chunk, chunk)):  # sooner than to ask each; inf * inf is no NaN
                many += int(np.count_nonzero(np.isnan(chunk)))
    return many


def _as_made(
    path: str | os.PathLike[str], artifact: Artifact, tensors: dict[str, TensorFact]
) -> AsMade | None:
    """Return the vectors where each holds 0 and 1 alone; None where one does not, or steps ran.

    A model without a vector says nothing, and so does one without a matrix, and one that was not
    compiled: it may be made of weights that had no biases.
    """
    keras = artifact.detail.get("compiled") is True
    vectors = [key for key, fact in tensors.items() if len(fact.shape) == 1 and fact.count]
    matrices = any(len(fact.shape) > 1 and fact.count > 1 for fact in tensors.values())
    if not keras or not vectors or not matrices or _stepped(path, artifact):
        return None
    zeros: list[str] = []
    ones: list[str] = []
    for key in vectors:
        if tensors[key].dtype == "bfloat16":
            return None
        chunks = list(_chunks(path, tensors[key]))
        if any(bool(((chunk != 0) & (chunk != 1)).any()) for chunk in chunks):
            return None
        held = ones if any(bool(chunk.any()) for chunk in chunks) else zeros
        held.append(key)
    return AsMade(tuple(zeros), tuple(ones)) if zeros else None


def _stepped(path: str | os.PathLike[str], artifact: Artifact) -> bool:
    """Whether an optimizer is kept that took a step: its count is not 0."""
    counts = [
        fact
        for state in artifact.state_dicts
        for fact in (state.tensors.values() if state.role == "optimizer" else ())
        if fact.dtype.startswith("int") and not fact.shape and fact.extent is not None
    ]
    return any(any(chunk) for fact in counts for chunk in readers.tensor_bytes(path, fact))


def _chunks(path: str | os.PathLike[str], fact: TensorFact) -> Iterator[np.ndarray[Any, Any]]:
    import numpy as np

    for chunk in readers.tensor_bytes(path, fact):
        yield np.frombuffer(chunk, _WORDS[fact.dtype])
