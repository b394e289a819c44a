"""A pickle is unpickled only when all that it names is audited, and exactly those bytes are.

What unpickles it may look up no name that was not judged. joblib's files, also with arrays beside
them, are opened by the joblib that they name.
"""

import importlib
import io
import pickle
import tempfile
import threading
from typing import Any, Callable, FrozenSet, List, Optional, Tuple

from . import audited, joblib_arrays, patience, pickles
from .held import Held, RefusedError
from .own_code import Own, with_own
from .pickle_values import Call, Malformed, Stream

JOBLIB = ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle")
_COMPAT = tuple(name + "_compat" for name in JOBLIB)
_BESIDE = ("NDArrayWrapper", "ZNDArrayWrapper")
_ARRAY = b"\x93NUMPY"
_SWAP = threading.Lock()
Allowed = Optional[FrozenSet[Tuple[str, str]]]
Made = Callable[[Any, Allowed], Any]


class Judged:
    """What the machine found of a file: its pickles, the word, and what is not in the table."""

    def __init__(self, held: Held) -> None:
        self.held = held
        self.streams: List[Stream] = []
        self.why = ""
        self._read()
        self.word, names = audited.verdict(*self.streams, *([None] if self.why else []))
        self.names = [name for name in names if name not in self._followed()]
        if self.word == "yes" and not self.names:
            self.word = "unknown" if self.why else "library"

    def _read(self) -> None:
        data = self.held.data
        nested: List[Stream] = []
        try:
            first = pickles.read(data, on_build=joblib_arrays.hop(data, nested))
        except Malformed as error:
            self.why = str(error)
            return
        self.streams = [first, *nested]
        every = [one for stream in self.streams for one in audited.with_nested(stream)]
        told = [item.text for stream in every for item in stream.disagreements]
        if any(stream.changed is not None for stream in every):
            told.append("a container is changed after its use")
        self.why = told[0] if told else ""
        self.held.take(sorted(set(self._beside())))

    def _wrappers(self) -> List[Call]:
        found = []
        for stream in self.streams:
            for call in stream.calls:
                module, name = joblib_arrays.class_of(call) or ("", "")
                if module in JOBLIB + _COMPAT and name in _BESIDE:
                    found.append(call)
        return found

    def _beside(self) -> List[str]:
        names = [joblib_arrays.attributes(call).get("filename") for call in self._wrappers()]
        return [name for name in names if isinstance(name, str)]

    def _followed(self) -> FrozenSet[str]:
        """Return the wrappers of arrays beside the file, where every such array is plain."""
        if not self.held.companions or not all(map(_is_plain, self.held.companions.values())):
            return frozenset()
        if len(self._beside()) != len(self._wrappers()):
            return frozenset()
        return frozenset(module + "." + name for module in JOBLIB + _COMPAT for name in _BESIDE)

    @property
    def allowed(self) -> FrozenSet[Tuple[str, str]]:
        """Every name that was judged."""
        return frozenset((item.module, item.name) for one in self.streams for item in one.globals)

    @property
    def loader(self) -> Optional[str]:
        """The module of joblib that reads it; None where it is a plain pickle."""
        modules = {module for module, name in self.allowed if module in JOBLIB + _COMPAT}
        found = sorted({module.replace("_compat", "") for module in modules})
        if len(found) > 1:
            raise RefusedError("it names two modules of joblib", "unread")
        return found[0] if found else None


def _is_plain(data: bytes) -> bool:
    """Whether a file is an array of numbers or text: one of objects is a pickle of its own."""
    head = data[:512]
    return data[:6] == _ARRAY and b"O" not in head[head.find(b"{") : head.find(b"}")]


def load(
    path: str, *, trust: bool = False, digest: Optional[str] = None, own: Optional[Own] = None
) -> Tuple[Any, Judged]:
    """Return the object that a pickle holds, and what was judged of it.

    `own` is code of the user's, which is trusted.

    Raises `RefusedError` where it names what is not audited and `trust` is not given, or where its
    bytes are not those of `digest`.
    """
    with patience.loading():
        judged = Judged(Held(path))
    judged.held.match(digest)
    if not trust:
        refuse(judged, own.names if own else frozenset())
    made = with_own(restricted, own) if own else restricted
    return unpickle(judged, trust=trust, made=made), judged


def refuse(judged: Judged, own: FrozenSet[str] = frozenset()) -> None:
    """Raise `RefusedError` unless all that it names is audited, or the user's `own`."""
    if judged.word == "yes" and not judged.why and own.issuperset(judged.names):
        return
    if judged.word == "unknown":
        why = judged.why or "not all of it could be read"
        raise RefusedError("it was not read to its end: " + why, "unread", tuple(judged.names))
    if judged.word == "yes":
        why = "it calls what is not audited: " + ", ".join(judged.names[:4])
        raise RefusedError(why, "unaudited", tuple(judged.names))


def unpickle(
    judged: Judged,
    *,
    trust: bool = False,
    made: Optional[Made] = None,
    loader: Optional[str] = None,
) -> Any:
    """Return the object; without `trust`, only names that were judged are looked up.

    `made` gives another unpickler for a given one and the names that it may look up, `loader`
    the module of joblib that reads it, where that is not the one that the file names.
    """
    made, allowed = made or restricted, None if trust else judged.allowed
    if any(
        item.module.startswith("keras.") for stream in judged.streams for item in stream.globals
    ):
        from .keras_model import choose_backend

        # Keras 3 asks for TensorFlow where nobody says else
        choose_backend()
    loader = loader or judged.loader
    if loader is None:
        return _plain(judged, made(pickle.Unpickler, allowed))
    module = importlib.import_module(loader)
    return _joblib(judged, module, made(module.NumpyUnpickler, allowed))


def _plain(judged: Judged, unpickler: Any) -> Any:
    stream = judged.streams[0] if judged.streams else None
    encoding = "latin1" if stream is not None and stream.has_python2_strings else "ASCII"
    return unpickler(io.BytesIO(judged.held.data), encoding=encoding).load()


def restricted(base: Any, allowed: Allowed) -> Any:
    """Return an unpickler that looks up the allowed names only; None allows all."""
    if allowed is None:
        return base
    names = allowed

    class Restricted(base):  # type: ignore[misc]
        """The unpickler, without other names."""

        def find_class(self, module: str, name: str) -> Any:
            """Return a name that was judged."""
            if (module, name) not in names:
                why = "`{}.{}` was not seen when it was checked".format(module, name)
                raise RefusedError(why, "changed", (module + "." + name,))
            return super().find_class(module, name)

    return Restricted


def _joblib(judged: Judged, module: Any, unpickler: Any) -> Any:
    """Let joblib read the bytes; nobody else's joblib is changed while it does."""
    aligned = any(
        joblib_arrays.attributes(call).get("numpy_array_alignment_bytes") is not None
        for stream in judged.streams
        for call in stream.calls
        if joblib_arrays.class_of(call) in joblib_arrays.WRAPPERS
    )
    wrapper = module.NumpyArrayWrapper
    if aligned and not hasattr(wrapper, "safe_get_numpy_array_alignment_bytes"):
        raise RefusedError("it was written by joblib 1.2 or newer, and an older one is here", "old")
    with _SWAP:
        kept = module.NumpyUnpickler
        module.NumpyUnpickler = unpickler
        try:
            if not judged.held.companions:
                return module.load(io.BytesIO(judged.held.data))
            with tempfile.TemporaryDirectory(prefix="loadstone-") as folder:
                return module.load(judged.held.write(folder, "model.pkl"))
        finally:
            module.NumpyUnpickler = kept
