"""Chains of audited names: each alone only makes a value, and together they would run more.

What is made is given to code that iterates it, looks an attribute up in it, or hashes it. Those
that can be run with what is installed here are, so that each is known to do what it is told for.
"""

import contextlib
import pickle
import struct
import time

import pytest

from loadstone.runtime import audited, pickles


def glob(module, name):
    return f"c{module}\n{name}\n".encode()


def text(value):
    return b"X" + struct.pack("<I", len(value)) + value.encode()


def call(module, name, *args):
    return glob(module, name) + b"(" + b"".join(args) + b"tR"


def new(module, name, *args):
    return glob(module, name) + b"(" + b"".join(args) + b"t\x81"


def pairs(*held):
    return b"}(" + b"".join(text(key) + value for key, value in held) + b"u"


def build(target, *held):
    return target + pairs(*held) + b"b"


def one(key, value):
    return b"}" + key + value + b"s"


NAMESPACE = new("argparse", "Namespace")
RIDGE = new("sklearn.linear_model._ridge", "Ridge")
NORM = new("scipy.stats._continuous_distns", "norm_gen")
WORDS = build(new("gensim.models.word2vec", "LineSentence"), ("source", text("secret.txt")))
KERNEL = new("sklearn.gaussian_process.kernels", "RBF")  # compares what it holds
INDEX = glob("pandas.core.indexes.base", "Index")


def opens(path, **given):
    """Return a partial that makes a file when it is called, whatever else it is given."""
    made = glob("numpy", "memmap")
    words = pairs(*given.items())
    state = b"(" + made + b"(" + text(path) + text("uint8") + text("w+") + b"K\0t" + words + b"Ntb"
    return call("functools", "partial", made) + state


def listed(*items):
    return b"](" + b"".join(items) + b"e"


def several(*items):
    return b"(" + b"".join(items) + b"t"


def of_objects(*items):
    """Return an array of objects."""
    parts = (glob("numpy", "ndarray"), b"K\0\x85", b"C\1b")
    dtype = call("numpy", "dtype", text("O8"), b"\x89", b"\x88")
    shape = b"K" + bytes([len(items)]) + b"\x85"
    state = several(b"K\1", shape, dtype, b"\x89", listed(*items))
    return call("numpy.core.multiarray", "_reconstruct", *parts) + state + b"b"


def short(data):
    return b"C" + bytes([len(data)]) + data


def typed(word, *args):
    made = call("cloudpickle.cloudpickle", "_builtin_type", text(word))
    return made + b"(" + b"".join(args) + b"tR"


def vocabulary(inner):
    """Return a vocabulary of spaCy's, whose attributes of words a nested pickle holds."""
    parts = (call("spacy.strings", "StringStore", b"]"), b"N", b"N", b"N", short(inner), b"N", b"N")
    return call("spacy.vocab", "unpickle_vocab", *parts)


RESOURCE = new("sklearn_crfsuite._fileresource", "FileResource")
MAPPER = new("sklearn_pandas.dataframe_mapper", "DataFrameMapper")
METRIC = new("torchmetrics.aggregation", "MeanMetric")
GROUPS = call("collections", "defaultdict", glob("nltk.probability", "ConditionalFreqDist"))
LINEAR = new("sklearn.linear_model._base", "LinearRegression")
FEATURES = b"](" + text("a") + b"Nt" + b"a"
CHAINED = build(new("collections", "ChainMap"), ("maps", listed(WORDS)))
COUNTED = build(new("collections", "UserList"), ("data", CHAINED))  # its length iterates the words
MEMMAP = glob("numpy", "memmap")
SHOWN = new("networkx.classes.filters", "show_nodes")  # networkx comes with torch
SYSTEM = "scipy.signal._ltisys"
ISOTONIC = new("sklearn.isotonic", "IsotonicRegression")  # calls `_build_f` when it is filled
LSTM = new("torch.nn.modules.rnn", "LSTM")  # asks for the first weight of its first layer
TESTER = build(new("numpy._pytesttester", "PytestTester"), ("module_name", text("x")))
APPLY = glob("dask.utils", "apply")  # calls what it is given


