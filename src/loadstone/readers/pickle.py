"""Plain pickles of any protocol, and joblib's: https://docs.python.org/3/library/pickle.html.

Tensors inside one carry their bytes as small files of torch's legacy format.
"""

from __future__ import annotations

import sys
from typing import Any

from loadstone.core.classes import replace
from loadstone.core.facts import Artifact, Damage, TensorFact
from loadstone.readers import (
    _arrays,
    _by_value,
    _contents,
    _gensim,
    _holds,
    _magic,
    _pickled_booster,
    _pickled_keras,
    _text,
)
from loadstone.readers import _values as values
from loadstone.readers._holds import Holds
from loadstone.readers._joblib import JOBLIB, aligned, companions
from loadstone.readers._opened import WORST, Opened
from loadstone.readers._pickled import Pickles, buffer_of, clean
from loadstone.readers._source import Buffer
from loadstone.readers._tensors import Storage, Tensors
from loadstone.readers.torch_legacy import nested_storage
from loadstone.runtime.joblib_arrays import WRAPPERS, class_of, hop
from loadstone.runtime.pickle_values import Disagreement
from loadstone.runtime.pickles import (
    Blob,
    LimitReached,
    Limits,
    Malformed,
    Pairs,
    Stream,
    until_failure,
)
from loadstone.runtime.pickles import read as read_pickle

_END = 16  # bytes of a place in memory, of STOP and of a line's end
_FROM_BYTES = "torch.storage._load_from_bytes"
_ENOUGH = 400_000  # units of work, after which it is taken as a pickle
_OLD = 16 << 20  # a file without a magic is read this far, to see whether it is a pickle at all
_VERSIONS = {"_sklearn_version": "scikit-learn", "__getstate_version__": "lightgbm"}
_OPENED = (b"\x1f\x8b", b"BZh", b"\xfd7zXZ")  # what modules of Python's open as a file
_PICKLES = 100  # in one file
# modules of Python's that are words too: importing one only defines what is in it
_MODULES = """
array bisect calendar code collections copy csv datetime email enum fractions functools glob
html http inspect io json locale logging math numbers operator os pathlib pickle platform
profile queue random re select signal stat statistics string struct symbol sys tempfile time
timeit token trace types uuid warnings zipfile
"""
_WORDS = frozenset(_MODULES.split())
_CALLS = 20_000  # looked at for versions
# with a second argument as of 2.3, and by the shorter name as of 3
_TREES = ("sklearn.neighbors._kd_tree.newObj", "sklearn.neighbors._ball_tree.newObj")
_RANDOM = "numpy.random._pickle.__randomstate_ctor"
_STRING_DTYPES = ("pandas.core.arrays.string_.StringDtype", "pandas.StringDtype")


def sniff(opened: Opened) -> bool:
    """Return whether it starts with the PROTO opcode of a protocol that exists."""
    return _magic.pickled(opened.head)


def sniff_text(opened: Opened) -> bool:
    """Return whether it is text that is a pickle of protocol 0."""
    return _text.is_text(opened) and sniff_old(opened)


def _is_long_enough(opened: Opened) -> bool:
    """Whether a text of protocol 1 is followed by little but its place in memory and STOP."""
    width = 1 if opened.head[:1] == b"U" else 4
    text = int.from_bytes(opened.head[1 : 1 + width], "little")
    return 0 < opened.source.size - (1 + width + text) <= _END


def sniff_old(opened: Opened) -> bool:
    """Return whether the machine reads it to STOP, and finds more than one value."""
    first = opened.head[:1]
    if not first or first not in _magic.TEXT_STARTS + _magic.LENGTHS:
        return False
    if first in _magic.LENGTHS and not _is_long_enough(opened):
        return False
    try:
        data = opened.source.pread(0, min(opened.source.size, _OLD))
        stream = read_pickle(data, limits=Limits(work=_ENOUGH))
    except LimitReached as error:
        return error.at > _ENOUGH // 20  # so many opcodes are no accident
    except Malformed:
        return False
    left = opened.source.size - stream.end
    return stream.opcodes > 2 and (left <= 2 or bool(stream.globals))


def read(opened: Opened) -> Artifact:
    """Return what the pickle names and holds."""
    with buffer_of(opened.source) as data:
        return read_bytes(opened, data)


