"""A pickled estimator of scikit-learn brought to the libraries that are here, and pickled again.

Moved names are found where they are now, records are written as they are read now, and attributes
that a newer version looks for are filled in (`completions`). What comes of it is a proposal:
nothing here says that it predicts the same.
"""

import importlib
import inspect
import io
import pickle
import warnings
from collections import OrderedDict
from typing import (
    Any,
    Callable,
    ClassVar,
    Dict,
    FrozenSet,
    List,
    Mapping,
    Optional,
    Sequence,
    Tuple,
)

from . import checked, completions
from .audited_table import entry_of
from .completions import Version, version_of
from .held import Held, RefusedError

Allowed = Optional[FrozenSet[Tuple[str, str]]]
_BUILD = pickle.BUILD[0]
_RANDOM = ("numpy.random._pickle", "numpy.random.bit_generator")
_DEPTH = 6  # of containers in which what is gone is looked for
_REMOVED = ("sklearn", "_loss")  # modules whose names may be gone: of others, every name is needed


class NotRewrittenError(Exception):
    """There is nothing to propose; `why` says it."""

    def __init__(self, why: str) -> None:
        super(NotRewrittenError, self).__init__(why)
        self.why = why


class Gone:
    """What stands for an object whose class the library no longer has; it is never written."""

    path = ""

    def __new__(cls, *_: Any, **__: Any) -> Any:
        """Take any arguments."""
        return object.__new__(cls)

    def __init__(self, *_: Any, **__: Any) -> None:
        """Take any arguments."""

    def __setstate__(self, state: Any) -> None:
        """Take any state."""

    def __reduce_ex__(self, _: Any) -> Any:
        """Refuse to be written."""
        raise NotRewrittenError("`{}` is not in the scikit-learn that is here".format(self.path))  # noqa: EM103 - messages read better where they are raised

    def append(self, item: Any) -> None:
        """Take any item."""

    def extend(self, items: Any) -> None:
        """Take any items."""

    def __setitem__(self, key: Any, value: Any) -> None:
        """Take any item."""


def rewritten(
    path: str,
    *,
    trust: bool = False,
    digest: Optional[str] = None,
    places: Optional[Mapping[str, Sequence[str]]] = None,
    saved: str = "",
) -> Tuple[bytes, List[str]]:
    """Return the model of a pickle as this environment's libraries pickle it, and what was done.

    `places` tells where else a name may be that is not here, `saved` the version of scikit-learn
    that wrote the file.

    Raises `RefusedError` where the file is not loaded, `NotRewrittenError`, and whatever the
    libraries raise.
    """
    judged = checked.Judged(Held(path))
    judged.held.match(digest)
    if not trust:
        checked.refuse(judged)
    work = _Work(None if trust else judged.allowed, places or {}, version_of(saved))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        loader = judged.loader
        if loader is not None:
            loader = "joblib.numpy_pickle"  # also of scikit-learn's own copy, which is gone
        model = checked.unpickle(judged, made=work.unpickler, loader=loader)
        work.finish()
        data = _pickled(model, loader)
    return data, list(work.told())


def _pickled(model: Any, loader: Optional[str]) -> bytes:
    if loader is None:
        return pickle.dumps(model, protocol=pickle.DEFAULT_PROTOCOL)
    out = io.BytesIO()
    importlib.import_module("joblib").dump(model, out)
    return out.getvalue()


