"""Known ways around scanners of pickles: none of them is `no` or `library`.

From the advisories of picklescan, fickling, modelscan, torch and skops, and the issue that numpy's
`__builtins__` can be reached by BUILD (protectai/modelscan#330).
"""

import pickle
import struct

import pytest

from loadstone import readers
from loadstone.runtime import audited, pickles


def glob(module, name):
    return f"c{module}\n{name}\n".encode()


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def call(module, name, *args):
    return glob(module, name) + b"(" + b"".join(args) + b"tR"


def new(module, name):
    return glob(module, name) + b")\x81"


def build(target, *pairs):
    return target + b"}(" + b"".join(text(key) + value for key, value in pairs) + b"ub"


def got(*args):
    return call("builtins", "getattr", *args)


def remade(*args):
    return call("copyreg", "_reconstructor", *args)


SVC, OBJECT = glob("sklearn.svm._classes", "SVC"), glob("builtins", "object")
NAMESPACE, PARTIAL = glob("argparse", "Namespace"), glob("functools", "partial")
STATS, KD_TREE = "scipy.stats._continuous_distns", "sklearn.neighbors._kd_tree"
ARRAYS, RANDOM = "numpy.core.multiarray", "numpy.random._pickle"
SYSTEM = glob("os", "system")
COMMAND = text("echo")
FORTRAN = glob("scipy.io._fortran", "FortranFile")
WAYS = {
    "os.system": call("os", "system", COMMAND),
    "posix.system": call("posix", "system", COMMAND),
    "eval": call("builtins", "eval", text("1")),
    "python 2 eval": call("__builtin__", "eval", text("1")),
    "pip (CVE-2025-1716)": call("pip", "main", b"(" + text("install") + b"l"),
    "submodule (CVE-2025-10157)": call("asyncio.unix_events", "_UnixSubprocessTransport._start"),
    "resolve_name (GHSA-vvpj-8cmc-gx39)": call("pkgutil", "resolve_name", text("os:system")),
    "resolved and called": call("pkgutil", "resolve_name", text("os:system")) + COMMAND + b"\x85R",
    "ctypes (CVE-2026-22608)": call("ctypes", "CDLL", text("libc.so.6")),
    "pydoc.locate": call("pydoc", "locate", text("os.system")),
    "_interpreters (GHSA-6ggj-6f2q-f7mx)": call("_interpreters", "create"),
    "OBJ then POP (GHSA-mxhj-88fx-4pcv)": b"(" + SYSTEM + COMMAND + b"o0N",
    "REDUCE then POP": call("os", "system", COMMAND) + b"0N",
    "INST": b"(" + COMMAND + b"ios\nsystem\n",
    "dotted name (GHSA-5j3x-jp52-966f)": b"\x80\4" + text("numpy") + text("os.system") + b"\x93",
    "dotted, audited module": b"\x80\4" + text("sklearn.base") + text("sys.modules") + b"\x93",
    "partial of system": call("functools", "partial", SYSTEM, COMMAND),
    "partial, its state": call("functools", "partial", glob("builtins", "len"))
    + b"(" + SYSTEM + b"(" + COMMAND + b"t}Ntb",
    "partial of partial, called": call("functools", "partial", PARTIAL, SYSTEM) + b")R",
    "partial of getattr, called": call("functools", "partial", glob("builtins", "getattr"))
    + b"(" + glob("builtins", "dict") + text("x") + b"tR",
    "methodcaller": call("operator", "methodcaller", text("system"), COMMAND),
    "attrgetter": call("operator", "attrgetter", text("system")),
    "itemgetter over modules": call("operator", "itemgetter", text("os"))
    + glob("sys", "modules")
    + b"\x85R",
    "itemgetter, called": call("operator", "itemgetter", b"K\0") + b"(K\0t\x85R",
    "map": call("builtins", "map", SYSTEM, b"(" + COMMAND + b"l"),
    "getattr of a module": got(glob("numpy", "f2py"), text("x")),
    "getattr of a dunder": got(SVC, text("__init__")),
    "getattr of an object": got(new("sklearn.svm._classes", "SVC"), text("fit")),
    "getattr by a made name": got(glob("collections", "Counter"), b")"),
    "getattr, called": got(SVC, text("fit")) + b")R",
    "getattr, built": got(SVC, text("fit")) + b"}b",
    "BUILD on a function": build(glob("numpy", "size"), ("__builtins__", b"}")),
    "numpy's builtins (modelscan#330)": build(glob("numpy", "mean"), ("__builtins__", b"}"))
    + glob("numpy", "__builtins__.eval") + text("1") + b"\x85R",
    "BUILD on an audited class": build(SVC, ("__setstate__", SYSTEM)),
    "BUILD on a module's name": build(glob("sklearn", "svm"), ("x", b"N")),
    "BUILD on a ufunc": build(glob("numpy", "log1p"), ("x", b"N")),
    "items into a class": glob("collections", "Counter") + text("a") + b"Ns",
    "FortranFile, called": FORTRAN + b"(" + text("out") + text("w") + b"tR",
    "FortranFile, made": FORTRAN + b")\x81",
    "numpy.load": call("numpy", "load", text("other.npy")),
    "numpy.fromfile": call("numpy", "fromfile", text("secret")),
    "numpy.memmap": call("numpy", "memmap", text("secret")),
    "numpy.distutils": call("numpy.distutils.exec_command", "exec_command", COMMAND),
    "numpy.testing.runstring": call("numpy.testing", "runstring", text("1"), b"}"),
    "joblib.load": call("joblib", "load", text("other.pkl")),
    "joblib's companion, anywhere": build(
        new("joblib.numpy_pickle_compat", "NDArrayWrapper"), ("filename", text("/tmp/other.npy"))
    ),
    "joblib parallel": call("joblib._parallel_backends", "SafeFunction", SYSTEM),
    "torch.load": call("torch", "load", text("other.pt")),
    "torch.hub": call("torch.hub", "load", text("a/b"), text("c")),
    "unpickle inside": call("pickle", "loads", b"C\1."),
    "pandas.eval": call("pandas", "eval", text("1")),
    "pandas.read_pickle": call("pandas", "read_pickle", text("other.pkl")),
    "pandas index of another class": call("pandas.core.indexes.base", "_new_Index", SYSTEM, b"}"),
    "array of another class": call(ARRAYS, "_reconstruct", SYSTEM, b"K\0\x85", b"C\1b"),
    "masked array of another class": call(
        "numpy.ma.core", "_mareconstruct", SYSTEM, SYSTEM, b")", b"C\1b"
    ),
    "generator of another class": call(RANDOM, "__bit_generator_ctor", SYSTEM),
    "generator by another maker": call(RANDOM, "__randomstate_ctor", text("MT19937"), SYSTEM),
    "ufunc of another module": call("numpy.core", "_ufunc_reconstruct", text("os"), text("system")),
    "ufunc that is no ufunc": call("numpy.core", "_ufunc_reconstruct", text("numpy"), text("load")),
    "another method of a zone": got(glob("zoneinfo", "ZoneInfo"), text("from_file")),
    "zone by no name": got(glob("zoneinfo", "ZoneInfo"), text("_unpickle"))
    + b"(" + SYSTEM + b"K\1tR",
    "tree of another class": call(KD_TREE, "newObj", SYSTEM),
    "tree of a class of another module": call(KD_TREE, "newObj", glob("collections", "Counter")),
    "reconstructor, odd class": remade(SYSTEM, OBJECT, b"N"),
    "reconstructor, odd base": remade(NAMESPACE, SYSTEM, b"N"),
    "reconstructor, base with a constructor": remade(
        NAMESPACE, glob("decimal", "Decimal"), b"N"
    ),
    "defaultdict of system": call("collections", "defaultdict", SYSTEM),
    "defaultdict of an estimator": call("collections", "defaultdict", SVC),
    "estimator by REDUCE": call("sklearn.svm._classes", "SVC"),
    "estimator, keywords": b"\x80\4" + glob("networkx.classes.graph", "Graph") + b")}"
    + text("backend") + text("x") + b"s\x92",
    "estimator, a setter through slots": new("xarray.core.dataarray", "DataArray")
    + b"N}" + text("values") + b"Ns\x86b",
    "scipy's template is executed": build(
        new(STATS, "norm_gen"), ("_parse_arg_template", text("import os"))
    ),
    "scipy's shapes": new(STATS, "norm_gen")
    + b"}" + text("shapes") + text("a: __import__('os')") + b"sN\x86b",
    "a formula is evaluated": build(
        new("statsmodels.base.data", "PandasData"),
        ("restore_design_info", b"\x88"),
        ("formula", text("__import__('os')")),
    ),
    "sympy evaluates text": glob("sympy.core.add", "Add") + text("x") + b"\x85\x81",
    "a fraction that takes all time": call("fractions", "Fraction", text("1e999999999")),
    "codec that is code": call("_codecs", "encode", text("x"), text("rot13")),
    "extension code": b"\x80\2\x82\1",
    "persistent id, built": b"\x80\2Pa\n}b",
    "called result": call("builtins", "set") + b")R",
    "cloudpickle": call("cloudpickle.cloudpickle", "_make_function"),
    "dill": call("dill._dill", "_create_function"),
    "code object": call("types", "CodeType"),
    "function type": call("types", "FunctionType"),
    "a class of __main__": new("__main__", "Prep"),
    "a name with a space": b"\x80\2cnumpy core\nndarray\n",
    "a frame is crossed": pickle.dumps(0, 4)[:2] + b"\x95\x06" + b"\0" * 7 + b"B\7\0\0\0xx"
    + b"0" + call("os", "system", COMMAND),
    "nothing to see, then more": b"N." + call("os", "system", COMMAND),
}  # fmt: skip


