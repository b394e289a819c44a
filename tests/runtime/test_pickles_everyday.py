"""Everyday pickles that alarmed when they were first met, and beside each what it is near to.

The neighbour is made of the same names, and would run a method of a library: it is never `library`.
"""

import pickle

import numpy as np
import pytest
from tests.runtime.test_pickles_gadgets import (
    KERNEL,
    NAMESPACE,
    RIDGE,
    WORDS,
    build,
    call,
    glob,
    new,
    pairs,
    several,
    text,
)

from loadstone.runtime import audited, pickles

NUMBER = call("numpy", "dtype", text("f8"), b"\x89", b"\x88")
OBJECTS = call("numpy", "dtype", text("O"), b"\x89", b"\x88")
ARRAY = glob("numpy", "ndarray")
MULTI = "numpy.core._multiarray_umath"


def listed(*items):
    return b"](" + b"".join(items) + b"e"


def verdict(data):
    return audited.verdict(pickles.read(b"\x80\4" + data + b"."))[0]


def masked(dtype, raw, missing=b"N"):
    """Return a masked array, as a search over parameters holds it."""
    empty = several(b"K\0")
    made = call(
        "numpy.ma.core", "_mareconstruct", glob("numpy.ma.core", "MaskedArray"), ARRAY, empty,
        call("_codecs", "encode", text("b"), text("latin1")),
    )  # fmt: skip
    return made + several(b"K\1", several(b"K\1"), dtype, b"\x89", raw, b"C\1\0", missing) + b"b"


def by_dill(module, name, *args):
    """Return a call of a compiled function, as dill names it."""
    held = call("dill._dill", "_import_module", text(module))
    func = call("dill._dill", "_get_attr", held, text(name))
    return func + several(*args) + b"R"


def offset(span):
    """Return an offset of pandas, which looks whether what a span holds is true."""
    state = pairs(("_offset", span), ("n", b"K\1"), ("normalize", b"\x89"), ("months", b"K\1"))
    return call("pandas._libs.tslibs.offsets", "DateOffset", b"K\1") + state + b"b"


def parameter(name):
    """Return a parameter as `inspect` reduces it."""
    made = call("inspect", "Parameter", name, call("inspect", "_ParameterKind", b"K\1"))
    state = pairs(("_default", glob("inspect", "_empty")), ("_annotation", LIST))
    return made + state + b"b"


def mapped(transformers):
    """Return a mapper of sklearn-pandas, which makes pipelines of lists."""
    features = listed(several(text("a"), transformers))
    return build(new("sklearn_pandas.dataframe_mapper", "DataFrameMapper"), ("features", features))


def remade(module, made, *state):
    """Return what Cython writes for a part of a pipeline, and its state."""
    name = "__pyx_unpickle_" + module.rpartition(".")[2].title().replace("_", "")
    of = call(module, name, glob(*made), b"K\1", b"N")
    return of + several(*state) + b"b"


def tensor(kind, state):
    """Return a tensor of a subclass, as torch rebuilds it."""
    made = glob("torch._utils", "_rebuild_tensor_v2")
    return call("torch._tensor", "_rebuild_from_type_v2", made, kind, b")", state)


def packed(name, held):
    """Return weights as kernels take them."""
    state = several(several(held, b"N"), text("__torch__.torch.classes." + name))
    return new("torch", "ScriptObject") + state + b"b"


def packed_cell(weight, kind="quantized_dynamic", bias=None):
    """Return what a recurrent layer computes one step with."""
    bias = TENSOR if bias is None else bias
    state = several(text(kind), listed(bias, bias), b"]", listed(b"K\1"), listed(weight, weight))
    state = several(state, text("__torch__.torch.classes.rnn.CellParamsBase"))
    return new("torch", "ScriptObject") + state + b"b"


def document(inner):
    """Return a document of spaCy's, with a pickle of what was put on it."""
    nested = b"\x80\4" + inner + b"."
    return call(
        "spacy.tokens.doc", "unpickle_doc", b"N", b"C" + bytes([len(nested)]) + nested, b"C\1a"
    )


def image(*parts):
    """Return an image, as Pillow fills it."""
    return new("PIL.Image", "Image") + listed(*parts) + b"b"


