"""The audited globals themselves, row by row, each group with its reason; `audited` judges by them.

The table holds exact modules and names, and how each may be used. `new` and `build` do not run
`__init__`, `call` does. Each entry was read in its source, and stands here because whatever it is
given, and also when another entry calls it, it only makes a value: it imports no module that the
stream names, opens no file of the stream's choice, starts no process, and evaluates no text. What
numbers make is judged by `audited_sizes`. Where that holds for some arguments only,
`audited_arguments` looks at them. Names of hundreds of estimators are in `names/`.

Left out on purpose: `eval`, `__import__`, `map`; `builtins.getattr` of anything but a class or a
known method; `operator.attrgetter` and `methodcaller`; `torch.load` and
`torch.storage._load_from_bytes` (they unpickle); `torch.jit` (it compiles); `numpy.load`;
`statsmodels` results of a formula and sympy's expressions (their text is evaluated).
"""

from typing import Any, Dict, FrozenSet, Iterator, NamedTuple, Optional, Tuple

from . import audited_names
from .audited_libraries import LIBRARIES
from .audited_torch import MODULES, OPTIMIZERS, RESULTS, TYPES, VALUES
from .pickle_values import Global

__all__ = [
    "MODULES",
    "OPTIMIZERS",
    "TABLE",
    "TYPES",
    "VALUES",
    "Entry",
    "allows",
    "entry_of",
    "is_module_known",
]

Entry = NamedTuple("Entry", [("uses", FrozenSet[str]), ("library", str)])

_CONTAINERS = "call new build items"
_OBJECT = "new build"
_REBUILD = "call build"

ERRORS = (
    "Exception ValueError KeyError IndexError LookupError TypeError AttributeError RuntimeError "
    "NotImplementedError ArithmeticError ZeroDivisionError OverflowError AssertionError "
    "StopIteration MemoryError FloatingPointError NameError OSError IOError FileNotFoundError "
    "FileExistsError PermissionError TimeoutError ConnectionError EOFError ImportError "
    "ModuleNotFoundError RecursionError UnicodeError UnicodeDecodeError UnicodeEncodeError "
    "BufferError SystemError SyntaxError IndentationError TabError StopAsyncIteration "
    "KeyboardInterrupt GeneratorExit ReferenceError UnboundLocalError UnicodeTranslateError "
    "BlockingIOError InterruptedError IsADirectoryError NotADirectoryError ChildProcessError "
    "ProcessLookupError BrokenPipeError ConnectionAbortedError ConnectionRefusedError "
    "ConnectionResetError Warning UserWarning DeprecationWarning FutureWarning RuntimeWarning "
    "SyntaxWarning ImportWarning UnicodeWarning BytesWarning ResourceWarning "
    "PendingDeprecationWarning"
)

