"""What a pickle may name without running code of its own choosing, entry by entry.

The table holds exact modules and names, and how each may be used. `new` and `build` do not run
`__init__`, `call` does. Each entry was read in its source, and stands here because whatever it is
given, and also when another entry calls it, it only makes a value: it imports no module that the
stream names, opens no file, starts no process, and evaluates no text. How much memory it takes is
not judged. What is not in the table counts as other code, a bare reference too: to find a name,
Python imports its module.

Left out on purpose: `builtins.getattr`, `eval`, `__import__`, `map`; `functools.partial`;
`operator.attrgetter`; `torch.load` and `torch.storage._load_from_bytes` (they unpickle);
`torch.jit` (it compiles); `numpy.load`, `numpy.random` (its constructors call what they are given);
`fractions.Fraction` (it computes `10 ** 999999999`).
"""

from typing import Any, Dict, FrozenSet, Iterator, List, NamedTuple, Optional, Tuple

from .audited_torch import MODULES, OPTIMIZERS, TYPES, VALUES
from .pickle_values import Call, Global, Stream

__all__ = ["TABLE", "Entry", "verdict"]

Entry = NamedTuple("Entry", [("uses", FrozenSet[str]), ("library", str)])

_CONTAINERS = "call new build items"
_OBJECT = "new build"
_REBUILD = "call build"

# module, names, how they may be used beside a bare reference; the reason above each group
_PYTHON = (
    # containers: they keep what they are given; BUILD fills an instance's `__dict__`
    ("collections", "OrderedDict", _CONTAINERS),
    ("collections", "Counter", _CONTAINERS),
    ("collections", "deque", _CONTAINERS),
    # its factory is called when a key is looked up: `_arguments_are_audited` wants it audited
    ("collections", "defaultdict", _CONTAINERS),
    # they hold numbers and bytes; `bytearray(n)` takes n bytes and no more
    ("builtins", "set frozenset complex bytearray bytes slice range", "call"),
    ("__builtin__", "set frozenset complex bytearray bytes slice xrange", "call"),  # Python 2 names
    # types that stand as a default factory, as a base of `copyreg._reconstructor`, or as a value
    ("builtins", "int float str bool list dict tuple object", ""),
    ("__builtin__", "int long float str unicode bool list dict tuple object", ""),
    # turns text into bytes; `_arguments_are_audited` wants a codec that pickle itself writes
    ("_codecs", "encode", "call"),
    # calls `cls.__new__`, for both of which `_arguments_are_audited` wants audited classes
    ("copyreg", "_reconstructor", "call build items"),
    ("copy_reg", "_reconstructor", "call build items"),
    # immutable values, made from numbers, bytes and text without any look-up
    ("datetime", "date time datetime timedelta timezone", "call new"),
    ("decimal", "Decimal", "call new"),
    # holds 128 bits; `__setstate__` sets `int` and `is_safe`, and looks `is_safe` up in an enum
    ("uuid", "UUID", "new build"),
    ("uuid", "SafeUUID", "call"),
    # pure paths and paths join text; only their methods touch the disk, and none is called
    (
        "pathlib",
        "Path PosixPath WindowsPath PurePath PurePosixPath PureWindowsPath",
        "call new build",
    ),
    ("pathlib._local", "PosixPath WindowsPath PurePosixPath PureWindowsPath", "call"),  # 3.13
    # keeps attributes
    ("argparse", "Namespace", "call new build"),
)

_NUMPY = (
    # make an empty array, which BUILD fills from bytes or a list; object arrays take no bytes
    ("numpy.core.multiarray", "_reconstruct", _REBUILD),
    ("numpy._core.multiarray", "_reconstruct", _REBUILD),
    # one number from its bytes; of an object dtype it returns what it is given
    ("numpy.core.multiarray", "scalar", "call"),
    ("numpy._core.multiarray", "scalar", "call"),
    # `frombuffer` and `reshape`; refuses object dtypes
    ("numpy.core.numeric", "_frombuffer", "call"),
    ("numpy._core.numeric", "_frombuffer", "call"),
    # parses a dtype's own small language; BUILD sets byte order, fields and alignment
    ("numpy", "dtype", _REBUILD),
    # the class that `_reconstruct` is given
    ("numpy", "ndarray", ""),
)