def chains_of_uses(path):
    """Return chains in which what is used is no call of the stream's own."""
    bad = opens(path, shape=b"K\1\x85")
    printed = build(NAMESPACE, ("_get_args", bad))
    items = build(NAMESPACE, ("items", bad))
    keys = build(NAMESPACE, ("keys", bad))
    ordered = build(call("collections", "OrderedDict"), ("keys", bad))
    hooks = several(b"}", keys, b"}", b"}") + b"."
    system = build(new(SYSTEM, "StateSpace"), ("to_tf", MEMMAP))
    table = build(new("pandas.core.series", "Series"), ("astype", MEMMAP))
    return {
        "what a partial calls iterates": call("functools", "partial", glob("builtins", "set"))
        + several(WORDS)
        + b"R",
        "a method that items are put in with": build(
            call("collections", "Counter"), ("extend", opens(path))
        )
        + listed(b"K\1")[1:],
        "the same, of a list": build(new("nltk.tree", "Tree"), ("extend", bad)) + b"(K\1e",
        "the same, by an item": new("easydict", "EasyDict") + text("extend") + bad + b"s(K\1e",
        "a dictionary that is copied": new("easydict", "EasyDict") + text("a") + ordered + b"s",
        "a dictionary is updated with a list": new("imblearn.over_sampling._smote.base", "SMOTE")
        + listed(WORDS)
        + b"b",
        "slots that are an object": SHOWN + several(b"N", items) + b"b",
        "a state that is asked for its truth": SHOWN + several(COUNTED, b"N") + b"b",
        "what wraps a method": build(METRIC, ("_wrap_update", bad)),
        "a hook that is asked for its truth": build(
            new("torch.nn.modules.module", "_WrappedHook"), ("hook", b"N"), ("with_module", COUNTED)
        ),
        "the text of a list": call(
            "copyreg",
            "_reconstructor",
            glob("torch.torch_version", "TorchVersion"),
            glob("builtins", "str"),
            listed(printed),
        ),
        "objects that are sorted": build(
            new("sklearn.isotonic", "IsotonicRegression"),
            ("X_thresholds_", of_objects(COUNTED, COUNTED)),
        ),
        "objects that are iterated": call(
            "nltk.probability", "ConditionalFreqDist", of_objects(WORDS)
        ),
        "a method of its own that a hook calls": build(
            new("sklearn.isotonic", "IsotonicRegression"),
            ("_build_f", MEMMAP),
            ("X_thresholds_", text(path)),
            ("y_thresholds_", text("uint8")),
        ),
        "the same, by a name of numpy's": build(
            new("sklearn.isotonic", "IsotonicRegression"),
            ("_build_f", call("numpy.core", "_ufunc_reconstruct", text("numpy"), text("memmap"))),
        ),
        "a class that opens a file, as a default": build(
            LSTM, ("_all_weights", listed(call("collections", "defaultdict", bad)))
        ),
        "the same, of a type": build(
            LSTM, ("all_weights", listed(call("collections", "defaultdict", MEMMAP)))
        ),
        "names of weights that are compared": build(
            LSTM, ("all_weights", listed(listed(text("a")))), ("_flat_weights_names", CHAINED)
        ),
        "a number that is added to": build(NORM, ("numargs", COUNTED)),
        "an object that is called": build(ISOTONIC, ("_build_f", TESTER)),
        "the same, among values": build(ISOTONIC, ("X_thresholds_", listed(TESTER))),
        "a function among values": build(ISOTONIC, ("X_thresholds_", listed(APPLY))),
        "a class among values": build(
            ISOTONIC, ("X_thresholds_", listed(glob("gensim.models.word2vec", "LineSentence")))
        ),
        "what is printed, among values": build(
            ISOTONIC, ("X_thresholds_", listed(glob("builtins", "print")))
        ),
        "a function that a call is given": call(
            "pandas.core.indexes.base", "_new_Index", INDEX, pairs(("data", listed(APPLY)))
        ),
        "a function, as an attribute that numpy asks for": call(
            "river.drift.adwin_c",
            "__pyx_unpickle_AdaptiveWindowing",
            glob("river.drift.adwin_c", "AdaptiveWindowing"),
            b"K\1",
            several(b"K\1", pairs(("__array__", APPLY))),
        ),
        "a handler of errors": build(
            new("matplotlib.cbook", "CallbackRegistry"), ("exception_handler", APPLY)
        ),
        "a layer that is asked for its truth": build(
            new("torch.nn.modules.rnn", "LSTM"), ("bidirectional", COUNTED)
        ),
        "the same, of a distribution": build(NORM, ("_attach_methods", bad)),
        "the same, of an optimizer": build(
            new("torch.optim.sgd", "SGD"), ("_patch_step_function", MEMMAP)
        ),
        "the same, of counts": build(
            new("statsmodels.discrete.discrete_model", "NegativeBinomial"), ("_initialize", bad)
        ),
        "the same, of a series in time": build(
            new("pmdarima.arima.arima", "ARIMA"), ("_warn_for_older_version", bad)
        ),
        "a method of what a hook is given": new(SYSTEM, "TransferFunction", system),
        "a column that is cast": build(
            new("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"),
            ("nodes", table),
        ),
        "a document that is updated": call(
            "spacy.tokens.doc", "unpickle_doc", vocabulary(b"}."), short(hooks), short(b"\0")
        ),
        "what splits words": call(
            "spacy.tokenizer", "Tokenizer", vocabulary(b"}."), one(text(path), b"]"), MEMMAP
        ),
        "a model of words from files": new("tokenizers.models", "BPE", text(path), text(path)),
        "a projection from a file": call("pyproj.crs.crs", "CRS", text("+init=/tmp/x:1")),
        "the same, in a state": build(new("pyproj.crs.crs", "CRS"), ("srs", text("+INIT=x:1"))),
        "the same, in a dictionary": call(
            "pyproj.crs.crs", "CRS", pairs(("init", text("/tmp/x:1")))
        ),
        "the same, of a frame": build(
            new("geopandas.geodataframe", "GeoDataFrame"), ("crs", text("+init=/tmp/x:1"))
        ),
        "an index that names a file": build(
            new("faiss.swigfaiss", "IndexIVFFlat"), ("this", short(b"ilod"))
        ),
        "an expression that may hold a pickle": call(
            "pyarrow._compute",
            "Expression._deserialize",
            call("pyarrow.lib", "py_buffer", short(b"a")),
        ),
        "a type that is printed": new("polars.schema", "Schema") + text("a") + printed + b"s",
        "an item of a branch": new("nltk.tree", "Tree")
        + listed(WORDS)[1:]
        + several(b"K\0", b"K\1")
        + b"K\1s",
        "a transformer that is printed": build(
            MAPPER, ("features", listed(several(text("a"), listed(printed))))
        ),
        "columns that are called": build(
            MAPPER, ("features", listed(several(bad, b"N", b"}", b"K\1")))
        ),
        "a file that is kept, if that is true": build(
            RESOURCE,
            ("name", b"N"),
            ("prefix", text("a")),
            ("suffix", text("")),
            ("keep_tempfiles", COUNTED),
        ),
        "a tensor of a class that fills itself": call(
            "torch._tensor",
            "_rebuild_from_type_v2",
            glob("torch._utils", "_rebuild_tensor_v2"),
            glob("fastai.medical.imaging", "TensorDicom"),
            b")",
            b"}",
        ),
        "another default": call("collections", "defaultdict", glob("builtins", "int"))
        + several(b"N", pairs(("default_factory", bad)))
        + b"b",
        "a value of an enumeration that is printed": build(
            new("uuid", "UUID"), ("int", b"K\1"), ("is_safe", printed)
        ),
        "the same, by a setter": new("formulaic.parser.types.factor", "Factor")
        + several(b"N", pairs(("kind", printed)))
        + b"b",
        "the same, of the properties of a tensor": new(
            "torch.distributed.checkpoint.metadata", "TensorProperties"
        )
        + several(b"N", b"N", b"N", printed, b"N")
        + b"b",
        "numbers of a generator": build(
            call("numpy.random", "__RandomState_ctor"), ("state", WORDS)
        ),
        "what fills masked values": call(
            "numpy.ma.core",
            "_mareconstruct",
            glob("numpy.ma.core", "MaskedArray"),
            glob("numpy", "ndarray"),
            b"K\0\x85",
            b"C\1b",
        )
        + several(b"K\1", b"K\0\x85", b"N", b"\x89", b"C\0", b"C\0", COUNTED)
        + b"b",
        "records that are converted": call(
            "numpy.core.multiarray",
            "_reconstruct",
            glob("numpy", "ndarray"),
            b"K\0\x85",
            b"C\1b",
        )
        + several(
            b"K\1",
            b"K\1\x85",
            call("numpy", "dtype", text("V16")),
            b"\x89",
            listed(several(WORDS, COUNTED)),
        )
        + b"b",
        "a generator that is iterated": call("random", "Random")
        + several(b"K\2", WORDS, b"N")
        + b"b",
        "a key that iterates what it holds": one(
            build(new("river._bandit.base", "Arm"), ("index", CHAINED)), b"N"
        ),
    }