def slotted(name, value):
    """Return a model of thinc's, which has slots."""
    return new("thinc.model", "Model") + several(b"N", pairs((name, value))) + b"b"


def typed(word, *args):
    """Return a call of what dill names by a word."""
    return call("dill._dill", "_load_type", text(word)) + several(*args) + b"R"


def named(module, name, *args):
    """Return a named tuple of dill's, as it finds its class."""
    made = call("dill._dill", "_create_namedtuple", text(name), several(text("a")), text(module))
    return made + several(*args) + b"\x81"


SCORE = glob("sklearn.metrics._classification", "accuracy_score")


def partial(kept):
    """Return a partial of dill's, whose state names the function again."""
    return typed("PartialType", SCORE) + several(kept, b")", b"}", b"N") + b"b"


SIZE = several(b"K\1", b"K\1")
TENSOR = call("torch._utils", "_rebuild_tensor_v2")
BASE = glob("fastai.torch_core", "TensorBase")
BOXES = glob("torchvision.tv_tensors._bounding_boxes", "BoundingBoxes")
SENTENCES = ("spacy.pipeline.sentencizer", "Sentencizer")
TEXTS = ("spacy.pipeline.textcat", "TextCategorizer")
LAMB = ("timm.optim.lamb", "Lamb")
EMPTY = several(b"K\0")
INT, LIST, CHARS = glob("builtins", "int"), glob("builtins", "list"), glob("array", "array")
VALUE = build(new("datasets.features.features", "Value"), ("dtype", text("string")))
RANDOM = call("random", "Random")
TENSORFLOW = "tensorflow.python.framework."
NUMBERS = call("numpy.core.multiarray", "_reconstruct", ARRAY, EMPTY, b"C\1b")
DATA = glob("torch_geometric.data.data", "Data")


def tf_shape(part):
    return call(TENSORFLOW + "tensor_shape", "TensorShape", listed(part))


def dimension(value):
    return call(TENSORFLOW + "tensor_shape", "Dimension", value)


def array_by_dill(dtype, held):
    """Return an array that dill makes by one call."""
    made, empty = glob("numpy.core.multiarray", "_reconstruct"), several(ARRAY, EMPTY, b"C\1b")
    state = several(b"K\1", several(b"K\1"), dtype, b"\x89", held)
    return call("dill._dill", "_create_array", made, empty, state, b"N")


def batch(of, *state):
    """Return a batch of graphs of a class."""
    getter = new("torch_geometric.data.batch", "DynamicInheritanceGetter")
    named = several(glob("torch_geometric.data.batch", "Batch"), of)
    return getter + named + b"R" + pairs(*state) + b"b"


