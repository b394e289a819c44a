"""What is only kept, beside what would be looked into: names whose rule depends on what is given.

Each chain is made of audited names, and would run a method of a library, or open a file, if it was
let pass; the neighbour of each, which a library writes, is `library`.
"""

import time

import pytest
from tests.runtime.test_pickles_gadgets import (
    KERNEL,
    LINEAR,
    NAMESPACE,
    WORDS,
    build,
    call,
    glob,
    listed,
    new,
    of_objects,
    opens,
    pairs,
    several,
    text,
    typed,
)

from loadstone.runtime import audited, pickles

OBJECT = glob("builtins", "object")
LOCAL = glob("fsspec.implementations.local", "LocalFileSystem")
GRAPH = new("networkx.classes.graph", "Graph")
ARRAY = call("numpy", "dtype", text("f8"), b"\x89", b"\x88")
PLAIN = call("functools", "partial", glob("builtins", "len"))


def remade(module, name):
    """Return an object as protocols 0 and 1 make it."""
    return call("copyreg", "_reconstructor", glob(module, name), OBJECT, b"N")


def kept(function, *args):
    """Return a partial, as Python writes it."""
    state = several(function, several(*args), b"}", b"N")
    return call("functools", "partial", function) + state + b"b"


def framed(*items, **given):
    """Return a frame with a block of objects, as pandas 2 writes it."""
    index = call(
        "pandas.core.indexes.base",
        "_new_Index",
        glob("pandas.core.indexes.range", "RangeIndex"),
        pairs(("start", b"K\0"), ("stop", b"K\1"), ("step", b"K\1")),
    )
    place = call("builtins", "slice", b"K\0", b"K\1", b"K\1")
    block = call("pandas._libs.internals", "_unpickle_block", of_objects(*items), place, b"K\2")
    held = call(
        "pandas.core.internals.managers", "BlockManager", several(block), listed(index, index)
    )
    more = tuple(given.items())
    return build(new("pandas.core.frame", "DataFrame"), ("_mgr", held), *more)


def asked(method):
    """Return what matplotlib would call, in the place where it holds it."""
    calls = b"}" + text("changed") + b"}K\0" + method + b"ss"
    return build(
        new("matplotlib.cbook", "CallbackRegistry"), ("callbacks", calls), ("_cid_gen", b"K\1")
    )


def viewed(graph):
    return build(
        new("networkx.classes.reportviews", "OutEdgeView"), ("_graph", graph), ("_adjdict", b"}")
    )


def output(*args, **pairs_of):
    made = call("transformers.modeling_outputs", "BaseModelOutput", *args)
    return made + b"".join(text(key) + value + b"s" for key, value in pairs_of.items())


# a dictionary whose items are its attributes, so that what numpy, `copy` or Arrow ask it for is
# what the stream puts under that name
RESULT = "scipy.optimize._optimize", "OptimizeResult"
TEXT = call("numpy", "dtype", text("U9"), b"\x89", b"\x88")
NUMBER = call("numpy", "dtype", text("f8"), b"\x89", b"\x88")


def result(**pairs_of):
    return new(*RESULT) + b"".join(text(key) + value + b"s" for key, value in pairs_of.items())


def scalar(dtype, raw):
    return call("numpy._core.multiarray", "scalar", dtype, b"C" + bytes([len(raw)]) + raw)


# what `ModelOutput.__setattr__` asks for the name of a field
_ASKED, _OPENS = "_replace_old_cache_name", glob("numpy", "memmap")


def document(private):
    held = pairs(("page_content", text("x")))
    return build(
        new("langchain_core.documents.base", "Document"),
        ("__dict__", held),
        ("__pydantic_private__", private),
    )