def quantity(*held, module="astropy.units.quantity", name="Quantity", last=None):
    parts = (glob(module, name), b"K\0\x85", b"C\1b")
    numbers = several(
        b"K\1", b"K\1\x85", call("numpy", "dtype", text("f8")), b"\x89", short(b"8" * 8)
    )
    state = several(numbers, pairs(*held)) if last is None else last
    return call("numpy.core.multiarray", "_reconstruct", *parts) + state + b"b"


def parameter(expression):
    state = (text("a"), b"K\1", b"\x88", expression, b"K\0", b"K\2", b"N", b"N", b"N", b"N", b"N")
    return new("lmfit.parameter", "Parameter") + several(*state) + b"b"


def parameters(*held):
    made = call("lmfit.parameter", "Parameters")
    return build(made, ("unique_symbols", b"}"), ("params", listed(*held)))


def unit(cls, names, *held):
    return build(
        call("astropy.units.core", "_recreate_irreducible_unit", cls, names, b"\x88"), *held
    )


IRREDUCIBLE = glob("astropy.units.core", "IrreducibleUnit")
COMPOSITE = build(new("astropy.units.core", "CompositeUnit"), ("_scale", b"K\1"))


def table(column, meta=b"}"):
    columns = call("collections", "OrderedDict") + text("a") + column + b"s"
    return new("astropy.table.table", "Table") + several(columns, meta) + b"b"


