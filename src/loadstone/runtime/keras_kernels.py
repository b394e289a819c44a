"""Which backend computes a model of Keras 1 or 2: Theano turns kernels round, and pads otherwise.

To turn the kernels is not enough: Theano's `same` has other edges with strides, kernels of even
sizes and poolings (measured with Keras 1.2.2). https://github.com/keras-team/keras/wiki
"""

import importlib
import importlib.util
import os
import re
import shutil
import sysconfig
from typing import Any

from .held import RefusedError
from .keras_gates import layers_of

THEANO = "theano"
_NAMES = {THEANO: "Theano", "tensorflow": "TensorFlow"}


def prepare() -> None:
    """Let Theano compute here, on the CPU: compiled where that can be, else by numpy, slowly.

    To compile it needs a compiler, Python's headers, and a BLAS, for which that of numpy's wheel
    is taken. Without, its optimizer leaves convolutions that nothing computes.
    """
    header = os.path.join(sysconfig.get_paths()["include"], "Python.h")
    blas = _blas() if shutil.which("g++") and os.path.isfile(header) else ""
    how = "blas.ldflags='{}'".format(blas) if blas else "cxx=,optimizer=None"
    os.environ["THEANO_FLAGS"] = "device=cpu," + how


def _blas() -> str:
    """Return how the BLAS in numpy's wheel is linked, "" where there is none."""
    found = importlib.util.find_spec("numpy")
    folder = os.path.join(os.path.dirname(str(found and found.origin)), ".libs")
    names = [name for name in os.listdir(folder) if "blas" in name] if os.path.isdir(folder) else []
    if len(names) != 1 or re.search(r"[\s',]", folder + names[0]):
        return ""
    return "-L{0} -l:{1} -Wl,-rpath,{0}".format(folder, names[0])


def warm() -> None:
    """Import what Keras 1 takes as there, once Theano is what Keras computes with."""
    if os.environ.get("KERAS_BACKEND") == THEANO:
        importlib.import_module("theano.ifelse")


def expect_own(keras: Any, model: Any, saved: str) -> None:
    """Raise `RefusedError` where Theano wrote what another computes, or the other way round."""
    told = getattr(getattr(keras, "backend", None), "backend", None)
    here = str(told()) if callable(told) else "tensorflow"
    one = str(getattr(keras, "__version__", "")).startswith("1.")  # that of TensorFlow has none
    if saved == here or not (one or THEANO in (saved, here)):
        return
    other = [layer.name for layer in layers_of(model) if _is_other(layer)]
    if not other:
        return
    if not saved:
        why = "nothing in it says whether Theano or TensorFlow computed `{}`, each otherwise"
        raise RefusedError(why.format(other[0]), "object", tuple(other[:4]))
    why = "{} computed `{}`, and {} is here: one of them turns kernels round, and pads otherwise"
    why = why.format(_NAMES.get(saved, saved), other[0], _NAMES.get(here, here))
    raise RefusedError(why, "backend", tuple(other[:4]))


def _is_other(layer: Any) -> bool:
    """Whether the two compute a layer otherwise: a convolution, or a pooling of edges."""
    name = type(layer).__name__
    edges = getattr(layer, "border_mode", getattr(layer, "padding", ""))
    return "onv" in name or ("Pooling" in name and edges == "same")


class Shared:
    """A variable of Theano, as `neighbours.moved` has it."""

    def __init__(self, variable: Any) -> None:
        self._variable = variable
        self.shape = variable.get_value(borrow=True).shape

    def numpy(self) -> Any:
        """Return its numbers."""
        return self._variable.get_value()

    def assign(self, values: Any) -> None:
        """Give it other numbers."""
        self._variable.set_value(values)