def read_bytes(opened: Opened, data: Buffer, *, packed: bool = False) -> Artifact:
    """Return what a pickle names and holds; `packed` says that the file holds it compressed."""
    pickles = Pickles(limits=opened.limits)
    stream = pickles.read(data, on_build=hop(data, pickles.nested, pickles.limits))
    if stream is not None and (not packed or opened.head.startswith(_OPENED)):
        _in_arrays(stream, data, pickles, packed=packed)
    storages = _Storages(data, pickles)
    tensors = Tensors(storages)
    found = _contents.read(stream.value if stream else None, tensors)
    storages.follow(stream)
    torch = bool(found.state_dicts or found.modules)
    holds = Holds()
    if stream is not None and not torch:
        holds = _holds.read(stream.value, data, placed=not packed)
    joblib = any(item.module.startswith(JOBLIB) for item in pickles.globals())
    beside = companions(opened.path, pickles.streams, alone=opened.depth > 0)
    pickles.followed |= beside.followed
    kept = _gensim.companions(
        opened.path, stream.value if stream else None, read, alone=packed or opened.depth > 0
    )
    pickles.damage += [*beside.damage, *kept.damage]
    if stream is not None and stream.end < len(data):
        _others(data, stream.end, pickles)
    of_keras = _pickled_keras.judge(opened, data, pickles.streams)
    code = _by_value.detail((*pickles.streams, *pickles.nested), data)
    if code:
        holds.detail.pop("data", None)  # what is told as code is no plain data
    booster = _pickled_booster.find((*pickles.streams, *pickles.nested), data)
    if booster is not None:
        holds.detail["booster"] = booster.written
        if booster.base_score:
            holds.detail["base_score"] = booster.base_score
        if booster.linear:
            holds.detail["linear_tree"] = True
    artifact = opened.artifact(
        "joblib" if joblib else "pickle",
        found.content if torch else holds.content,
        framework="torch" if torch else holds.framework or pickles.framework,
        producer=_producer(pickles)
        | _of_booster(booster)
        | of_keras
        | _gensim.versions(stream.value if stream else None),
        state_dicts=(*(found.state_dicts or holds.state_dicts), *kept.states),
        entries=found.entries if torch else holds.entries,
        modules=tuple(found.modules) or holds.modules,
        signatures=holds.signatures,
        parts=(*beside.parts, *kept.parts),
        devices=tuple(tensors.devices),
        detail=pickles.detail() | _detail(stream, pickles) | code | holds.detail,
        **pickles.facts(),
    )
    artifact = _unplaced(artifact) if packed else artifact
    damage = (*artifact.damage, *found.damage, *holds.damage)
    for item in kept.pickles:  # gensim opens them with it
        word = max(artifact.opening_runs_code, item.opening_runs_code, key=WORST.index)
        calls = tuple(dict.fromkeys((*artifact.calls, *item.calls)))
        artifact = replace(artifact, opening_runs_code=word, calls=calls)
    return replace(artifact, damage=damage)


def _in_arrays(stream: Stream, data: Buffer, pickles: Pickles, *, packed: bool = False) -> None:
    """Note where `pickle.load` takes bytes of an array of joblib's for code that it runs.

    Of what is `packed`, which it reads of an open file only, calls of other names count: arrays
    without padding before them look like something else by chance. The pickle of an array of
    objects says `numpy.dtype` by a place in memory where the pickle around it keeps another text.
    """
    held = [call for call in stream.calls if isinstance(call.payload, (tuple, Stream))]
    if not any(class_of(call) in WRAPPERS for call in held):
        return
    from loadstone.runtime.audited import verdict

    with memoryview(data) as whole, whole[stream.start :] as part:
        run = until_failure(part, pickles.limits)
    for item in run.globals:
        item.module = "numpy" if _fails(item.path) else item.module  # or it ends there
    word, names = verdict(run)
    if all(map(_fails, names)):
        return
    if packed and not {call.path for call in run.calls}.intersection(names):
        return
    if word == "yes" and verdict(stream, *pickles.nested)[0] != "yes":
        text = f"`pickle.load` takes bytes of an array for a call: {names[0]}"
        stream.disagreements.append(Disagreement("array", stream.start, text))
        pickles.disagreements.append(Damage("array", text, stream.start))


def _fails(path: str) -> bool:
    """Whether `pickle.load` ends there: no extension has a number, and nothing loads by an id.

    So it does at a `dtype` of what is no module, here neither; one of a module that the table
    knows, or of a library of its own, is numpy's or none, and Python's own modules have none.
    """
    from loadstone.runtime.audited_names import has_library, has_module
    from loadstone.runtime.audited_table import is_module_known

    if path.startswith(("copyreg extension ", "persistent object ")):
        return True
    module, _, name = path.rpartition(".")
    if name != "dtype":
        return False
    root, _, below = module.partition(".")
    no_module = not module or (
        bool(root) and not _is_module(root) and not (below and root.isidentifier())
    )
    known = has_library(module) or has_module(module) or is_module_known(module)
    return no_module or known or module in _WORDS


def _is_module(name: str) -> bool:
    """Whether a name without dots is of Python's or lies on the path, where it is not imported."""
    from importlib.util import find_spec  # slow to import, and seldom met

    try:
        return name in sys.stdlib_module_names or find_spec(name) is not None
    except (ImportError, ValueError):  # one that is half imported, or no name
        return False


def _others(data: Buffer, at: int, pickles: Pickles) -> None:
    """Read the pickles that follow the first: each wants a load of its own."""
    first, count = at, 1
    while at < len(data) and count < _PICKLES:
        try:
            stream = read_pickle(
                data, at, limits=pickles.limits, on_build=hop(data, pickles.nested, pickles.limits)
            )
        except Malformed:
            _until_failure(data, at, pickles)
            break
        if stream.opcodes < 2:
            break
        _in_arrays(stream, data, pickles)
        pickles.streams.append(stream)
        at, count = stream.end, count + 1
    left = len(data) - first
    another = count > 1 or _magic.guess(bytes(data[first : first + 64])) == "pickle"
    detail: dict[str, str | int | float | bool | None] = {
        "bytes": left,
        "another_pickle": another,
        "pickles": count,
        "unread": len(data) - at,
    }
    pickles.damage.append(Damage("trailing", f"{left} bytes follow the pickle", first, detail))