def column(meta):
    numbers = (b"K\1", b"K\1\x85", call("numpy", "dtype", text("f8")), b"\x89", short(b"8" * 8))
    told = several(text("a"), b"N", b"N", b"N", meta, b"]")
    last = several(*numbers, told)
    return quantity(module="astropy.table.column", name="Column", last=last)


FIGURE = new("matplotlib.figure", "Figure")
TEXT = new("matplotlib.text", "Text")
FORMATTER = new("matplotlib.ticker", "FuncFormatter")
WRITER = build(new("matplotlib.animation", "FFMpegWriter"), ("_proc", b"N"))


def bound(thing, name):
    return call("builtins", "getattr", thing, text(name))


# `set_usetex(True)` of a text, whatever else it is given
SETS = (
    call("functools", "partial", bound(TEXT, "_update_props"))
    + several(bound(TEXT, "_update_props"), pairs(("usetex", b"\x88")) + b"\x85", b"}", b"N")
    + b"b"
)


def callbacks(held):
    registry = new("matplotlib.cbook", "CallbackRegistry")
    return build(registry, ("callbacks", one(text("a"), held)), ("_cid_gen", b"K\0"))


def figure(*held):
    told = (("__mpl_version__", text("3.8.0")), ("_restore_to_pylab", b"\x88"))
    return build(FIGURE, *told, *held)


