"""One input or a batch of them: told apart by what the examples were, and answered in kind."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

from loadstone.core.classes import dataclass
from loadstone.core.facts import Misfit
from loadstone.errors import UsageError
from loadstone.inputs import columns, described, fitted
from loadstone.inputs.fitted import Fitted, MisfitInputError
from loadstone.runtime import batches


class Stages(Protocol):
    """What predicts batches, in this process or in another."""

    direct: bool  # no steps: a batch goes to the model as it is

    def predict(self, inputs: Any) -> Any:
        """Return the predictions for a batch of inputs."""


@dataclass(frozen=True, slots=True)
class Shape:
    """What a batch of this model's inputs looks like."""

    kind: str | None  # of the examples
    rank: int | None  # of an array batch
    depth: int  # of lists in one item of a list
    dtype: str | None
    direct: bool  # no steps: arrays go to the model as they are
    item: str | None = None  # the kind of one input
    sizes: tuple[int | None, ...] = ()  # of an array batch
    expected: str = ""  # what the examples were, in words; empty where it is not known
    fields: tuple[tuple[str, int], ...] = ()  # of records: names, and the axes of their cells
    parts: tuple[Mapping[str, Any], ...] = ()  # of the signature, which inputs are made to fit
    prepared: tuple[Mapping[str, Any], ...] = ()  # what the preprocessing made of the examples
    by_type: bool = False  # no value of an array decides whether it fits

    @classmethod
    def of(cls, manifest: Mapping[str, Any] | None, steps: Stages) -> Shape:
        """Return the shape of the inputs that the manifest describes; unknown without one."""
        signature = (manifest or {}).get("signature") or {}
        inputs = signature.get("inputs") or []
        single = inputs[0] if len(inputs) == 1 else {}
        shape = single.get("shape")
        kind = signature.get("kind")
        arrays = kind in ("array", "tensor")
        return cls(
            kind=kind,
            rank=len(shape) if shape is not None else None,
            depth=single.get("depth", 0),
            dtype=single.get("dtype"),
            direct=steps.direct and kind in ("array", "tensor", None),
            item=single.get("kind"),
            sizes=tuple(shape or ()) if arrays else (),
            expected=described.expected(kind, inputs),
            fields=tuple((item["name"], item["depth"]) for item in inputs if "depth" in item)
            if kind == "records"
            else (),
            parts=tuple(inputs),
            prepared=tuple(signature.get("prepared") or ()),
            by_type=arrays and bool(single) and single.get("missing") is not False,
        )

    def batch(self, inputs: Any) -> tuple[Any, bool]:  # noqa: PLR0911 - one return a kind of value
        """Return the batch that is meant, and whether one single input was given.

        Raises `UsageError` for what cannot be a batch of this model's inputs.
        """
        self._refuse(inputs)
        if batches.is_array(inputs) and not batches.is_frame(inputs):
            if self.kind == "frame" and hasattr(inputs, "to_frame"):  # a row of a frame
                return inputs.to_frame().T, True
            if self.kind in ("frame", "records"):
                raise self.unfit(described.given(inputs))
            alone = self.rank is not None and len(inputs.shape) == self.rank - 1
            return (inputs[None] if alone else inputs), alone
        if isinstance(inputs, (str, bytes)):
            return [inputs], True
        if isinstance(inputs, dict) and not batches.is_frame(inputs):
            if self._is_columns(inputs):
                return batches.records(inputs), False
            return self._records([inputs]), True
        if self.kind == "frame" and isinstance(inputs, list):
            return self._records(inputs), False
        if isinstance(inputs, tuple) and self.kind == "items" and self.item == "tuple":
            return [inputs], True
        if isinstance(inputs, (list, tuple)):
            return self._items(list(inputs))
        if batches.is_frame(inputs):
            return inputs, False
        return [inputs], True

    def likeness(self, inputs: Any) -> tuple[Any, ...] | None:
        """Return what alone decides whether an array or tensor fits as it is: all but its rows.

        None where values decide too.
        """
        kind = type(inputs)
        if not self.by_type or kind.__module__ not in ("numpy", "torch"):
            return None
        shape = getattr(inputs, "shape", ())
        return (kind, inputs.dtype, len(shape), shape[1:]) if shape else None

    @property
    def _arrays(self) -> bool:
        return self.kind in ("array", "tensor") or (self.kind is None and self.direct)

    def _is_columns(self, inputs: dict[str, Any]) -> bool:
        """Whether these are inputs by name, each with an axis more than a record has there."""
        if not self.fields or not batches.is_columns(inputs):
            return False
        return all(batches.depth(inputs.get(name)) == axes + 1 for name, axes in self.fields)

    def _refuse(self, inputs: Any) -> None:
        """Refuse what can be no input, before numpy or the model say so in their own words."""
        if isinstance(inputs, (list, tuple)) and not inputs:
            raise self.unfit("nothing")
        if self._arrays and isinstance(inputs, (str, bytes)):
            raise self.unfit(described.given(inputs))
        named = isinstance(inputs, dict) or batches.is_frame(inputs)
        if self.kind in ("array", "tensor") and named:
            raise self.unfit(described.given(inputs))
        if self.kind == "texts" and batches.is_array(inputs) and not _holds_texts(inputs):
            raise self.unfit(described.given(inputs))

    def unfit(self, given: str) -> UsageError:
        """Return the error that says what is expected and what was given."""
        expected = self.expected or ("numbers" if self._arrays else "a batch of inputs")
        return UsageError(f"this model takes {expected}; {given} was given")

    def fitted(self, batch: Any) -> Fitted:
        """Return the batch as the signature has it: names, order, dtypes.

        Raises `MisfitInputError` for what cannot be cast without loss, or has other columns.
        """
        found = Fitted(batch)
        if not self.parts:
            return found
        if self.kind == "frame" and batches.is_frame(batch):
            found = columns.frame(batch, self.parts)
        elif self.kind == "records" and isinstance(batch, list):
            found = columns.records(batch, self.parts)
        elif self._is_array(batch):
            found = fitted.array(batch, self.parts[0])
        elif self.kind == "items" and self.rank is not None and isinstance(batch, list):
            found = fitted.items(batch, self.parts[0])
        if not found.misfits:
            return found
        named = self.kind in ("frame", "records")
        table = columns.table(self.parts, batch, found.misfits) if named else ()
        raise MisfitInputError(found.misfits, table or _pairs(found.misfits))

    def _is_array(self, batch: Any) -> bool:
        """Whether this is a batch of arrays whose signature is of one."""
        if self.kind not in ("array", "tensor") or len(self.parts) != 1:
            return False
        return batches.is_array(batch) and not batches.is_frame(batch)

    def _records(self, records: list[Any]) -> Any:
        if self.kind != "frame":
            return records
        import importlib

        return importlib.import_module("pandas").DataFrame(records)

    def _items(self, inputs: list[Any]) -> tuple[Any, bool]:
        if self._arrays:
            array = self._array(inputs)
            if self.rank is not None and array.ndim == self.rank - 1:
                return array[None], True
            return array, False
        if self.kind == "items":
            depth, item = -1, inputs
            while isinstance(item, list) and item:
                depth, item = depth + 1, item[0]
            if depth >= 0 and depth < self.depth:
                return [inputs], True
        return inputs, False

    def _array(self, inputs: list[Any]) -> Any:
        """Return lists of numbers as an array; nothing is cut off to make it one."""
        import numpy as np

        try:
            array = np.asarray(inputs)
        except (ValueError, TypeError) as error:  # ragged, or things that are no numbers
            raise self.unfit(described.given(inputs)) from error
        if array.dtype.kind not in "biufc":
            raise self.unfit(described.given(inputs))
        if self.dtype is None and array.dtype.kind == "f":
            return array.astype(np.float32)
        return array

    def answer_array(self, outputs: Any, inputs: Any, *, single: bool) -> Any:
        """Return outputs as the inputs were: numpy for numpy and lists, tensors for tensors."""
        if single:
            outputs = batches.row(outputs, 0)
        if not hasattr(inputs, "untyped_storage"):
            return to_numpy(outputs)
        return outputs

    def answer(self, outputs: Any, _inputs: Any, *, single: bool) -> Any:
        """Return the prediction of a single input, or all of them."""
        return batches.row(outputs, 0) if single else outputs


def _pairs(misfits: Sequence[Misfit]) -> list[tuple[str, str]]:
    return [(item.expected, item.given) for item in misfits]


def _holds_texts(array: Any) -> bool:
    return getattr(array.dtype, "kind", "") in ("U", "O", "T")


def to_numpy(value: Any) -> Any:
    """Return tensors as arrays that share their memory."""
    if hasattr(value, "untyped_storage"):
        if str(value.dtype) == "torch.bfloat16":
            value = value.float()
        return value.detach().cpu().numpy()
    if isinstance(value, dict):
        return type(value)((key, to_numpy(item)) for key, item in value.items())
    if isinstance(value, tuple):
        parts = [to_numpy(item) for item in value]
        return type(value)(*parts) if hasattr(value, "_fields") else tuple(parts)
    if isinstance(value, list):
        return [to_numpy(item) for item in value]
    return value