PAIRS = {
    "estimators in an array of dill's": (
        array_by_dill(OBJECTS, listed(RIDGE)),
        array_by_dill(NUMBER, listed(WORDS)),
    ),
    "estimators in an array of dill's, which is used": (
        array_by_dill(OBJECTS, listed(RIDGE)),
        call("collections", "Counter", array_by_dill(OBJECTS, listed(RIDGE))),
    ),
    "bytes of dill's for a default": (
        typed("bytearray", b"C\1a"),
        typed("bytearray", WORDS),
    ),
    "a number that is drawn": (
        call("builtins", "getattr", RANDOM, text("gauss")),
        call("builtins", "getattr", RANDOM, text("__class__")),
    ),
    "a number that is drawn, by what another class draws": (
        call("builtins", "getattr", RANDOM, text("gauss")),
        call("builtins", "getattr", RIDGE, text("gauss")),
    ),
    "a tensor of TensorFlow's": (
        call(TENSORFLOW + "ops", "convert_to_tensor", NUMBERS),
        call(TENSORFLOW + "ops", "convert_to_tensor", WORDS),
    ),
    "a tensor of TensorFlow's, of objects": (
        call(TENSORFLOW + "ops", "convert_to_tensor", NUMBERS),
        call(TENSORFLOW + "ops", "convert_to_tensor", array_by_dill(OBJECTS, listed(RIDGE))),
    ),
    "a type of TensorFlow's": (
        call(TENSORFLOW + "dtypes", "as_dtype", text("float32")),
        call(TENSORFLOW + "dtypes", "as_dtype", WORDS),
    ),
    "a shape of TensorFlow's": (
        tf_shape(dimension(b"K\1")),
        tf_shape(build(NAMESPACE, ("__index__", WORDS))),
    ),
    "a dimension of TensorFlow's": (
        dimension(b"N"),
        dimension(build(NAMESPACE, ("__index__", WORDS))),
    ),
    "a batch of graphs": (
        batch(DATA, ("x", TENSOR)),
        batch(glob("torch_geometric.data.batch", "Batch"), ("x", TENSOR)),
    ),
    "a batch of graphs that is filled by names": (
        batch(DATA, ("x", TENSOR)),
        batch(DATA, ("__setstate__", WORDS)),
    ),
    "a metric of graphs, which wraps its own methods": (
        build(new("torch_geometric.metrics.link_pred", "LinkPredPrecision"), ("k", b"K\1")),
        build(
            new("torch_geometric.metrics.link_pred", "LinkPredPrecision"),
            ("_wrap_update", glob("sklearn.metrics._classification", "accuracy_score")),
            ("update", text("x")),
        ),
    ),
    "a forecaster that makes another": (
        new("skforecast.recursive._forecaster_recursive", "ForecasterRecursive"),
        new("skforecast.recursive._forecaster_sarimax", "ForecasterSarimax"),
    ),
    "a polynomial in pieces, whose setter makes an array": (
        new("scipy.interpolate._interpolate", "_PPolyBase")
        + several(b"N", pairs(("_x", b"K\1")))
        + b"b",
        new("scipy.interpolate._interpolate", "_PPolyBase")
        + several(b"N", pairs(("x", WORDS)))
        + b"b",
    ),
    "a state of skforecast's": (
        build(
            new("skforecast.recursive._forecaster_recursive", "ForecasterRecursive"),
            ("__skforecast_tags__", b"}"),
        ),
        build(
            new("skforecast.recursive._forecaster_recursive", "ForecasterRecursive"),
            ("__skforecast__", b"}"),
        ),
    ),
    "estimators under a mask": (
        masked(OBJECTS, listed(RIDGE)),
        masked(OBJECTS, listed(b"N"), missing=WORDS),
    ),
    "numbers under a mask": (masked(NUMBER, b"C\1\0"), masked(NUMBER, WORDS)),
    "a named tuple with more fields": (
        new("scipy.stats._stats_py", "LinregressResult", b"K\1")[:-1]
        + pairs(("intercept_stderr", b"K\1"))
        + b"\x92",
        new("scipy.stats._stats_py", "LinregressResult", b"K\1")[:-1]
        + pairs(("intercept_stderr", WORDS))
        + b"\x92",
    ),
    "an item that is looked up": (
        call("operator", "itemgetter", b"K\1"),
        call("operator", "itemgetter", WORDS),
    ),
    "what looks an item up, kept": (
        listed(call("operator", "itemgetter", b"K\1")),
        build(NAMESPACE, ("f", call("operator", "itemgetter", b"K\1")))
        + call("builtins", "set", build(NAMESPACE)),
    ),
    "an array by dill": (
        by_dill(MULTI, "_reconstruct", ARRAY, EMPTY, b"C\1b"),
        by_dill(MULTI, "_reconstruct", glob("os", "system"), EMPTY, b"C\1b"),
    ),
    "a number by dill": (
        by_dill(MULTI, "scalar", NUMBER, b"C\10" + bytes(8)),
        by_dill("posix", "system", text("echo")),
    ),
    "dill's name of what Python has": (
        by_dill(MULTI, "_reconstruct", ARRAY, EMPTY, b"C\1b"),
        by_dill("collections", "defaultdict", SCORE),
    ),
    "dill's module and another name": (
        by_dill(MULTI, "_reconstruct", ARRAY, EMPTY, b"C\1b"),
        by_dill(MULTI, "fromfile", text("secret.txt")),
    ),
    "bytes in memory": (
        new("_io", "BytesIO") + several(b"C\1a", b"K\0", b"N") + b"b",
        new("_io", "BytesIO") + several(WORDS, b"K\0", b"N") + b"b",
    ),
    "text in memory": (
        new("_io", "StringIO") + several(text("a"), text("\n"), b"K\0", b"N") + b"b",
        new("_io", "StringIO") + several(text("a"), WORDS, b"K\0", b"N") + b"b",
    ),
    "a logger": (
        call("logging", "getLogger", text("a.b")),
        call("logging", "getLogger", WORDS),
    ),
    "numbers of one kind": (
        call("array", "_array_reconstructor", CHARS, text("d"), b"K\3", b"C\10" + bytes(8)),
        call("array", "_array_reconstructor", LIST, text("d"), b"K\3", b"C\10" + bytes(8)),
    ),
    "a list of a type": (
        call("_operator", "getitem", glob("typing", "List"), glob("builtins", "int")),
        call("_operator", "getitem", glob("typing", "List"), text("__import__('os')")),
    ),
    "an item of a typing's name": (
        call("_operator", "getitem", glob("typing", "Dict"), several(INT, INT)),
        call("_operator", "getitem", WORDS, b"K\0"),
    ),
    "a list of a type, called": (
        call("types", "GenericAlias", LIST, several(INT)),
        call("types", "GenericAlias", LIST, several(INT)) + several(WORDS) + b"R",
    ),
    "a missing file": (
        call("builtins", "FileNotFoundError", b"K\2", text("no such file")),
        call("builtins", "FileNotFoundError", b"K\2", WORDS),
    ),
    "the one value that is masked": (
        call("numpy.ma.core", "MaskedConstant"),
        call("numpy.ma.core", "MaskedConstant", WORDS),
    ),
    "an offset of a calendar": (
        offset(new("dateutil.relativedelta", "relativedelta") + pairs(("months", b"K\1")) + b"b"),
        offset(build(NAMESPACE, ("months", WORDS))),
    ),
    "a signature": (
        call("inspect", "Signature", several(parameter(text("a")))),
        call("inspect", "Signature", several(NAMESPACE)),
    ),
    "a parameter": (
        parameter(text("a")),
        parameter(WORDS),
    ),
    "a frozen dictionary": (
        call("flax.core.frozen_dict", "FrozenDict", pairs(("a", b"K\1"))),
        call("flax.core.frozen_dict", "FrozenDict", WORDS),
    ),
    "columns of a data set": (
        call("datasets.features.features", "Features", pairs(("a", VALUE))),
        call("datasets.features.features", "Features", pairs(("a", WORDS))),
    ),
    "a list of transformers": (
        mapped(listed(build(new("sklearn.preprocessing._data", "StandardScaler")))),
        mapped(listed(KERNEL)),
    ),
    "a model of SentencePiece": (
        build(new("sentencepiece", "SentencePieceProcessor"), ("model_proto", b"C\1a")),
        build(new("sentencepiece", "SentencePieceProcessor"), ("model_proto", WORDS)),
    ),
    "a callback that empties itself": (
        build(new("fastai.learner", "Recorder"), ("add_time", b"\x88")),
        build(new("fastai.learner", "Recorder"), ("_init_state", glob("builtins", "print"))),
    ),
    "a Keras model that was not read": (
        new("_io", "BytesIO"),
        call(
            "builtins",
            "getattr",
            glob("keras.src.models.sequential", "Sequential"),
            text("_unpickle_model"),
        )
        + several(new("_io", "BytesIO") + several(b"C\1a", b"K\0", b"N") + b"b")
        + b"R",
    ),
    "another method of a Keras model": (
        glob("keras.src.models.sequential", "Sequential"),
        call(
            "builtins",
            "getattr",
            glob("keras.src.models.sequential", "Sequential"),
            text("from_config"),
        ),
    ),
    "a tensor of fastai's": (
        tensor(BASE, b"N"),
        tensor(BASE, pairs(("data", WORDS))),
    ),
    "a tensor of fastai's, and a property": (
        tensor(BASE, pairs(("img_size", SIZE))),
        tensor(BASE, pairs(("grad", TENSOR))),
    ),
    "a tensor of torchvision's": (
        tensor(BOXES, pairs(("canvas_size", SIZE), ("clamping_mode", text("soft")))),
        tensor(BOXES, pairs(("canvas_size", WORDS))),
    ),
    "a tensor of another of torchvision's": (
        tensor(BOXES, b"}"),
        tensor(glob("torchvision.tv_tensors._tv_tensor", "TVTensor"), b"}"),
    ),
    "a tensor that fastai casts": (
        call("fastai.torch_core", "_fa_rebuild_tensor", BASE, b"K\0", SIZE),
        call("fastai.torch_core", "_fa_rebuild_tensor", glob("gc", "collect"), b"K\0", SIZE),
    ),
    "a tensor of fastai's first versions": (
        call(
            "fastai.torch_core",
            "_rebuild_from_type",
            glob("torch._utils", "_rebuild_tensor_v2"),
            BASE,
            b")",
            b"}",
        ),
        call(
            "fastai.torch_core",
            "_rebuild_from_type",
            glob("torch._utils", "_rebuild_tensor_v2"),
            glob("torch", "Tensor"),
            b")",
            b"}",
        ),
    ),
    "weights that are packed": (
        packed("quantized.LinearPackedParamsBase", TENSOR),
        packed("mine.Runs", TENSOR),
    ),
    "cells of a recurrent layer": (
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR)),
        packed_cell(packed("mine.Runs", TENSOR)),
    ),
    "cells of a recurrent layer, packed before": (
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR)),
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR), "quantized"),
    ),
    "cells of a recurrent layer, of what is packed": (
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR)),
        packed_cell(TENSOR),
    ),
    "cells of a recurrent layer, of tensors": (
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR)),
        packed_cell(packed("quantized.LinearPackedParamsBase", TENSOR), bias=WORDS),
    ),
    "weights that are packed, of tensors": (
        packed("quantized.EmbeddingPackedParamsBase", TENSOR),
        packed("quantized.EmbeddingPackedParamsBase", WORDS),
    ),
    "weights that are packed, whose groups a tensor has": (
        packed("quantized.LinearPackedParamsBase", TENSOR),
        packed("quantized.Conv2dPackedParamsBase", TENSOR),
    ),
    "a convolution of whole numbers": (
        new("torch.ao.nn.quantized.modules.conv", "Conv2d") + several(*[b"K\1"] * 15) + b"b",
        new("torch.ao.nn.quantized.modules.conv", "Conv2d") + several(WORDS, *[b"K\1"] * 14) + b"b",
    ),
    "a convolution of no groups": (
        new("torch.ao.nn.quantized.modules.conv", "Conv2d") + several(*[b"K\1"] * 15) + b"b",
        new("torch.ao.nn.quantized.modules.conv", "Conv2d")
        + several(*[b"K\1"] * 8, b"K\0", *[b"K\1"] * 6)
        + b"b",
    ),
    "numbers of an optimizer, as a default": (
        call(
            "collections",
            "defaultdict",
            glob("torch.amp.grad_scaler", "_refresh_per_optimizer_state"),
        ),
        call(
            "collections",
            "defaultdict",
            glob("torch.hub", "get_dir"),
        ),
    ),
    "a schedule of transformers'": (
        call(
            "functools",
            "partial",
            glob("transformers.optimization", "_get_linear_schedule_with_warmup_lr_lambda"),
        ),
        call("functools", "partial", glob("transformers.optimization", "get_scheduler")),
    ),
    "a generator of torch's": (
        call("torch._C", "Generator", call("torch", "device", text("cpu")))
        + several(b"K\0", b"N", TENSOR)
        + b"b",
        call("torch._C", "Generator", call("torch", "device", text("cpu")))
        + several(b"K\0", b"N", WORDS)
        + b"b",
    ),
    "a generator of torch's that is filled as another": (
        call("torch._C", "Generator") + several(b"K\0", b"K\1", TENSOR) + b"b",
        call("torch._C", "Generator") + pairs(("_cdata", b"K\0")) + b"b",
    ),
    "a part of a pipeline": (
        remade("spacy.pipeline.pipe", SENTENCES, text("a"), pairs(("nlp", RIDGE))),
        remade("spacy.pipeline.pipe", SENTENCES, text("a"), WORDS),
    ),
    "a part of a pipeline and its attributes": (
        remade("spacy.pipeline.trainable_pipe", TEXTS, RIDGE, text("a"), pairs(("x", b"N"))),
        remade("spacy.pipeline.trainable_pipe", TEXTS, pairs(("__class__", WORDS))),
    ),
    "a part of a pipeline of another": (
        remade("spacy.pipeline.pipe", SENTENCES, text("a"), pairs()),
        remade("spacy.pipeline.pipe", ("os", "_Environ"), text("a"), pairs()),
    ),
    "moves of a parser": (
        call(
            "spacy.pipeline._parser_internals.ner",
            "BiluoPushDown",
            call("spacy.strings", "StringStore", listed(text("a"))),
            pairs(),
        ),
        call("spacy.pipeline._parser_internals.ner", "BiluoPushDown", NAMESPACE, WORDS),
    ),
    "a document with its context": (
        document(b"(}}}}Nt"),
        document(b"(}}}}" + WORDS + b"t"),
    ),
    "slots of a model": (
        slotted("_func", glob("thinc.layers.chain", "forward")),
        slotted("global_id", glob("thinc.layers.chain", "forward")),
    ),
    "a default of dill's": (
        call("collections", "defaultdict", call("dill._dill", "_load_type", text("list"))),
        call("collections", "defaultdict", call("dill._dill", "_load_type", text("CodeType"))),
    ),
    "a default of dill's, called": (
        call("dill._dill", "_load_type", text("list")),
        call("dill._dill", "_load_type", text("list")) + several(WORDS) + b"R",
    ),
    "a partial of dill's": (
        partial(SCORE),
        partial(glob("os", "system")),
    ),
    "a partial of dill's, called": (
        partial(SCORE),
        partial(SCORE) + several(WORDS) + b"R",
    ),
    "a partial of dill's, as a default": (
        call("collections", "defaultdict", typed("PartialType", glob("builtins", "int"))),
        call(
            "collections",
            "defaultdict",
            typed("PartialType", glob("sklearn.datasets", "load_iris"), WORDS),
        ),
    ),
    "what dill looks an item up with": (
        typed("ItemGetterType", b"K\1"),
        typed("ItemGetterType", WORDS),
    ),
    "a type of dill's that looks attributes up": (
        typed("ItemGetterType", text("a")),
        typed("AttrGetterType", text("a")),
    ),
    "a named tuple of dill's": (
        named("scipy.stats._stats_py", "LinregressResult", b"K\1"),
        named("os", "terminal_size", b"K\1"),
    ),
    "a named tuple of dill's, and another class": (
        named("scipy.stats._stats_py", "LinregressResult", b"K\1"),
        named("gensim.models.word2vec", "LineSentence", text("secret.txt")),
    ),
    "a data set of LightGBM's": (
        build(new("lightgbm.basic", "Dataset"), ("_handle", b"N"), ("data", RIDGE)),
        build(new("lightgbm.basic", "Dataset"), ("_handle", b"K\1")),
    ),
    "a data set of LightGBM's that is freed": (
        build(new("lightgbm.basic", "Dataset"), ("handle", b"N")),
        build(new("lightgbm.basic", "Dataset"), ("_free_handle", glob("builtins", "len"))),
    ),
    "documents of spaCy's in bytes": (
        call("spacy.tokens._serialize", "unpickle_bin", b"C\1a"),
        call("spacy.tokens._serialize", "unpickle_bin", WORDS),
    ),
    "trees of edits": (
        call(
            "spacy.pipeline._edit_tree_internals.edit_trees",
            "unpickle_edittrees",
            call("spacy.strings", "StringStore", listed(text("a"))),
            b"C\1a",
        ),
        call(
            "spacy.pipeline._edit_tree_internals.edit_trees",
            "unpickle_edittrees",
            WORDS,
            b"C\1a",
        ),
    ),
    "a message": (
        build(call("onnx.onnx_ml_pb2", "ModelProto"), ("serialized", b"C\1a")),
        build(call("onnx.onnx_ml_pb2", "ModelProto"), ("serialized", WORDS)),
    ),
    "a message that is given something": (
        call("onnx.onnx_ml_pb2", "ModelProto"),
        call("onnx.onnx_ml_pb2", "ModelProto", WORDS),
    ),
    "an image": (
        image(b"}", text("L"), SIZE, b"N", b"C\1a"),
        image(b"}", text("L"), SIZE, WORDS, b"C\1a"),
    ),
    "an image with attributes": (
        image(b"}", text("L"), SIZE, b"N", b"C\1a", text("a.png")),
        build(new("PIL.Image", "Image"), ("fp", WORDS)),
    ),
    "an optimizer of timm's": (
        build(new(*LAMB), ("defaults", pairs(("lr", b"K\1"))), ("param_groups", listed())),
        build(new(*LAMB), ("defaults", pairs(("lr", WORDS))), ("param_groups", listed())),
    ),
    "a cross-encoder": (
        build(new("sentence_transformers.cross_encoder.model", "CrossEncoder"), ("_modules", b"}")),
        build(
            new("sentence_transformers.cross_encoder.model", "CrossEncoder"),
            ("_modules", NAMESPACE),
        ),
    ),
    "texts of a variable length": (
        call("numpy._core._internal", "_convert_to_stringdtype_kwargs", b"\x88"),
        call("numpy._core._internal", "_convert_to_stringdtype_kwargs", b"\x88", WORDS),
    ),
}