# module, names, how they may be used beside a bare reference; the reason above each group
_PYTHON = (
    # containers: they keep what they are given; BUILD fills an instance's `__dict__`
    ("collections", "OrderedDict", _CONTAINERS),
    ("collections", "Counter", _CONTAINERS),
    ("collections", "deque", _CONTAINERS),
    # its factory is called when a key is looked up: `audited_arguments` wants it audited
    ("collections", "defaultdict", _CONTAINERS),
    # they hold numbers and bytes; `bytearray(n)` takes n bytes and no more
    ("builtins", "set frozenset complex bytearray bytes slice range", "call"),
    ("__builtin__", "set frozenset complex bytearray bytes slice xrange", "call"),  # Python 2 names
    # bytes in memory, and where reading them goes on
    ("_io", "BytesIO StringIO", "new build"),
    # numbers of one kind, from their bytes
    ("array", "_array_reconstructor array", "call"),
    # the logger of a name: loggers are all kept by their names
    ("logging", "getLogger", "call"),
    # types of `typing` and of Python's own, of other types that are only kept
    ("_operator", "getitem", "call"),
    ("types", "GenericAlias", "call"),
    ("builtins", "Ellipsis NotImplemented", ""),
    ("__builtin__", "Ellipsis NotImplemented", ""),
    # types that stand as a default factory, as a base of `copyreg._reconstructor`, or as a value
    ("builtins", "int float str bool dict", ""),
    # a list of a list; a tuple of a tuple, as which PaddlePaddle keeps a tensor with its name
    ("builtins", "list tuple", "call"),
    ("builtins", "object", "new"),  # a value that is none of the others
    ("__builtin__", "int long float str unicode bool dict", ""),
    ("__builtin__", "object", "new"),
    ("__builtin__", "list tuple", "call"),
    # turns text into bytes; `audited_arguments` wants a codec that pickle itself writes
    ("_codecs", "encode", "call"),
    # calls `cls.__new__`, for both of which `audited_arguments` wants audited classes
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
    # keep attributes
    ("argparse", "Namespace", "call new build"),
    ("types", "SimpleNamespace", "call new build"),
    # keeps keys, and looks them up in what it is called with
    ("operator", "itemgetter", "call"),
    # keeps a function and its arguments, and calls it only when it is called itself;
    # `audited_arguments` wants an audited function
    ("functools", "partial", "call new build"),
    # a type of Python's own by a word, for which `audited_arguments` wants one that makes values
    ("cloudpickle.cloudpickle", "_builtin_type", "call"),
    ("dill._dill", "_load_type", "call"),
    ("dill.dill", "_load_type", "call"),
    # import a module that the table has, and look a compiled function of the table up in it
    ("dill._dill", "_get_attr _import_module", "call"),
    ("dill.dill", "_get_attr _import_module", "call"),
    # makes a partial, up to 0.3.4, which is judged as one
    ("dill._dill", "_create_ftype", "call"),
    ("dill.dill", "_create_ftype", "call"),
    # finds a named tuple by its module, or makes one of the same names
    ("dill._dill", "_create_namedtuple", "call"),
    ("dill.dill", "_create_namedtuple", "call"),
    # makes an array as numpy does, and fills it
    ("dill._dill", "_create_array", "call"),
    ("dill.dill", "_create_array", "call"),
    # compile a pattern; a pattern has no code
    ("re", "_compile", "call"),
    ("re", "RegexFlag", "call"),
    ("regex._regex_core", "RegexFlag", "call"),
    # builds the nodes of a pattern, which `pickle_patterns` read
    ("regex._regex", "compile", "call"),
    # `audited_arguments` wants whole numbers without an exponent
    ("fractions", "Fraction", "call"),
    # parse numbers or text
    (
        "ipaddress",
        "IPv4Address IPv6Address IPv4Network IPv6Network IPv4Interface IPv6Interface",
        "call",
    ),
    ("time", "struct_time", "call"),
    # a method that is kept; `audited_arguments` wants one of an audited class, by a plain name
    ("builtins", "getattr", "call"),
    ("__builtin__", "getattr", "call"),
    # the type of `None`, as pickle writes it: `audited_arguments` wants nothing else
    ("builtins", "type", "call"),
    ("__builtin__", "type", "call"),
    *((module, "NoneType", "") for module in ("builtins", "__builtin__")),
    ("types", "NoneType", ""),
    # plain functions that stand as values; nothing here calls them
    ("builtins", "len abs min max sum sorted round repr hash print any all divmod pow", ""),
    ("__builtin__", "len abs min max sum sorted round repr hash print", ""),
    ("collections", "ChainMap UserDict UserList UserString", "new build"),
    # seeds itself from the system or from a number or text; BUILD sets its numbers
    ("random", "Random", "call build"),
    ("typing", "Any Union Optional List Dict Tuple Set Callable OrderedDict Literal", ""),
    ("inspect", "_empty", ""),
    # names and defaults of parameters; `audited_arguments` wants those and nothing else
    ("inspect", "Signature Parameter", "call build"),
    # keep what they are given, and by BUILD the attributes that a script put on them
    ("builtins", ERRORS, "call build"),
    ("exceptions", ERRORS, "call build"),
    ("http", "HTTPStatus HTTPMethod", "call"),  # enumerations
    # a number to count from
    ("itertools", "count", "call"),
    # look zones up in the tables of the time zones, which come with Python or the library
    ("zoneinfo", "ZoneInfo._unpickle", "call"),
    (
        "zoneinfo",
        "ZoneInfo",
        "",
    ),  # `audited_arguments` allows `getattr` of `_unpickle` and its call
    ("pytz", "_UTC _p", "call"),
    ("dateutil.tz.tz", "tzutc tzlocal tzoffset", "call new build"),
    # `audited_standard` judges what these go over, are looked up by, or keep
    *((module, "iter reversed enumerate", _REBUILD) for module in ("builtins", "__builtin__")),
    ("builtins", "zip", _REBUILD),
    (
        "itertools",
        (
            "chain islice repeat cycle product permutations combinations "
            "combinations_with_replacement accumulate zip_longest compress izip izip_longest"
        ),
        _REBUILD,
    ),
    ("socket", "AddressFamily SocketKind MsgFlag AddressInfo", "call"),
    ("signal", "Signals Handlers Sigmasks", "call"),
    ("ssl", "TLSVersion VerifyMode VerifyFlags Options", "call"),
    ("json.decoder", "JSONDecodeError", _REBUILD),
    ("os", "stat_result terminal_size statvfs_result", "call"),
    *((module, "uname_result times_result", "call") for module in ("posix", "nt")),
    ("_functools", "reduce", "call"),
    ("__builtin__", "reduce", "call"),
    # keeps eight numbers and words, and the signals that it raises, by name
    ("decimal", "Context", "call"),
    (
        "decimal",
        (
            "InvalidOperation DivisionByZero Overflow Underflow Inexact Rounded Subnormal Clamped "
            "FloatOperation"
        ),
        "",
    ),
    # BUILD sets attributes; only their methods format, compare or filter
    ("logging", "Formatter Filter LogRecord PercentStyle StrFormatStyle", _OBJECT),
    ("optparse", "Values", _OBJECT),
    ("textwrap", "TextWrapper", _OBJECT),
    ("sched", "Event", "new"),  # a named tuple
    ("urlparse", "ParseResult SplitResult DefragResult", "new"),
)