def _until_failure(data: Buffer, at: int, pickles: Pickles) -> None:
    """Keep what bytes behind a pickle would run before they turn out to be none themselves."""
    from loadstone.runtime.audited import verdict

    with memoryview(data) as whole, whole[at:] as part:
        stream = until_failure(part, pickles.limits)
        if verdict(stream)[0] == "yes":
            pickles.streams.append(stream)


def _unplaced(artifact: Artifact) -> Artifact:
    """Return the facts without places: those are of the inflated bytes."""
    return replace(
        artifact,
        state_dicts=tuple(
            replace(
                state,
                tensors={key: replace(fact, extent=None) for key, fact in state.tensors.items()},
            )
            for state in artifact.state_dicts
        ),
    )


class _Storages:
    """Finds storages in the nested files that a plain pickle holds; one small pickle each."""

    def __init__(self, data: Buffer, pickles: Pickles) -> None:
        self.data = data
        self.pickles = pickles
        self.blobs: dict[int, Storage | None] = {}

    def __call__(self, node: Any) -> Storage | None:
        if values.called(node) != _FROM_BYTES:
            return None
        given = values.args(node)
        blob = given[0] if given else None
        if values.called(blob) == "_codecs.encode":  # protocols 0 to 2 have no bytes
            return self._encoded(blob)
        if type(blob) is not Blob:
            return None
        if blob.offset not in self.blobs:
            self.blobs[blob.offset] = nested_storage(
                self.data, blob.offset, blob.length, self.pickles
            )
        return self.blobs[blob.offset]

    def follow(self, stream: Stream | None) -> None:
        """Read what every nested file names, also those that no tensor of ours stands for."""
        if stream is None:
            return
        calls = [call for call in stream.calls if call.path == _FROM_BYTES]
        names = [item for item in stream.globals if item.path == _FROM_BYTES]
        if all(item.uses == {"call"} for item in names) and all(map(self._is_read, calls)):
            self.pickles.followed.add(_FROM_BYTES)

    def _is_read(self, call: Any) -> bool:
        return self(call) is not None and len(values.args(call)) == 1

    def _encoded(self, node: Any) -> Storage | None:
        """Return a storage whose bytes are told as text: its place is nowhere in the file."""
        given = values.args(node)
        if not given or not isinstance(given[0], str):
            return None
        try:
            data = given[0].encode("latin-1")
        except UnicodeEncodeError:
            return None
        found = nested_storage(data, 0, len(data), self.pickles)
        return None if found is None else replace(found, key=str(id(node)), place=None)


def _producer(pickles: Pickles) -> dict[str, str | None]:
    """Return the versions that objects carry in their own state."""
    found: dict[str, str | None] = {}
    for stream in (*pickles.streams, *pickles.nested):
        for call in stream.calls[:_CALLS]:
            for state in call.states:
                if isinstance(state, Pairs):
                    for key, name in _VERSIONS.items():
                        told = state.get(key)
                        if type(told) is str and len(told) < 40:
                            found.setdefault(name, clean(told))
    return found


def _of_booster(booster: _pickled_booster.Booster | None) -> dict[str, str | None]:
    return {"xgboost": booster.version} if booster is not None and booster.version else {}


def _detail(stream: Stream | None, pickles: Pickles) -> dict[str, str | int | float | bool | None]:
    found: dict[str, str | int | float | bool | None] = {}
    if stream is None:
        return found
    found["root"] = values.describe(stream.value)
    if any(aligned(call) for held in pickles.streams for call in held.calls):
        found["joblib"] = "1.2 or newer"
    if len(pickles.streams) > 1:
        found["pickles"] = len(pickles.streams)
    for call in (call for held in pickles.streams for call in held.calls[:_CALLS]):
        if call.path in _STRING_DTYPES and len(values.args(call)) > 1:
            found.setdefault("string_dtype", call.path)
        elif call.path == _RANDOM and len(values.args(call)) > 1:
            found["random_state"] = "two arguments"
        elif call.path in _TREES:
            found |= _indexes(call)
    libraries = {
        item.module.split(".")[0]
        for item in pickles.globals()
        if item.module.split(".")[0] not in _PLAIN
    }
    if libraries:
        found["libraries"] = ", ".join(sorted(libraries)[:12])
    return found


def _indexes(call: Any) -> dict[str, str]:
    """Return how wide the indexes of a `KDTree` or `BallTree` are: the second of its state."""
    for state in call.states:
        parts = values.items(state) or ()
        fact = _arrays.fact(parts[1]) if len(parts) > 1 else None
        if isinstance(fact, TensorFact):
            return {"tree_indexes": fact.dtype}
    return {}


_PLAIN = {"builtins", "__builtin__", "copyreg", "copy_reg", "collections", "_codecs", "types"}