@pytest.mark.parametrize("name", PAIRS)
def test_everyday_is_library_and_its_neighbour_is_not(name):
    genuine, other = PAIRS[name]
    assert verdict(genuine) == "library"
    assert verdict(other) == "yes"


@pytest.mark.parametrize("protocol", range(6))
def test_masked_objects_of_every_protocol_are_library(protocol):
    value = np.ma.array([1.5, None, "a"], mask=[False, True, False], dtype=object)
    assert audited.verdict(pickles.read(pickle.dumps(value, protocol))) == ("library", [])


def test_what_is_made_for_one_walk_hides_nothing_in_the_next():
    kind = call("_codecs", "encode", text("b"), text("latin1"))
    plain = call("numpy.core.multiarray", "_reconstruct", ARRAY, EMPTY, kind)
    hiding = call("numpy.core.multiarray", "_reconstruct", ARRAY, NAMESPACE, kind)
    assert verdict(listed(*([plain] * 50), hiding)) == "yes"  # it had the place of another


REARRANGE = "einops.layers.torch"


def layer(pattern, lengths=b"}", name="Rearrange", more=b""):
    held = text("pattern") + pattern + text("axes_lengths") + lengths + more
    return glob(REARRANGE, name) + b")\x81}(" + held + b"ub"


NUMBERED = b"}(" + text("p1") + b"K\x08u"