_TORCH = (
    # view a storage with sizes and strides; C++ checks them against the storage
    (
        "torch._utils",
        "_rebuild_tensor _rebuild_tensor_v2 _rebuild_tensor_v3 _rebuild_nested_tensor",
        "call",
    ),
    (
        "torch._utils",
        "_rebuild_qtensor _rebuild_sparse_tensor _rebuild_meta_tensor_no_storage",
        "call",
    ),
    # wrap a tensor in a Parameter and set attributes on it
    ("torch._utils", "_rebuild_parameter _rebuild_parameter_with_state", "call"),
    # copy a tensor or an array to a device that is named by text
    (
        "torch._utils",
        "_rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy",
        "call",
    ),
    # call the function that they are given, for which `_arguments_are_audited` wants an audited one
    ("torch._tensor", "_rebuild_from_type_v2", "call"),
    # wrap a tensor; `__setstate__` of a tensor sets its storage and its flags
    ("torch.nn.parameter", "Parameter", "call new build"),
    ("torch.nn.parameter", "Buffer", ""),
    # parse text or keep numbers
    ("torch", "Size device", "call"),
    # a look-up in the table of layouts
    ("torch.serialization", "_get_layout", "call"),
    # memory formats, as protocol 4 spells them
    (
        "torch._utils",
        "torch.contiguous_format torch.channels_last torch.channels_last_3d torch.preserve_format",
        "",
    ),
    # the activation that transformer layers keep; only their `forward` calls it
    ("torch.nn.functional", "relu", ""),
)

# `__setstate__` of each updates `__dict__` and fills in attributes that older versions lacked;
# `RNNBase` also gathers its own weights by name, `Optimizer` wraps its class's `step`
_BY_MODULE = ((MODULES, _OBJECT), (OPTIMIZERS, _OBJECT), (TYPES, ""), (VALUES, ""))

_CODECS = frozenset(("latin1", "latin-1", "ascii", "utf-8"))
_RECONSTRUCTORS = frozenset((("copyreg", "_reconstructor"), ("copy_reg", "_reconstructor")))


def _rows() -> Iterator[Tuple[str, str, str, str]]:
    for library, rows in (("python", _PYTHON), ("numpy", _NUMPY), ("torch", _TORCH)):
        for module, names, uses in rows:
            for name in names.split():
                yield module, name, uses, library
    for table, uses in _BY_MODULE:
        for module, names in table.items():
            for name in names.split():
                yield module, name, uses, "torch"


TABLE: Dict[Tuple[str, str], Entry] = {
    (module, name): Entry(frozenset(uses.split()), library)
    for module, name, uses, library in _rows()
}


def verdict(*streams: Optional[Stream]) -> Tuple[str, List[str]]:
    """Tell whether unpickling runs code, and which names are not in the table.

    The streams are those of one artifact, each after the other, with those nested in it; None
    stands for one that could not be read to its end. The word is `no` (inert data), `library`
    (only entries of the table, as it allows), `yes` (other code) or `unknown` (not read to its
    end, or readers disagree).
    """
    other: Dict[str, None] = {}  # in order, each once
    for stream in streams:
        if stream is not None:
            other.update(dict.fromkeys(_foreign(stream)))
    if other:
        return "yes", list(other)
    if any(stream is None or stream.disagreements for stream in streams):
        return "unknown", []
    if any(stream is not None and stream.globals for stream in streams):
        return "library", []
    return "no", []


def _foreign(stream: Stream) -> Iterator[str]:
    for found in stream.globals:
        if not _allows(found, *found.uses - {"reference"}):
            yield found.path
    for call in stream.calls:
        yield from _foreign_in(call)
    for extension in stream.extensions:
        yield f"copyreg extension {extension.code}"
    for persistent in stream.persistent:
        if persistent.states or persistent.appended or persistent.added or persistent.pairs:
            yield f"persistent object at byte {persistent.at}"


def _foreign_in(call: Call) -> Iterator[str]:
    if not isinstance(call.func, Global):
        yield f"what a call at byte {getattr(call.func, 'at', call.at)} gives"
    elif not _arguments_are_audited(call, call.func):
        yield f"{call.path} with arguments that are not audited"


def _allows(value: Any, *uses: str) -> bool:
    if not isinstance(value, Global):
        return False
    entry = TABLE.get((value.module, value.name))
    return entry is not None and entry.uses.issuperset(uses)


def _arguments_are_audited(call: Call, func: Global) -> bool:
    """Judge the arguments of what calls its arguments, or looks them up."""
    args = list(call.args) if isinstance(call.args, list) else []
    name = (func.module, func.name)
    if name == ("collections", "defaultdict"):
        return not args or args[0] is None or _allows(args[0])
    if name == ("_codecs", "encode"):
        return len(args) == 2 and isinstance(args[1], str) and args[1] in _CODECS
    if name == ("torch._tensor", "_rebuild_from_type_v2"):
        return len(args) == 4 and _allows(args[0], "call") and _allows(args[1])
    if name in _RECONSTRUCTORS:
        uses = ["new"] + ["build"] * bool(call.states)
        uses += ["items"] * bool(call.appended or call.added or call.pairs)
        return len(args) == 3 and _allows(args[0], *uses) and _allows(args[1])
    return True