NAMED = {
    "names and what is set under them": output(
        several(text(_ASKED) + _OPENS + b"\x86", text("x") + b"N\x86")
    ),
    "names in a dictionary": output(pairs((_ASKED, _OPENS), ("x", b"N"))),
    "names in a queue": output(
        call("collections", "deque", listed(text(_ASKED) + _OPENS + b"\x86", text("x") + b"N\x86"))
    ),
    "names that are put in": output(**{_ASKED: _OPENS, "x": b"N"}),
    "a method that is copied": new(*RESULT) + text("__deepcopy__") + _OPENS + b"s",
    "a method under a text of numpy's": new(*RESULT)
    + scalar(TEXT, "__array__".encode("utf-32-le"))
    + _OPENS
    + b"s",
    "a method under what is equal to a text": new(*RESULT)
    + build(new("collections", "UserString"), ("data", text("__array__")))
    + _OPENS
    + b"s",
    "a method in a dictionary of protocol 0": call(
        "copyreg",
        "_reconstructor",
        glob(*RESULT),
        glob("builtins", "dict"),
        pairs(("__array__", _OPENS)),
    ),
    "a view of what answers with a function": build(
        new("networkx.classes.reportviews", "OutEdgeDataView"),
        ("viewer", result(_adjdict=b"}", _graph=result(nbunch_iter=_OPENS))),
        ("nbunch", text("x")),
    ),
    "a view that asks for nodes": build(
        new("networkx.classes.reportviews", "OutEdgeDataView"),
        ("viewer", result(_graph=result(nbunch_iter=new("scipy._lib._testutils", "PytestTester")))),
        ("nbunch", text("x")),
    ),
    "what depends on a transform, that is asked": build(
        new("matplotlib.transforms", "Affine2D"),
        (
            "_parents",
            build(
                new("matplotlib.ticker", "Formatter"),
                ("items", new("matplotlib.ticker", "AutoLocator")),
            ),
        ),
    ),
    "what a method of matplotlib's asks": build(
        new("matplotlib.transforms", "Affine2D"),
        (
            "_child",
            build(
                new("matplotlib.ticker", "AutoLocator"), ("axis", result(get_view_interval=_OPENS))
            ),
        ),
    ),
    "a partial that a tensor is made by": build(
        new("scipy.spatial._qhull", "Delaunay"),
        (
            "close",
            call(
                "torch._tensor",
                "_rebuild_from_type_v2",
                glob("functools", "partial"),
                glob("functools", "partial"),
                several(_OPENS, text("x")),
                several(_OPENS, several(text("x")), b"}", b"N"),
            ),
        ),
    ),
    "a function as a number of numpy's": build(
        new("scipy.spatial._qhull", "Delaunay"),
        (
            "close",
            call(
                "numpy.core.multiarray",
                "scalar",
                call("numpy", "dtype", text("O8"), b"\x89", b"\x88"),
                _OPENS,
            ),
        ),
    ),
    "tensors in themselves": output(b"]q\x63h\x63a"),
    "a default that a partial would make": call(
        "collections",
        "defaultdict",
        call("functools", "partial", glob("numpy", "mean"))
        + several(glob("numpy", "mean"), several(WORDS), b"}", b"N")
        + b"b",
    ),
    "a default that makes a file system": call(
        "collections",
        "defaultdict",
        kept(
            glob("fsspec.spec", "make_instance"), glob("numpy", "memmap"), several(text("x")), b"}"
        ),
    ),
    "a default that calls by rule": call(
        "collections", "defaultdict", kept(glob("builtins", "getattr"), LINEAR, text("coef_"))
    ),
    "arguments of a partial that are no tuple": call(
        "functools", "partial", glob("builtins", "len")
    )
    + several(glob("builtins", "len"), WORDS, b"}", b"N")
    + b"b",
    "attributes of a partial that Python looks up": call(
        "functools", "partial", glob("builtins", "len")
    )
    + several(glob("builtins", "len"), b")", b"}", pairs(("__class__", WORDS)))
    + b"b",
    "another file system": call(
        "fsspec.spec",
        "make_instance",
        glob("numpy", "memmap"),
        b")",
        pairs(("filename", text("x"))),
    ),
    "a file system that is given an object": call(
        "fsspec.spec", "make_instance", LOCAL, b")", pairs(("auto_mkdir", NAMESPACE))
    ),
    "a module of protocol 0": build(remade("torch.nn.modules.rnn", "LSTM"), ("_modules", WORDS)),
    "an optimizer of protocol 0": build(
        remade("torch.optim.sgd", "SGD"),
        ("defaults", build(NAMESPACE, ("setdefault", opens("x")))),
    ),
    "iterated, of protocol 0": call(
        "builtins",
        "set",
        build(remade("gensim.models.word2vec", "LineSentence"), ("source", text("x"))),
    ),
    "a key of protocol 0": b"}" + remade("sklearn.gaussian_process.kernels", "RBF") + b"Ns",
    "attributes of protocol 0": call(
        "builtins", "set", build(remade("argparse", "Namespace"), ("__iter__", opens("x")))
    ),
    "a frame's names": framed(LINEAR, _metadata=of_objects(KERNEL)),
    "a frame's attributes": framed(LINEAR, _attrs=WORDS),
    "a block of other code": framed(call("os", "system", text("true"))),
    "an index of objects": call(
        "pandas.core.indexes.base",
        "_new_Index",
        glob("pandas.core.indexes.base", "Index"),
        pairs(("data", of_objects(WORDS))),
    ),
    "blocks as axes": call(
        "pandas.core.internals.managers", "BlockManager", several(), listed(of_objects(WORDS))
    ),
    "geometries": new("geopandas.array", "GeometryArray") + several(WORDS, b"N") + b"b",
    "a projection by a file": new("geopandas.array", "GeometryArray")
    + several(b"N", call("pyproj.crs.crs", "CRS", text("+init=/tmp/x:1")))
    + b"b",
    "a figure": call("plotly.graph_objs._figure", "Figure", pairs(("data", WORDS))),
    "a quantity": call("pint", "_unpickle_quantity", b"N", WORDS),
    "a quantity by another class": call("pint", "_unpickle", glob("os", "system"), text("true")),
    "a span": call("pendulum.duration", "Duration", WORDS),
    "a zone by another method": call(
        "builtins", "getattr", glob("pendulum.tz.timezone", "Timezone"), text("from_file")
    ),
    "packed": new("torch.nn.utils.rnn", "PackedSequence", WORDS, WORDS, b"N", b"N"),
    "what a hull closes": build(
        new("scipy.spatial._qhull", "Delaunay"), ("_qhull", build(NAMESPACE, ("close", opens("x"))))
    ),
    "what a hull closes, that is a value": build(
        new("scipy.spatial._qhull", "ConvexHull"), ("_qhull", ARRAY)
    ),
    "what is called when a hull ends": build(
        new("scipy.spatial._qhull", "Voronoi"),
        ("close", new("scipy.stats._continuous_distns", "norm_gen")),
    ),
    "letters": new("Bio.SeqRecord", "_RestrictedDict") + text("a") + WORDS + b"s",
    "a callback that is hashed": asked(KERNEL),
    "a callback that is a function": asked(glob("numpy", "memmap")),
    "a view of what is no graph": viewed(NAMESPACE),
    "a view of a graph that looks into others": viewed(
        build(new("pgmpy.base.DAG", "DAG"), ("succ", build(NAMESPACE, ("items", opens("x")))))
    ),
    "what is private of a model": document(WORDS),
    "a namespace that is iterated": call(
        "builtins", "set", typed("SimpleNamespace") + pairs(("__iter__", opens("x"))) + b"b"
    ),
    "a moment that is given": build(new("arrow.arrow", "Arrow", WORDS), ("_datetime", b"N")),
    "arguments of an error, as its attribute": build(
        call("builtins", "ValueError"), ("args", WORDS)
    ),
    "the boosters of a list": build(
        new("lightgbm.engine", "CVBooster"), ("__setstate__", opens("x"))
    ),
}