def chains_of_figures():
    """Return figures that would run something when they are opened, or when that draws them."""
    bad = opens("x")
    return {
        "a method of its own": figure(("set_canvas", bad)),
        "what a change calls": figure(("_animated", b"\x89"), ("stale_callback", bad)),
        "the same, by a function": figure(("stale_callback", APPLY)),
        "its version is compared": build(FIGURE, ("__mpl_version__", CHAINED)),
        "a truth that is asked for": figure(("_restore_to_pylab", CHAINED)),
        "it calls what sets others": figure(("set_canvas", SETS)),
        "the same, by a method alone": figure(("set_canvas", bound(TEXT, "_update_props"))),
        "the same, by a change": figure(("_animated", b"\x89"), ("stale_callback", SETS)),
        "the same, by a class": figure(("set_canvas", glob("matplotlib.markers", "MarkerStyle"))),
        "the same, by what writes numbers": figure(
            ("set_canvas", build(FORMATTER, ("func", bound(TEXT, "_internal_update"))))
        ),
        "it is saved": figure(("set_canvas", bound(FIGURE, "savefig"))),
        "it is shown": figure(("set_canvas", bound(FIGURE, "show"))),
        "a function that writes numbers": figure(
            ("texts", listed(build(FORMATTER, ("func", bad))))
        ),
        "the same, that the table knows": figure(
            ("texts", listed(build(FORMATTER, ("func", APPLY))))
        ),
        "a text for LaTeX": figure(("texts", listed(build(TEXT, ("_usetex", b"\x88"))))),
        "the same, by a truth": figure(("texts", listed(build(TEXT, ("_usetex", b"K\1"))))),
        "the same, in a slot": figure(
            ("texts", listed(TEXT + several(b"N", pairs(("_usetex", b"\x88"))) + b"b"))
        ),
        "what writes films": figure(("dpi_scale_trans", WRITER)),
        "a method of that": figure(("set_canvas", bound(WRITER, "finish"))),
        "a font that is looked for": figure(
            ("font", new("matplotlib.font_manager", "FontManager"))
        ),
        "an object of another library": figure(("artists", listed(WORDS))),
        "a callback": callbacks(one(b"K\0", bad)),
        "callbacks that are an object": build(
            new("matplotlib.cbook", "CallbackRegistry"), ("callbacks", CHAINED)
        ),
        "callbacks of a signal that are": callbacks(CHAINED),
        "a partial of another": figure(
            ("stale_callback", call("functools", "partial", APPLY, bad))
        ),
        "a state of a partial of another": figure(
            (
                "stale_callback",
                call("functools", "partial", bound(FIGURE, "pick"))
                + several(APPLY, b")", b"}", b"N")
                + b"b",
            )
        ),
        "neighbours that are an object": build(
            new("matplotlib.axes._axes", "Axes"), ("_shared_axes", CHAINED)
        ),
        "axes of another class": call(
            "matplotlib.axes._subplots",
            "_picklable_subplot_class_constructor",
            glob("gensim.models.word2vec", "LineSentence"),
        ),
        "a norm of another class": call(
            "matplotlib.colors",
            "_create_empty_object_of_class",
            glob("gensim.models.word2vec", "LineSentence"),
        ),
        "patches that are iterated": new("matplotlib.container", "BarContainer", CHAINED),
        "a spine, which is an argument": build(
            new("matplotlib.spines", "Spines"), ("left", new("argparse", "Namespace"))
        ),
    }


def nested(module, name, inner):
    return call("builtins", "getattr", glob(module, name), text(inner))


RAW = new("mne.io.array.array", "RawArray")
FACTOR = ("formulaic.parser.types.factor", "Factor")