_TEXT = (
    "lower upper strip lstrip rstrip split rsplit splitlines title capitalize casefold swapcase "
    "replace join startswith endswith isalpha isdigit isnumeric isalnum isspace"
)

# functions of values, which stand as values; nothing here calls them
_FUNCTIONS = (
    ("builtins", " ".join("str." + name for name in _TEXT.split()), ""),
    (
        "math",
        (
            "sqrt exp expm1 log log10 log1p log2 sin cos tan tanh atan atan2 floor ceil fabs pow "
            "fsum asin acos sinh cosh degrees radians hypot erf gamma lgamma gcd comb factorial "
            "isnan isinf isfinite isclose trunc copysign prod dist"
        ),
        "",
    ),
    (
        "operator",
        (
            "add sub mul truediv floordiv mod pow neg pos abs and_ or_ xor not_ lt le eq ne ge gt "
            "contains concat"
        ),
        "",
    ),
    (
        "_operator",
        "add sub mul truediv floordiv mod pow neg pos and_ or_ not_ lt le eq ne ge gt",
        "",
    ),
    ("statistics", "mean median mode stdev pstdev variance pvariance fmean", ""),
    (
        "torch.nn.functional",
        (
            "relu6 leaky_relu elu selu celu silu mish glu softmax log_softmax softmin sigmoid tanh "
            "hardtanh hardswish hardsigmoid softsign dropout normalize cosine_similarity "
            "cross_entropy mse_loss l1_loss smooth_l1_loss huber_loss nll_loss kl_div "
            "binary_cross_entropy binary_cross_entropy_with_logits"
        ),
        "",
    ),
    ("torch._C._nn", "gelu softplus leaky_relu elu hardtanh log_sigmoid linear", ""),
    (
        "torch",
        (
            "relu relu_ selu celu prelu sigmoid tanh softmax log_softmax exp expm1 log log1p abs "
            "sin cos tan erf sqrt rsqrt square pow add sub mul div sum mean max min prod std var "
            "norm cat stack matmul mm bmm dot clamp sign floor ceil round where "
            "cosine_similarity pairwise_distance"
        ),
        "",
    ),
)

