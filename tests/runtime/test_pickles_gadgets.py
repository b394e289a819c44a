"""Chains of audited names: each alone only makes a value, and together they would run more.

What is made is given to code that iterates it, looks an attribute up in it, or hashes it. Those
that can be run with what is installed here are, so that each is known to do what it is told for.
"""

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


def opens(path):
    """Return a partial that makes a file when it is called, whatever else it is given."""
    made = glob("numpy", "memmap")
    state = b"(" + made + b"(" + text(path) + text("uint8") + text("w+") + b"K\0t}Ntb"
    return call("functools", "partial", made) + state


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


@pytest.mark.parametrize("name", chains(""))
def test_no_chain_is_library(name):
    word, calls = audited.verdict(pickles.read(chains("x")[name] + b"."))
    assert word == "yes"
    assert calls


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