@pytest.mark.parametrize(
    "data",
    [
        layer(text("b c (h p1) -> b (h p1) c"), NUMBERED),
        layer(text("b h d -> b h"), name="Reduce", more=text("reduction") + text("max")),
        call("builtins", "getattr", b"}(" + text("a") + b"K\1u", text("get")),
    ],
)
def test_layers_made_of_a_pattern_and_look_ups_are_of_libraries(data):
    assert verdict(data) == "library"


@pytest.mark.parametrize(
    "data",
    [
        layer(RIDGE),
        layer(text("a" * 2000)),
        layer(text("a b -> b a"), b"}(" + text("a") + RIDGE + b"u"),
        layer(text("b h -> b"), name="Reduce", more=text("reduction") + glob("builtins", "len")),
        layer(text("b h -> b h"), more=text("forward") + glob("builtins", "len")),
        call("builtins", "getattr", b"}(" + text("a") + b"K\1u", text("__class__")),
        call("builtins", "getattr", b"}(" + text("a") + b"K\1u", text("pop")),
    ],
)
def test_layers_of_other_things_are_told(data):
    assert verdict(data) == "yes"


PRIOR = "gpytorch.priors.torch_priors"


def prior(*items):
    return glob(PRIOR, "LogNormalPrior") + b")\x81}(" + b"".join(items) + b"ub"


def test_priors_that_a_buffer_is_named_after_no_table_of_torch_s_are_of_libraries():
    buffers = text("_buffers") + b"}(" + text("_buffered_loc") + b"Nu"
    assert verdict(prior(buffers)) == "library"
    named = text("_buffers") + b"}(" + text("_buffered__forward_hooks") + b"Nu"
    assert verdict(prior(named)) == "yes"
    assert verdict(prior(text("_buffered__forward_hooks") + b"N")) == "yes"