_UFUNCS = (
    "absolute add arccos arccosh arcsin arcsinh arctan arctan2 arctanh cbrt ceil clip conjugate "
    "cos cosh deg2rad degrees divide equal exp exp2 expm1 fabs floor floor_divide fmax fmin fmod "
    "greater greater_equal hypot isfinite isinf isnan less less_equal log log10 log1p log2 "
    "logaddexp logical_and logical_not logical_or logical_xor maximum minimum mod multiply "
    "negative not_equal positive power rad2deg radians reciprocal remainder rint sign sin sinh "
    "sqrt square subtract tan tanh true_divide trunc"
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
    # the classes that `_reconstruct` is given
    ("numpy", "ndarray matrix recarray record memmap", ""),
    ("numpy.matrixlib.defmatrix", "matrix", ""),
    ("numpy.core.records", "recarray record", ""),
    ("numpy._core.records", "recarray record", ""),
    ("numpy.rec", "recarray record", ""),
    # a dtype of texts, and what stands for one that is missing
    ("numpy._core._internal", "_convert_to_stringdtype_kwargs", "call"),
    # make an empty masked array of audited classes; BUILD fills it
    ("numpy.ma.core", "_mareconstruct", _REBUILD),
    ("numpy.ma.core", "MaskedArray", ""),
    ("numpy.ma.core", "MaskedConstant", "call"),  # the one value that is masked
    # types of small numbers, which stand in a dtype
    (
        "ml_dtypes",
        (
            "bfloat16 float4_e2m1fn float6_e2m3fn float6_e3m2fn float8_e3m4 float8_e4m3 "
            "float8_e4m3b11fnuz float8_e4m3fn float8_e4m3fnuz float8_e5m2 float8_e5m2fnuz "
            "float8_e8m0fnu int1 int2 int4 uint1 uint2 uint4"
        ),
        "",
    ),
    ("numpy.linalg", "LinAlgError", "call build"),
    ("numpy.linalg.linalg", "LinAlgError", "call build"),
    ("numpy.char", "chararray", ""),
    ("numpy", "chararray", ""),
    ("numpy.core.defchararray", "chararray", ""),
    ("numpy._core.defchararray", "chararray", ""),
    ("numpy.ma", "MaskedArray", ""),
    # look a function of numpy's up by two names, for which `audited_arguments` wants a ufunc
    ("numpy.core", "_ufunc_reconstruct", "call"),
    ("numpy._core", "_ufunc_reconstruct", "call"),
    # types of one number, and functions of numbers, which stand as values: nothing here calls them
    (
        "numpy",
        (
            "float16 float32 float64 longdouble complex64 complex128 int8 int16 int32 int64 uint8 "
            "uint16 uint32 uint64 bool_ bool str_ bytes_ object_ void datetime64 timedelta64 "
            "float_ "
            "int_ generic number integer floating nan mean median average sum prod max min amax "
            "amin "
            "std var ptp argmax argmin any all cumsum cumprod nanmean nanmedian nansum nanmax "
            "nanmin "
            "nanstd nanvar percentile quantile round nan_to_num array asarray ones_like "
            "zeros_like full_like dot matmul vdot inner outer cross concatenate stack vstack "
            "hstack where unique sort argsort diff gradient cov corrcoef histogram interp polyfit "
            "polyval "
            "around fix real imag isclose allclose ravel reshape squeeze transpose expand_dims "
            "count_nonzero nonzero take bincount digitize searchsorted"
        ),
        "",
    ),
    ("numpy.core._multiarray_umath", _UFUNCS, ""),
    ("numpy._core._multiarray_umath", _UFUNCS, ""),
    ("numpy.core.umath", _UFUNCS, ""),
    ("numpy", _UFUNCS, ""),
    # keeps a function; `audited_arguments` wants nothing of it, since only a call would call it
    ("numpy", "vectorize", _OBJECT),
    ("numpy.lib.function_base", "vectorize", _OBJECT),
    # numbers of a polynomial
    ("numpy", "poly1d", _OBJECT),
    ("numpy.lib.polynomial", "poly1d", _OBJECT),
    ("numpy.lib._polynomial_impl", "poly1d", _OBJECT),
    ("numpy.polynomial.polynomial", "Polynomial", _OBJECT),  # `__setstate__` sets `__dict__`
    ("numpy.polynomial.chebyshev", "Chebyshev", _OBJECT),
    ("numpy.polynomial.legendre", "Legendre", _OBJECT),
    ("numpy.polynomial.hermite", "Hermite", _OBJECT),
    ("numpy.polynomial.hermite_e", "HermiteE", _OBJECT),
    ("numpy.polynomial.laguerre", "Laguerre", _OBJECT),
    # makes one of numpy's own generators, by its name or class; `audited_arguments` wants those
    ("numpy.random", "__RandomState_ctor", _REBUILD),
    ("numpy.random.mtrand", "__RandomState_ctor", _REBUILD),
    (
        "numpy.random._pickle",
        "__randomstate_ctor __generator_ctor __bit_generator_ctor",
        _REBUILD,
    ),
    ("numpy.random._mt19937", "MT19937", ""),
    ("numpy.random._pcg64", "PCG64 PCG64DXSM", ""),
    ("numpy.random._philox", "Philox", ""),
    ("numpy.random._sfc64", "SFC64", ""),
    # fill a sequence of seeds
    (
        "numpy.random.bit_generator",
        "__pyx_unpickle_SeedSequence __pyx_unpickle_SeedlessSeedSequence",
        _REBUILD,
    ),
    ("numpy.random._bit_generator", "__pyx_unpickle_SeedSequence", _REBUILD),
    ("numpy.random.bit_generator", "SeedSequence SeedlessSeedSequence", ""),
    ("numpy.random._bit_generator", "SeedSequence", ""),
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
    ("torch._utils", "_rebuild_sparse_csr_tensor", "call"),  # the same, up to 1.12
    # wrap a tensor in a Parameter and set attributes on it
    ("torch._utils", "_rebuild_parameter _rebuild_parameter_with_state", "call"),
    # copy a tensor or an array to a device that is named by text
    (
        "torch._utils",
        "_rebuild_device_tensor_from_cpu_tensor _rebuild_device_tensor_from_numpy",
        "call",
    ),
    # call the function that they are given, for which `audited_arguments` wants an audited one
    ("torch._tensor", "_rebuild_from_type_v2", "call"),
    # wrap a tensor; `__setstate__` of a tensor sets its storage and its flags
    ("torch.nn.parameter", "Parameter", "call new build"),
    ("torch.nn.parameter", "Buffer", ""),
    # an empty tensor until the first batch: `audited_arguments` wants a truth; 1.8 to 2.13
    ("torch.nn.parameter", "UninitializedParameter UninitializedBuffer", "call"),
    # holds a dictionary of hooks weakly, and a number: `audited_states`
    ("torch.utils.hooks", "RemovableHandle", _OBJECT),
    # what torch's functions of tensors are looked up in, to be kept: `audited_methods`
    ("torch._C", "_VariableFunctionsClass", ""),
    # tensors by names, in a tuple: `audited_arguments` wants those
    ("torch.return_types", RESULTS, "call"),
    # a tuple of tensors; `audited_arguments` wants values
    ("torch.nn.utils.rnn", "PackedSequence", "new"),
    # parse text or keep numbers
    ("torch", "Size device", "call"),
    # a look-up in the table of layouts
    ("torch.serialization", "_get_layout", "call"),
    # a generator of random numbers, from a device, a seed, a place and the bytes of its state
    ("torch._C", "Generator", _REBUILD),
    # numbers of a convolution and its weights, which kernels take
    *(
        (f"torch.{place}nn.quantized.modules.conv", "Conv1d Conv2d Conv3d", _OBJECT)
        for place in ("ao.", "")
    ),
    # what makes a dictionary of numbers, as a default, and what makes batches of rows
    ("torch.amp.grad_scaler", "_refresh_per_optimizer_state", ""),
    ("torch.cuda.amp.grad_scaler", "_refresh_per_optimizer_state", ""),
    ("torch.utils.data._utils.collate", "default_collate default_convert", ""),
    # weights as kernels take them; `audited_arguments` wants classes that torch registers itself
    ("torch", "ScriptObject", _OBJECT),
    # memory formats, as protocol 4 spells them
    (
        "torch._utils",
        "torch.contiguous_format torch.channels_last torch.channels_last_3d torch.preserve_format",
        "",
    ),
    # what `.metadata` of a distributed checkpoint holds: dataclasses that keep names, sizes and
    # numbers, made without `__init__`; `TensorProperties.__setstate__` looks three values up
    (
        "torch.distributed.checkpoint.metadata",
        (
            "Metadata TensorStorageMetadata TensorProperties ChunkStorageMetadata "
            "BytesStorageMetadata MetadataIndex StorageMeta"
        ),
        _OBJECT,
    ),
    ("torch.distributed.checkpoint.filesystem", "_StorageInfo", _OBJECT),
    ("torch.distributed.checkpoint.metadata", "_MEM_FORMAT_ENCODING", "call"),  # an enumeration
    ("torch.distributed._shard.sharded_tensor.metadata", "TensorProperties", _OBJECT),  # torch <2.3
    ("torch.distributed._shard.sharded_tensor.metadata", "MEM_FORMAT_ENCODING", "call"),
    # the activation that transformer layers keep; only their `forward` calls it
    ("torch.nn.functional", "relu", ""),
)

