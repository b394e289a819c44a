"""What a save asks of a live model: the same verbs for every framework.

A framework's adapter says how its models are called, what is measured with them, and what a bundle
holds of them. Nothing here decides: `bundle.save` does.
"""

from __future__ import annotations

import contextlib
import io
import logging
import random
import sys
import warnings
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, Final, Protocol

Call = Callable[..., Any]
Calls = list[tuple[tuple[Any, ...], dict[str, Any]]]  # the arguments of each
Problem = tuple[str, str, str]  # name, why, supply
DOUBLE: Final = "double precision"  # the name of a variant
Variant = tuple[str, contextlib.AbstractContextManager[Any], Call | None]


class UnsavableError(ValueError):
    """The model is none that can be saved as it is; the message says why."""


class NotMadeError(Exception):
    """A form that this model has not; `why` is short."""

    def __init__(self, why: str) -> None:
        super().__init__(why)
        self.why = why


@dataclass
class Form:
    """One form of a model: what the manifest says of it, and its files."""

    entry: dict[str, Any]
    parts: dict[str, list[Any]]


@dataclass
class Native:
    """The model itself: its form, and the live objects that must be captured as code.

    Without a form, `why` or the problems say why there is none.
    """

    form: Form | None
    roots: dict[str, Any] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)
    loose: tuple[str, ...] = ()  # tensors that no state dict holds
    why: str = ""


@dataclass(frozen=True)
class Names:
    """How classes and functions are named: whether by an import, or by their captured source."""

    is_project: Callable[[str], bool]  # of a module's name
    where_is: Callable[[object], tuple[str, str] | None]  # the import that gives an object


class Live(Protocol):
    """A framework's side of a save."""

    framework: str
    library: str  # the module whose import takes its time

    def working_copy(self, model: Any) -> contextlib.AbstractContextManager[Any]:
        """Give what is measured and written, and leave `model` as it was."""
        ...

    def call(self, model: Any) -> Call:
        """Return what predicts with it."""
        ...

    def copied(self, model: Any) -> Any:
        """Return a copy, in the mode that it is in, where `call` can call it."""
        ...

    def elsewhere(self, model: Any) -> tuple[str, Call] | None:
        """Return the device that the model was given on, and a call there; None for this one's."""
        ...

    def cast(self, model: Any, batch: Any) -> Any:
        """Return a batch in the model's own dtype, None where it is not cast."""
        ...

    def native(self, model: Any, names: Names) -> Native:
        """Return the form that is the model itself."""
        ...

    def program(self, model: Any, calls: Calls) -> tuple[Form, Call]:
        """Return the form that needs none of the user's code, and the call of it, loaded again.

        `calls` are those that the examples made. Raises `NotMadeError`.
        """
        ...

    def size(self, model: Any) -> tuple[int, int]:
        """Return how many numbers it holds, and their bytes."""
        ...

    def variants(self, model: Any) -> Iterator[Variant]:
        """Yield other ways of computing the same: a name, a setting, a call if it is another."""
        ...

    def weights(self, model: Any) -> Iterable[Any]:
        """Return what can be moved by a rounding and put back: `numpy()` and `assign()`."""
        ...

    def first_unrepeatable(self, model: Any, run: Callable[[], Any]) -> str:
        """Return the path of the first part that gives two outputs for the same inputs, or ""."""
        ...

    def in_training(self, model: Any) -> tuple[str, ...] | None:
        """Return the parts left in training mode that then predict otherwise, None if none is."""
        ...


class Seeded:
    """A framework's side whose calls begin at a seed, for a model that draws on purpose."""

    def __init__(self, live: Live, seed: int) -> None:
        """Raise `UnsavableError` for a framework without generators that can be set."""
        if live.framework not in ("torch", "keras", "transformers"):
            raise UnsavableError("`seed` is for models of torch and Keras 3")
        self._live = live
        self._seed = seed

    def __getattr__(self, name: str) -> Any:
        return getattr(self._live, name)

    def call(self, model: Any) -> Call:
        """Return what predicts with it, each time from the seed."""
        return self._seeded(self._live.call(model))

    def program(self, model: Any, calls: Calls) -> tuple[Form, Call]:
        """Return the form that needs no code, and its call, each time from the seed."""
        form, call = self._live.program(model, calls)
        return form, self._seeded(call)

    def variants(self, model: Any) -> Iterator[Variant]:
        """Yield other ways of computing the same, each time from the seed."""
        for how, setting, call in self._live.variants(model):
            yield how, setting, self._seeded(call) if call else None

    def _seeded(self, call: Call) -> Call:
        from loadstone.runtime.draws import seeded

        try:
            return seeded(call, self._seed, self._live.framework)
        except ValueError as error:
            raise UnsavableError(str(error)) from error


@contextlib.contextmanager
def untouched() -> Iterator[None]:
    """Leave every random generator as it was: Python's, numpy's, torch's where it is imported."""
    import numpy as np

    torch = sys.modules.get("torch")
    states = (random.getstate(), np.random.get_state())  # noqa: NPY002 - the user's code may use the global one
    drawn = torch.get_rng_state() if torch is not None else None
    cuda = torch.cuda.get_rng_state_all() if torch and torch.cuda.is_initialized() else None
    try:
        yield
    finally:
        random.setstate(states[0])
        np.random.set_state(states[1])  # noqa: NPY002 - as above
        if torch is not None and drawn is not None:
            torch.set_rng_state(drawn)
        if torch is not None and cuda is not None:
            torch.cuda.set_rng_state_all(cuda)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """No word from what writes a form, which prints graphs: a failure is told in the manifest."""
    before = logging.root.manager.disable
    logging.disable(logging.CRITICAL)
    said = io.StringIO()
    try:
        with (
            warnings.catch_warnings(),
            contextlib.redirect_stdout(said),
            contextlib.redirect_stderr(said),
        ):
            warnings.simplefilter("ignore")
            yield
    finally:
        logging.disable(before)
