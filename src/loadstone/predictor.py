"""A loaded model in stages, which takes one input or a batch and says what it did not know."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping
from typing import TYPE_CHECKING, Any, Literal

from loadstone.core.facts import Coverage
from loadstone.core.report import Report
from loadstone.errors import CLOSED, UsageError
from loadstone.inputs.columns import left_out
from loadstone.inputs.coverage import OnUnknown, UnknownInput, UnknownInputError, facts, tell
from loadstone.inputs.misfit import misfit
from loadstone.inputs.ranges import Ranges
from loadstone.inputs.single import Shape, Stages
from loadstone.runtime import lookups

if TYPE_CHECKING:
    from typing_extensions import Self


StrPath = str | os.PathLike[str]
Env = Literal["auto", "current", "isolated"]

_NOTHING = Coverage()
_LIKENESSES = 64  # that are kept: of pictures of every size there is no end

__all__ = ["Predictor", "UnknownInput", "UnknownInputError"]


class Predictor:
    """A loaded model that takes one input or a batch, and answers in kind.

    `model` is the real module in eval mode, None where it runs in another process. `report` is
    what the load found, and `coverage` what the last call held that the preprocessing did not know,
    or that is far from what the examples held.
    """

    def __init__(
        self,
        model: Any,
        report: Report,
        steps: Stages,
        *,
        shape: Shape,
        tables: Iterable[str] = (),
        saved: Mapping[str, Any] | None = None,
        ranges: Ranges | None = None,
        on_unknown: OnUnknown = "warn",
        closing: Callable[[], None] = lambda: None,
    ) -> None:
        self.model = model
        self.report = report
        self.coverage = Coverage()
        self.notes: list[str] = []  # how inputs were taken, where that was not plain
        self._steps = steps
        self._shape = shape
        self._saved = lookups.saved_counts(saved or {})
        self._counts = bool(list(tables))
        self._ranges = ranges
        self._on_unknown = on_unknown
        self._closing = closing
        self._closed = False
        self._fit: set[Any] = set()  # likenesses of batches that went to the model as they are

    def predict(self, inputs: Any) -> Any:
        """Return the prediction for one input, or the predictions for a batch of them.

        Raises `UsageError` for inputs that are not what the model was saved with.
        """
        if self._closed:
            raise UsageError(CLOSED)
        like = self._shape.likeness(inputs)
        if like in self._fit:
            batch, single = inputs, False
        else:
            batch, single = self._shape.batch(inputs)
            if self._shape.parts:
                batch = self._fitted(batch)
            if like is not None and batch is inputs and len(self._fit) < _LIKENESSES:
                self._fit.add(like)
        try:
            counted = self._counts or self._ranges is not None
            outputs = self._counted(batch) if counted else self._steps.predict(batch)
        except Exception as error:
            died = type(error).__name__ == "ProcessFailedError"
            if died or isinstance(error, (UsageError, UnknownInputError)):
                raise
            told = misfit(self._shape, self._steps, batch, self.model)
            if told is None and type(error).__name__ == "RequestFailedError":
                told = UsageError(f"the model does not take these inputs: {error}")
            if told is None:
                raise
            raise told from error
        if not self._shape.direct:
            return self._shape.answer(outputs, inputs, single=single)
        return self._shape.answer_array(outputs, inputs, single=single)

    __call__ = predict

    def _fitted(self, batch: Any) -> Any:
        """Return the batch as the signature has it, and note what is left out."""
        found = self._shape.fitted(batch)
        if found.spare:
            note = left_out(found.spare)
            self.notes += [note] if note not in self.notes else []
        return found.batch

    def _counted(self, batch: Any) -> Any:
        strays = self._ranges.strays(batch) if self._ranges is not None else ()
        if not self._counts:
            outputs = self._steps.predict(batch)
            self.coverage = Coverage(strays=strays) if strays else _NOTHING
        else:
            with lookups.recording(self._saved) as log:
                outputs = self._steps.predict(batch)
            lookups.locate(log, self._steps, batch)
            self.coverage = facts(lookups.summary(log), self._saved, strays)
        tell(self.coverage, self._on_unknown)
        return outputs

    def close(self) -> None:
        """Let the model go, and end the process that it runs in, if that is another one."""
        self._closed = True
        self._closing()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def __repr__(self) -> str:
        """Return the model's class and what was proved."""
        verdict = self.report.verdict.predicts_the_same
        return f"<Predictor {type(self.model).__name__}: {verdict}>"