@pytest.mark.parametrize("name", NAMED)
def test_what_is_looked_into_is_refused(name):
    assert audited.verdict(pickles.read(NAMED[name] + b"."))[0] == "yes"


def test_managers_of_one_state_are_judged_in_time_that_grows_with_them():
    count = 4000
    numbers = b"(" + b"K\1" * count + b"lq\0"  # the blocks, and the axes too
    made = new("pandas.core.internals.managers", "SingleBlockManager")
    state = b"(" + listed() + numbers + b"h\0tq\1"
    data = b"\x80\2" + made + state + b"b" + (b"0" + made + b"h\1b") * count + b"."
    stream = pickles.read(data)
    begun = time.process_time()
    assert audited.verdict(stream) == ("library", [])
    assert time.process_time() - begun < 2


@pytest.mark.parametrize(
    "made",
    [
        new("networkx.classes.reportviews", "OutEdgeView"),
        new("matplotlib.cbook", "CallbackRegistry"),
        new("sklearn.linear_model._ridge", "Ridge"),
        remade("argparse", "Namespace"),
    ],
)
def test_objects_of_one_state_are_judged_in_time_that_grows_with_them(made):
    count = 6000
    state = pairs(*((f"k{number}", b"K\1") for number in range(count))) + b"q\1"
    data = b"\x80\2" + made + state + b"b" + (b"0" + made + b"h\1b") * count + b"."
    stream = pickles.read(data)
    begun = time.process_time()
    word, told = audited.verdict(stream)
    assert word == "yes"
    assert [one.partition(" bytes")[2].split(",")[0] for one in told] == [" of fewer"]  # copies
    assert time.process_time() - begun < 2