def chains_of_quantities():
    """Return chains of objects that fill themselves by what their own methods do."""
    bad = opens("x")
    return {
        "a unit that is an object": quantity(("_unit", COUNTED)),
        "a unit of another kind": quantity(("_unit", new("astropy.samp.hub", "SAMPHubServer"))),
        "a function as a unit": quantity(("_unit", APPLY)),
        "what numpy asks for": quantity(("__array__", text("a"))),
        "a quantity as a value": build(ISOTONIC, ("X_thresholds_", quantity(("_unit", COMPOSITE)))),
        "an array of a class that is unread": quantity(module="mordred._base", name="Descriptor"),
        "a unit made by another class": unit(MEMMAP, listed(text("x"))),
        "names that are an object": unit(IRREDUCIBLE, WORDS),
        "everybody's unit, with a method": unit(IRREDUCIBLE, listed(text("m")), ("_to", bad)),
        "the same, by a public name": unit(IRREDUCIBLE, listed(text("m")), ("to", text("a"))),
        "columns that are objects": table(CHAINED),
        "columns of lists": table(listed(WORDS)),
        "what is copied with a column": table(column(one(text("a"), CHAINED))),
        "what is told of a table": table(column(b"}"), one(text("a"), NAMESPACE)),
        "a text that is evaluated": parameters(parameter(text("open('x','w')"))),
        "what is no parameter": parameters(several(text("a"), b"K\1", b"\x88")),
        "bounds that are compared": parameters(
            new("lmfit.parameter", "Parameter")
            + several(text("a"), *[b"K\1"] * 2, b"N", COUNTED, *[b"N"] * 6)
            + b"b"
        ),
        "functions that a space defines": build(
            new("hyperopt.pyll.base", "Apply"), ("define_params", pairs(("f", APPLY)))
        ),
        "folders that are deleted": build(
            new("flaml.automl.automl", "AutoML"),
            ("preserve_checkpoint", b"\x89"),
            (
                "_trained_estimator",
                build(
                    new("flaml.automl.model", "TransformersEstimator"),
                    ("_ckpt_remains", listed(text("x"))),
                ),
            ),
        ),
        "the same, by a method of an estimator": build(
            new("flaml.automl.automl", "AutoML"),
            (
                "_trained_estimator",
                build(new("flaml.automl.model", "LGBMEstimator"), ("cleanup", bad)),
            ),
        ),
        "the same, set by name": build(
            new("flaml.automl.automl", "AutoML"),
            ("preserve_checkpoint", b"\x89"),
            (
                "_trained_estimator",
                new("flaml.automl.model", "suppress_stdout_stderr")
                + several(b"N", pairs(("cleanup", bad)))
                + b"b",
            ),
        ),
        "signals whose file is deleted": build(
            RAW, ("_data", build(NAMESPACE, ("filename", text("x"))))
        ),
        "the same, of a record": build(
            RAW,
            ("_data", call("numpy._core.multiarray", "scalar", call("numpy", "dtype", text("V8")))),
        ),
        "the same, of signals set by name": RAW + several(b"N", pairs(("_data", NAMESPACE))) + b"b",
        "a class in another, that is none": nested(*FACTOR, "__init__") + several(text("a")) + b"R",
        "a method in a class": nested(*FACTOR, "from_token") + several(text("a")) + b"R",
        "a value of a class in another": nested(*FACTOR, "Kind") + several(CHAINED) + b"R",
        "a class in another, as a function": call(
            "functools", "partial", nested("numpy", "ndarray", "tofile")
        )
        + several(text("x"))
        + b"R",
        "channels that are listed": build(
            new("mne._fiff.meas_info", "Info") + text("bads") + CHAINED + b"s",
            ("_unlocked", b"\x89"),
        ),
    }