# `__setstate__` of each updates `__dict__` and fills in attributes that older versions lacked;
# `RNNBase` also gathers its own weights by name, `Optimizer` wraps its class's `step`
_BY_MODULE = ((MODULES, _OBJECT), (OPTIMIZERS, _OBJECT), (TYPES, ""), (VALUES, ""))


def _rows() -> Iterator[Tuple[str, str, Entry]]:
    own = (("python", _PYTHON), ("python", _FUNCTIONS), ("numpy", _NUMPY), ("torch", _TORCH))
    for library, rows in (*own, *LIBRARIES):
        for module, names, uses in rows:
            yield module, names, Entry(frozenset(uses.split()), library)
    for table, uses in _BY_MODULE:
        for module, names in table.items():
            yield module, names, Entry(frozenset(uses.split()), "torch")


TABLE: Dict[Tuple[str, str], Entry] = {
    (module, name): entry for module, names, entry in _rows() for name in names.split()
}


def is_module_known(module: str) -> bool:
    """Whether the table has names of a module by hand."""
    return any(module == held for held, _ in TABLE)


def entry_of(module: str, name: str) -> Optional[Entry]:
    """Return the entry of a global, also one of the generated names."""
    entry = TABLE.get((module, name))
    if entry is None:
        uses = audited_names.uses_of(module, name)
        entry = None if uses is None else Entry(uses, "generated")
    return entry


def allows(value: Any, *uses: str) -> bool:
    """Whether a value is a global that may be used so."""
    if not isinstance(value, Global):
        return False
    entry = entry_of(value.module, value.name)
    return entry is not None and entry.uses.issuperset(uses)