def test_blocks_that_are_axes_too_are_looked_into():
    shared = listed(of_objects(WORDS)) + b"q\0"
    state = b"(" + listed() + shared + listed() + pairs(("0.14.1", pairs(("axes", b"h\0")))) + b"t"
    made = new("pandas.core.internals.managers", "BlockManager") + state + b"b"
    assert audited.verdict(pickles.read(b"\x80\2" + made + b"."))[0] == "yes"


@pytest.mark.parametrize(
    "data",
    [
        call("collections", "defaultdict", kept(glob("builtins", "int"), text("1"))),
        kept(call("builtins", "getattr", LINEAR, text("predict")), WORDS),
        call("fsspec.spec", "make_instance", LOCAL, b")", pairs(("auto_mkdir", b"\x89"))),
        build(remade("torch.nn.modules.linear", "Linear"), ("_modules", b"}")),
        listed(remade("argparse", "Namespace")),
        framed(LINEAR, WORDS),
        framed(LINEAR, _attrs=b"}"),
        new("geopandas.array", "GeometryArray")
        + several(of_objects(b"C\1b"), call("pyproj.crs.crs", "CRS", text("EPSG:4326")))
        + b"b",
        call("plotly.graph_objs._figure", "Figure", pairs(("data", listed()))),
        call("pint", "_unpickle_quantity", b"N", b"K\1"),
        call("pendulum.duration", "Duration", b"K\1"),
        build(new("scipy.spatial._qhull", "Delaunay"), ("_qhull", b"N")),
        asked(call("builtins", "getattr", new("matplotlib.figure", "Figure"), text("pick"))),
        viewed(GRAPH),
        viewed(build(new("pgmpy.base.DAG", "DAG"), ("cpds", listed(WORDS)))),
        document(b"N"),
        typed("SimpleNamespace") + pairs(("x", WORDS)) + b"b",
        call("builtins", "ValueError", text("bad")) + pairs(("code", b"K\1")) + b"b",
        build(new("lightgbm.engine", "CVBooster"), ("boosters", listed())),
        result(fun=_OPENS),
        build(
            new("networkx.classes.reportviews", "OutEdgeDataView"),
            ("viewer", viewed(GRAPH)),
            ("nbunch", b"N"),
        ),
        call(
            "torch._tensor",
            "_rebuild_from_type_v2",
            glob("torch._utils", "_rebuild_tensor_v2"),
            glob("torch.nn.parameter", "Parameter"),
            several(),
            b"}",
        ),
        build(new("matplotlib.transforms", "Affine2D"), ("_parents", b"}"), ("_mtx", ARRAY)),
        new(*RESULT) + scalar(TEXT, "word".encode("utf-32-le")) + b"Ns",
        new(*RESULT) + scalar(NUMBER, bytes(8)) + b"Ns",
        output(of_objects(b"C\1b"), b"N", several(of_objects(b"C\1b")), logits=b"N"),
    ],
)
def test_what_is_kept_is_library(data):
    assert audited.verdict(pickles.read(data + b".")) == ("library", [])