def chains(path):
    """Return each chain; those that `RUN` names make a file at the path when they are opened."""
    bad = opens(path)
    held = build(NAMESPACE, ("__array__", bad))
    state = build(NAMESPACE, ("pop", bad))
    return {
        "a state that is an object": RIDGE + state + b"b",
        "a method put under a name that is looked up": build(
            build(NAMESPACE, ("__setstate__", bad)), ("a", b"N")
        ),
        "built twice": build(build(NAMESPACE, ("a", b"N")), ("a", b"N")),
        "built with what it holds": build(
            build(new("sklearn.frozen._frozen", "FrozenEstimator"), ("estimator", NORM)),
            ("_parse_arg_template", text("import os")),
        ),
        "a key that is text by another name": NAMESPACE
        + one(call("numpy.core.multiarray", "scalar", b"N", text("x")), bad)
        + b"b",
        "items that are attributes": new("easydict", "EasyDict")
        + text("__setstate__")
        + bad
        + b"s}b",
        "iterated": call("builtins", "set", WORDS),
        "iterated, by a deque": call("collections", "deque", WORDS),
        "iterated, by NEWOBJ": new("builtins", "frozenset", WORDS),
        "iterated, by the constructor of a dictionary": call(
            "copyreg",
            "_reconstructor",
            glob("collections", "OrderedDict"),
            glob("builtins", "dict"),
            state,
        ),
        "made an array of": call(
            "pandas.core.indexes.base", "_new_Index", INDEX, pairs(("data", held))
        ),
        "made an array of, inside": call(
            "pandas.core.indexes.base", "_new_Index", INDEX, pairs(("data", b"(" + WORDS + b"l"))
        ),
        "defaults of an optimizer": build(
            new("torch.optim.sgd", "SGD"), ("defaults", build(NAMESPACE, ("setdefault", bad)))
        ),
        "submodules of a module": build(new("torch.nn.modules.rnn", "LSTM"), ("_modules", WORDS)),
        "a key with a method of its own": one(KERNEL, b"N"),
        "a key, in a tuple": one(b"(" + KERNEL + b"K\1t", b"N"),
        "a key, of an ordered dictionary": call(
            "collections", "OrderedDict", b"((" + KERNEL + b"Nll"
        ),
        "an item of a set": b"\x80\4\x8f(" + KERNEL + b"\x90",
        "an item of a set, called": call("builtins", "set", b"(" + KERNEL + b"l"),
        "the state of a booster": build(new("xgboost.core", "Booster"), ("handle", state)),
        "its version is compared": build(RIDGE, ("_sklearn_version", WORDS)),
        "a default that a hook would make": build(
            new("sklearn.isotonic", "IsotonicRegression"), ("X_thresholds_", GROUPS)
        ),
        "a type that runs code": typed("FunctionType", b"N", b"}"),
        "a method of a function that is unread": typed("MethodType", glob("os", "system"), b"N"),
        "an array made by something else": call(
            "dill._dill",
            "_create_array",
            glob("numpy", "memmap"),
            b"(" + text("x") + b"t",
            b"N",
            b"N",
        ),
        "what looks like a method, and may be a property": call(
            "builtins", "getattr", LINEAR, text("coef_")
        ),
        "a temporary file elsewhere": build(
            RESOURCE, ("name", b"N"), ("prefix", text("../../x")), ("suffix", text(""))
        ),
        "a file that is deleted": build(
            RESOURCE, ("name", text("x")), ("prefix", text("")), ("suffix", text(""))
        ),
        "features that are iterated": build(MAPPER, ("features", b"]" + WORDS + b"a")),
        "an older file that is unpickled": build(
            new("pmdarima.arima.arima", "ARIMA"), ("tmp_pkl_", text("x"))
        ),
        "a pickle in a pickle": vocabulary(b"cos\nsystem\n."),
        "a function that a vocabulary calls": vocabulary(
            b"}K\1cfunctools\npartial\n(cnumpy\nmemmap\ntRs."
        ),
        "words that are iterated": call("spacy.strings", "StringStore", WORDS),
        "what a metric wraps": build(METRIC, ("update", bad)),
        "a plan that may hold a pickle": new("polars.lazyframe.frame", "LazyFrame")
        + short(b"x")
        + b"b",
        "nodes that are cast": build(
            new("sklearn.ensemble._hist_gradient_boosting.predictor", "TreePredictor"),
            ("nodes", build(NAMESPACE, ("dtype", b"N"), ("astype", bad))),
        ),
    }


RUN = ("a state that is an object", "a method put under a name that is looked up")
RUN_TOO = (
    "a class that opens a file, as a default",
    "a method that items are put in with",
    "the text of a list",
    "slots that are an object",
    "the same, of a distribution",
    "a value of an enumeration that is printed",
)


@pytest.mark.parametrize("name", {**chains(""), **chains_of_uses("")})
def test_no_chain_is_library(name):
    data = {**chains("x"), **chains_of_uses("x")}[name]
    word, calls = audited.verdict(pickles.read(data + b"."))
    assert word == "yes"
    assert calls


@pytest.mark.parametrize("name", chains_of_quantities())
def test_no_chain_of_quantities_is_library(name):
    word, calls = audited.verdict(pickles.read(chains_of_quantities()[name] + b"."))
    assert word == "yes"
    assert calls


@pytest.mark.parametrize("name", chains_of_figures())
def test_no_chain_of_figures_is_library(name):
    word, calls = audited.verdict(pickles.read(chains_of_figures()[name] + b"."))
    assert word == "yes"
    assert calls


@pytest.mark.parametrize("name", RUN_TOO)
def test_what_is_used_would_have_run(name, tmp_path):
    """The loader of joblib is the one in Python, which does what that in C does, and more."""
    for module in ("sklearn", "torch"):
        pytest.importorskip(module)
    path = tmp_path / "made"
    with contextlib.suppress(Exception):
        pickle._loads(chains_of_uses(str(path))[name] + b".")
    assert path.exists()