@pytest.mark.parametrize("way", WAYS)
def test_no_way_around(tmp_path, way):
    path = tmp_path / "model.pkl"
    path.write_bytes(WAYS[way] + b".")
    assert readers.read(path).opening_runs_code in ("yes", "unknown")


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("suffix", [".bin", ".pt", ".joblib"])
def test_the_suffix_changes_nothing(tmp_path, way, suffix):
    path = tmp_path / f"model{suffix}"
    path.write_bytes(WAYS[way] + b".")
    assert readers.read(path).opening_runs_code in ("yes", "unknown")


@pytest.mark.parametrize("compress", ["gzip", "zlib", "bz2", "lzma"])
def test_compression_hides_nothing(tmp_path, compress):
    path = tmp_path / "model.pkl"
    data = b"\x80\2" + call("os", "system", COMMAND) + b"."
    path.write_bytes(__import__(compress).compress(data))
    found = readers.read(path)
    assert (found.opening_runs_code, found.calls) == ("yes", ("os.system",))


def test_what_follows_an_array_of_objects_is_read(tmp_path):
    np = pytest.importorskip("numpy")
    joblib = pytest.importorskip("joblib")

    class Bad:
        def __reduce__(self):
            import os

            return os.system, ("true",)

    path = tmp_path / "model.joblib"
    joblib.dump({"a": np.array([Bad(), None], dtype=object)}, path)
    found = readers.read(path)
    assert (found.opening_runs_code, found.calls) == ("yes", ("posix.system",))


def test_harmless_neighbours_are_library():
    for data in (
        got(SVC, text("predict")),
        call("functools", "partial", glob("builtins", "len")),
        build(new("sklearn.svm._classes", "SVC"), ("C", b"K\1")),
        call(RANDOM, "__bit_generator_ctor", text("MT19937")),
        call("fractions", "Fraction", text("1/3")),
        call(
            "copyreg",
            "_reconstructor",
            NAMESPACE,
            OBJECT,
            b"N",
        ),
    ):
        assert audited.verdict(pickles.read(data + b".")) == ("library", [])