class _Work:
    """One file on its way: what was built of it, and what was done."""

    def __init__(
        self, allowed: Allowed, places: Mapping[str, Sequence[str]], saved: Version
    ) -> None:
        self.allowed = allowed
        self.places = places
        self.saved = saved
        self.here = version_of(importlib.import_module("sklearn").__version__)
        self.built: List[Tuple[Any, Version]] = []  # inner ones first
        self.done: "OrderedDict[str, int]" = OrderedDict()

    def note(self, what: str) -> None:
        """Count what was done."""
        self.done[what] = self.done.get(what, 0) + 1

    def told(self) -> List[str]:
        """Return what was done, a line each, with how often."""
        return [
            what if times == 1 else "{} ({} times)".format(what, times)
            for what, times in self.done.items()
        ]

    def unpickler(self, base: Any, _: Any) -> Any:
        """Return an unpickler in Python that lets this work see names and states."""
        work = self
        base = pickle._Unpickler if base is pickle.Unpickler else base  # noqa: SLF001 - the only one whose BUILD can be seen
        build: Callable[[Any], None] = base.dispatch[_BUILD]

        def load_build(own: Any) -> None:
            own.stack[-1] = work.state(own.stack[-2], own.stack[-1])
            build(own)

        class Rewriting(base):  # type: ignore[misc]
            """The unpickler, with names and states as they are now."""

            dispatch: ClassVar[Dict[int, Any]] = dict(base.dispatch)
            dispatch[_BUILD] = load_build

            def find_class(self, module: str, name: str) -> Any:
                """Return what a name stands for here."""
                return work.find(module, name, super().find_class)

        return Rewriting

    def find(self, module: str, name: str, usual: Callable[[str, str], Any]) -> Any:
        """Return what a name stands for here; raises `RefusedError` where it was not judged."""
        if self.allowed is not None and (module, name) not in self.allowed:
            why = "`{}.{}` was not seen when it was checked".format(module, name)
            raise RefusedError(why, "changed", (module + "." + name,))
        random = completions.random(name) if module in _RANDOM else None
        if random is not None:
            return random
        try:
            return usual(module, name)
        except (ImportError, AttributeError) as error:
            missing = error
        places = self.places.get(module + "." + name, ())
        for path in (*completions.metrics(module, name), *places):
            home, _, last = path.rpartition(".")
            if entry_of(home, last) is None:
                continue
            try:
                found = usual(home, last)
            except (ImportError, AttributeError):
                continue
            self.note("`{}.{}` is `{}` now".format(module, name, path))
            return found
        if (module, name) in completions.SUBSTITUTES:
            return completions.SUBSTITUTES[module, name]
        if module.split(".", maxsplit=1)[0] not in _REMOVED:
            raise missing
        return type(str(name), (Gone,), {"path": module + "." + name})

    def state(self, made: Any, state: Any) -> Any:
        """Return the state of an object as its class takes it here, and remember the object."""
        kind = type(made)
        if kind.__module__.startswith("numpy.random.") and isinstance(state, tuple):
            return state[0] if completions.random("__bit_generator_ctor") else state
        if kind.__module__.split(".")[0] != "sklearn":
            return state
        told = state.get("_sklearn_version", "") if isinstance(state, dict) else ""
        version = version_of(told) or self.saved
        self.built.append((made, version))
        for convert in completions.states(kind):
            state, what = convert(state)
            if what:
                self.note(what)
        return state

    def finish(self) -> None:
        """Bring every object to the version at hand."""
        for made, version in self.built:
            held = getattr(made, "__dict__", None)
            if held is None:
                continue
            self._leave_out(made, held)
            for name, value in completions.missing(made, self.here):
                held[name] = value
                self.note("`{}.{}` is filled in".format(type(made).__name__, name))
            name = type(made).__name__
            for words in completions.changed(made, version, self.here):
                self.note("`{}`: {}".format(name, words))

    def _leave_out(self, made: Any, held: Dict[str, Any]) -> None:
        for name in [name for name, value in held.items() if _is_gone(value)]:
            del held[name]
            self.note("`{}.{}` is left out: its class is gone".format(type(made).__name__, name))


def _is_gone(value: Any, depth: int = 0) -> bool:
    """Whether something holds what stands for an object of a class that is gone."""
    if isinstance(value, Gone) or (inspect.isclass(value) and issubclass(value, Gone)):
        return True
    if depth > _DEPTH:
        return False
    if isinstance(value, dict):
        return any(_is_gone(item, depth + 1) for item in value.values())
    if isinstance(value, (list, tuple)):
        return any(_is_gone(item, depth + 1) for item in value)
    if type(value).__name__ == "ndarray" and value.dtype.kind == "O":
        return any(_is_gone(item, depth + 1) for item in value.reshape(-1).tolist())
    return False