@pytest.mark.parametrize("name", RUN)
def test_what_is_refused_would_have_run(name, tmp_path):
    pytest.importorskip("sklearn")
    path = tmp_path / "made"
    data = chains(str(path))[name] + b"."
    with pytest.raises(TypeError):
        pickle.loads(data)
    assert path.exists()


@pytest.mark.parametrize(
    "data",
    [
        build(RIDGE, ("alpha", NAMESPACE), ("_sklearn_version", text("1.3.0"))),
        build(RIDGE, ("func", call("functools", "partial", glob("builtins", "len")))),
        call("builtins", "set", b"(" + text("a") + b"K\1l"),
        call("collections", "Counter", one(text("__init__"), b"K\1")),
        call("collections", "defaultdict", glob("builtins", "list")) + text("__eos__") + b"Ns",
        one(call("datetime", "date", b"C\4\x07\xe4\1\1"), b"N"),
        one(b"(" + glob("builtins", "int") + b"K\1t", b"N"),
        one(glob("builtins", "int"), b"N"),
        build(RIDGE, ("groups", GROUPS)),
        typed("slice", b"N", b"K\1", b"N"),
        typed("MethodType", glob("builtins", "len"), RIDGE),
        call("builtins", "getattr", LINEAR, text("predict")),
        build(RESOURCE, ("name", b"N"), ("prefix", text("model")), ("suffix", text(""))),
        build(MAPPER, ("features", FEATURES)),
        build(new("pmdarima.arima.arima", "ARIMA"), ("pkg_version_", text("2.0.4"))),
        vocabulary(b"}K\1cspacy.lang.lex_attrs\nis_stop\ns."),
        build(METRIC, ("value", b"K\1")),
        call("pyproj.crs.crs", "CRS", text("+init=epsg:4326 +type=crs")),
        call("functools", "partial", glob("builtins", "set")) + several(listed(text("a"))) + b"R",
        build(LSTM, ("all_weights", listed(listed(text("weight_ih_l0"))))),
        quantity(("_unit", COMPOSITE)),
        quantity(("_unit", unit(IRREDUCIBLE, listed(text("m")), ("_names", listed(text("m")))))),
        table(column(one(text("a"), text("b"))), pairs(("n", b"K\1"))),
        parameters(parameter(b"N")),
        figure(("stale_callback", b"N"), ("texts", listed(build(TEXT, ("_usetex", b"\x89"))))),
        callbacks(one(b"K\0", bound(FIGURE, "pick"))),
        nested(*FACTOR, "Kind") + several(text("token")) + b"R",
        one(nested(*FACTOR, "Kind") + several(text("token")) + b"R", b"N"),
        build(RIDGE, ("func", call("functools", "partial", APPLY))),  # nothing calls it
        build(ISOTONIC, ("X_thresholds_", listed(glob("numpy", "log")))),
        one(build(new("river._bandit.base", "Arm"), ("index", b"K\1")), b"N"),
        call("nltk.probability", "ConditionalFreqDist", of_objects(several(text("a"), text("b")))),
        new("nltk.tree", "Tree") + listed(text("a"))[1:],
    ],
)
def test_neighbours_are_library(data):
    assert audited.verdict(pickles.read(data + b".")) == ("library", [])


def test_nested_sets_are_judged_in_time_that_grows_with_them():
    def seconds(count):
        made = b"K\1"
        for _ in range(count):
            made += b"\x85q\0000" + glob("builtins", "frozenset") + b"h\0\x85R"
        stream = pickles.read(b"\x80\2" + made + b".")
        begun = time.process_time()
        assert audited.verdict(stream) == ("library", [])
        return time.process_time() - begun

    assert seconds(8000) < 2


def test_keys_are_noted_by_every_opcode():
    made = call("fractions", "Fraction", text("1/3"))
    for data in (
        one(made, b"N"),
        b"}(" + made + b"Nu",
        b"(" + made + b"Nd",
        b"\x80\4\x8f(" + made + b"\x90",
        b"\x80\4(" + made + b"\x91",
        one(b"(" + made + b"t", b"N"),
    ):
        assert len(pickles.read(data + b".").hashed) == 1
    assert pickles.read(b"}(K\1NX\1\0\0\0aNNNu.").hashed == []
