"""Which names the default load of torch accepts, and what the others are for.

The accepted ones are those of `torch._weights_only_unpickler._get_allowed_globals`, torch 2.13.
"""

from __future__ import annotations

import re
from typing import Final

from loadstone.core.facts import Artifact, GlobalFact

_REBUILD: Final = frozenset(
    {
        "_rebuild_device_tensor_from_cpu_tensor",
        "_rebuild_device_tensor_from_numpy",
        "_rebuild_meta_tensor_no_storage",
        "_rebuild_nested_tensor",
        "_rebuild_parameter",
        "_rebuild_parameter_with_state",
        "_rebuild_qtensor",
        "_rebuild_sparse_tensor",
        "_rebuild_tensor",
        "_rebuild_tensor_v2",
        "_rebuild_tensor_v3",
        "_rebuild_wrapper_subclass",
    }
)
_NAMED: Final = frozenset(
    {
        "_codecs.encode",
        "builtins.bytearray",
        "builtins.complex",
        "builtins.set",
        "collections.Counter",
        "collections.OrderedDict",
        "torch.Size",
        "torch.Tensor",
        "torch._tensor._rebuild_from_type_v2",
        "torch.device",
        "torch.nn.parameter.Parameter",
        "torch.serialization._get_layout",
        "torch.storage.TypedStorage",
        "torch.storage.UntypedStorage",
    }
)
_TYPED: Final = re.compile(r"torch(\.cuda|\.sparse|\.cuda\.sparse)?\.[A-Z]\w*(Storage|Tensor)")
_DTYPE: Final = re.compile(
    r"torch\.(b?float\d\w*|bits\d\w*|bool|complex\d+|u?int\d+|qu?int\d\w*|per_\w+)"
)
_PYTHON2: Final = {"__builtin__": "builtins", "copy_reg": "copyreg", "UserDict": "collections"}

# they call nothing but their own constructor; each was tried with torch 2.13
STANDARD: Final = frozenset(
    {
        "argparse.Namespace",
        "builtins.frozenset",
        "builtins.range",
        "builtins.slice",
        "datetime.date",
        "datetime.datetime",
        "datetime.timedelta",
        "decimal.Decimal",
        "pathlib.PosixPath",
        "pathlib.PurePosixPath",
        "types.SimpleNamespace",
        "uuid.UUID",
    }
)
NUMPY: Final = {
    "numpy.core.multiarray.scalar": "scalar",
    "numpy._core.multiarray.scalar": "scalar",
    "numpy.core.multiarray._reconstruct": "_reconstruct",
    "numpy._core.multiarray._reconstruct": "_reconstruct",
    "numpy.ndarray": "np.ndarray",
    "numpy.dtype": "np.dtype",
}
_HARMFUL_MODULES: Final = frozenset(
    {
        "commands",
        "ctypes",
        "importlib",
        "multiprocessing",
        "nt",
        "os",
        "pdb",
        "platform",
        "posix",
        "pty",
        "runpy",
        "shutil",
        "socket",
        "subprocess",
        "sys",
        "webbrowser",
        "timeit",
        "urllib",
        "requests",
    }
)
_HARMFUL: Final = frozenset(
    {
        "builtins.eval",
        "builtins.exec",
        "builtins.compile",
        "builtins.open",
        "builtins.__import__",
        "builtins.breakpoint",
        "builtins.input",
        "code.interact",
        "code.InteractiveInterpreter",
        "pkgutil.resolve_name",
        "torch.hub.load",
        "torch.utils.collect_env.run",
    }
)


def spelled(item: GlobalFact) -> str:
    """Return the dotted name as Python 3 has it."""
    return f"{_PYTHON2.get(item.module, item.module)}.{item.name}"


def refused(artifact: Artifact) -> tuple[str, ...]:
    """Return every name that `torch.load` refuses by default, once each, in file order."""
    names = dict.fromkeys(spelled(item) for item in artifact.globals)
    return tuple(name for name in names if not allowed(name))


def allowed(name: str) -> bool:
    """Whether the default load of torch 2.13 accepts a name."""
    module, _, last = name.rpartition(".")
    if module == "torch._utils":
        return last in _REBUILD
    return name in _NAMED or bool(_TYPED.fullmatch(name) or _DTYPE.fullmatch(name))


def harmful(name: str) -> bool:
    """Whether a name starts programs, opens files or runs text: no model has use for it."""
    return name in _HARMFUL or name.partition(".")[0] in _HARMFUL_MODULES
