"""Judges the arguments and states of audited globals that are harmless for some of them only."""

from typing import Any, Callable, Dict, List, Tuple

from .audited_arrays import (
    RANDOM,
    is_announced,
    is_array,
    is_array_of_cupy,
    is_array_of_dill,
    is_array_of_jax,
    is_generator,
    is_inertly_filled,
    is_masked_array,
    is_plain_array,
    is_scalar,
    is_ufunc,
)
from .audited_conditions import (
    CONDITIONS,
    are_projections,
    is_module,
    is_whole_of,
    keys_of,
)
from .audited_cython import REMAKES, UPDATERS, are_all_fields, is_updater
from .audited_dill import found_by_dill, listed, named_by_dill, type_word
from .audited_dtypes import is_dtype
from .audited_figures import is_drawing, is_drawn
from .audited_functions import (
    is_function,
    is_named_by_word,
    is_partial,
)
from .audited_libraries import FIGURES, KORNIA, MODELS, OUTPUTS, TIMM
from .audited_loaders import is_loaded_by_gensim
from .audited_methods import is_method
from .audited_objects import are_features, is_seasonal, is_tree_of_nodes, is_uncompiled
from .audited_offsets import (
    NO_OFFSETS,
    is_array_of_pandas,
    is_index,
    is_offset,
    names_a_zone,
)
from .audited_python import (
    are_bytes,
    is_codec,
    is_image,
    is_imported,
    is_in_memory,
    is_message,
    is_signature,
    is_type_of_others,
    is_whole_number,
)
from .audited_quantities import (
    are_parameters,
    is_of_unit,
    is_parameter,
    is_table,
    is_unit,
)
from .audited_spacy import PIPES, is_document, is_pipe, is_vocabulary, sets_slots
from .audited_standard import RULES as STANDARD
from .audited_table import ERRORS, OPTIMIZERS, TABLE, allows, entry_of
from .audited_tables import OFFSETS
from .audited_tensors import (
    is_cast,
    is_convolution,
    is_generator_of_torch,
    is_of_fastai,
    is_of_tensorflow,
    is_output,
    is_packed,
    is_rebuilt,
    is_result,
)
from .audited_torch import RESULTS
from .audited_values import (
    beside_blocks,
    is_block,
    is_inert,
    is_plain_factory,
    pairs_of,
)
from .pickle_arrow import WITHIN
from .pickle_blocks import MANAGERS, PLACED
from .pickle_patterns import COMPILES
from .pickle_patterns import is_read as is_pattern_read
from .pickle_trees import SOUND, TREES
from .pickle_values import (
    Call,
    Global,
    Items,
    Opaque,
    Pairs,
    TupleItems,
    as_partial,
)

__all__ = ["are_audited", "is_audited_partial", "is_partial_kept"]

_TYPES = frozenset(
    [
        "object",
        "dict",
        "list",
        "tuple",
        "set",
        "frozenset",
        "int",
        "long",
        "float",
        "complex",
        "str",
        "unicode",
    ]
)


# their `__init__` sets numbers and containers; nltk 3.10, river 0.26
_DEFAULTS = frozenset(
    [
        *(("nltk.probability", name) for name in ("FreqDist", "ConditionalFreqDist")),
        ("deap.tools.support", "Logbook"),
        *(("river.proba." + name.lower(), name) for name in ("Gaussian", "Multinomial", "Beta")),
        *(("river.stats." + name.lower(), name) for name in ("Mean", "Var", "Count")),
        *(("river.stats." + name, name[:3].title()) for name in ("minimum", "maximum")),
    ]
)


def are_audited(call: Call, func: Global) -> bool:
    """Whether what is called, and what its result is filled with, is harmless."""
    args = list(call.args) if isinstance(call.args, list) else []
    if names_a_zone(func, [call.args, call.kwargs]):
        return False
    if func.name.startswith(REMAKES) and not are_all_fields(call, func):
        return False
    rule = _RULES.get((func.module, func.name))
    if rule is not None:
        return rule(call, args)
    entry = entry_of(func.module, func.name)
    if entry is None or entry.library != "generated":
        return call.how != "new" or _made(call, func)
    return _generated(call, entry.uses)


_NAME = 1000  # letters of a logger's name, of which each part makes another
_BOOSTERS = ("xgboost.core", "lightgbm.basic", "catboost.core")


def _is_freed(call: Call, args: List[Any]) -> bool:
    """Judge a data set of LightGBM's, which frees what its handle points to at its end."""
    return not args and all(
        isinstance(state, Pairs)
        and state.get("_handle") is None
        and state.get("handle") is None
        and all(isinstance(key, str) and key != "_free_handle" for key, _ in state)
        for state in call.states
    )


def _made(call: Call, func: Global) -> bool:
    """Judge an object of a class that was added by hand."""
    if (
        func.module in OPTIMIZERS
        or func.module in _BOOSTERS
        or func.module[:7] in ("pandas.", "polars.")
    ):
        return is_inert(call.args) and is_whole_of(call, "")
    if func.module.startswith("easydict"):  # what is put into it is copied
        return is_inert(call.args) and all(is_inert(value, "easydict") for _, value in call.pairs)
    if not func.module.startswith("torch.nn."):
        return is_inert(call.args)
    return not call.args and is_module(call)


def is_audited_partial(func: Any) -> bool:
    """Whether a `functools.partial` is called whose function may be called with anything."""
    func = as_partial(func)
    if not isinstance(func, Call) or func.path != "functools.partial":
        return False
    args = list(func.args) if isinstance(func.args, list) else []
    kept = args[:1] + [state[0] for state in func.states if is_partial(func, args)]
    return is_partial(func, args) and all(
        allows(item, "call") and (item.module, item.name) not in _RULES for item in kept
    )


def is_partial_kept(call: Call) -> bool:
    """Whether what a partial is called with is harmless for its function."""
    func = as_partial(call.func)
    held = func.args if isinstance(func.args, list) else []
    args = call.args if isinstance(call.args, list) else []
    given = TupleItems([*held[1:], *(beside_blocks(call) if is_block(call) else args)])
    for state in func.states:
        given += state[1:3]
    plain = not (call.states or call.appended or call.added or call.pairs)
    named = [*held[:1], *(state[0] for state in func.states)]
    if any(names_a_zone(func, [given, call.kwargs]) for func in named):
        return False
    return plain and is_inert(given) and is_inert(call.kwargs)


def _generated(call: Call, uses: Any) -> bool:
    """Judge an object of a class whose rule was that NEWOBJ and BUILD run nothing of its own."""
    if "call" in uses and "build" not in uses and len(listed(call)) != 1:
        return False  # an enumeration that is given more makes another class
    more = isinstance(call.kwargs, Pairs) and bool(call.kwargs)
    if more and ("named" not in uses or not is_inert(call.kwargs)):  # fields beside a tuple's items
        return False
    own = getattr(call.func, "module", "").partition(".")[0] if "@own" in uses else ""
    judged = "named" in uses or own == "matplotlib"  # whose own is judged with all that it holds
    if call.how == "new" and not judged and not is_inert(call.args, own):
        return False
    if not all(CONDITIONS[use](call) for use in uses if use[0] == "@"):
        return False
    if not is_loaded_by_gensim(call):
        return False
    # what Cython writes has a `__setstate__` of its own, and so have distributions of scipy's
    filled = not uses.isdisjoint(["slots", "@cython", "@template"])
    return filled or not any(_has_slots(call.path or "", state, uses) for state in call.states)


def _has_slots(path: str, state: Any, uses: Any) -> bool:
    """Whether BUILD would call `setattr`, which runs the setters of properties."""
    if not isinstance(state, TupleItems) or len(state) != 2 or not state[1]:
        return False
    if sets_slots(path, state):
        return False
    return "private" not in uses or not all(
        isinstance(key, str) and key[:1] == "_" for key in keys_of(state[1])
    )


def _factory(call: Call, args: List[Any]) -> bool:
    """Judge a default factory; with one that is not plain the dictionary counts as no value."""
    if call.states:  # they could be another
        return False
    return not args or args[0] is None or _is_factory(args[0])


def _projection(call: Call, _: List[Any]) -> bool:
    """Judge a projection, parsed from a text that names no file."""
    if call.how not in ("reduce", "new") or not is_whole_of(call, ""):
        return False
    return is_inert(call.args) and are_projections([call.args, *call.states])


def _is_factory(item: Any) -> bool:
    """Whether a call without arguments makes a value, or calls a method that the library keeps."""
    if isinstance(item, Call) and (
        item.path == "functools.partial" or type_word(item) == "PartialType"
    ):
        held = [listed(item), *item.states]  # a state names the function and its arguments again
        parts = [part for of in held if isinstance(of, list) for part in of[1:]]
        return all(isinstance(of, list) and of and _is_factory(of[0]) for of in held) and all(
            _is_factory(one) or is_inert(one)
            for part in parts
            for one in (part if isinstance(part, TupleItems) else [part])
        )
    if isinstance(item, Global):
        plain = is_plain_factory(item) or (item.module, item.name) in _DEFAULTS
        kept = not allows(item, "new") and not allows(item, "class")
        judged = (item.module, item.name) in _RULES  # by what it is called with
        return is_function(item) and (plain or (kept and not judged))
    return is_function(item)


def _reconstructor(call: Call, args: List[Any]) -> bool:
    """Judge `copyreg._reconstructor(class, base, state)`, as protocols 0 and 1 have it."""
    uses = ["new"] + ["build"] * bool(call.states)
    uses += ["items"] * bool(call.appended or call.added or call.pairs)
    if len(args) != 3 or not allows(args[0], *uses) or not isinstance(args[1], Global):
        return False
    if args[1].module not in ("builtins", "__builtin__") or args[1].name not in _TYPES:
        return False
    made = Call(args[0], TupleItems(), "new", call.at)
    made.states, made.appended, made.added = call.states, call.appended, call.added
    made.pairs, made.payload = pairs_of(call), call.payload
    return are_audited(made, args[0])


def _signals(call: Call, args: List[Any]) -> bool:
    """Judge signals of mne's, which up to 1.9 delete the file that their data say they lie in."""
    return not args and all(
        isinstance(state, Pairs) and is_plain_array(state.get("_data")) for state in call.states
    )


def _counts(call: Call, args: List[Any]) -> bool:
    """Judge a model of counts, which calls a method of its own and compares a word."""
    plain = all(
        isinstance(state, Pairs)
        and "_initialize" not in keys_of(state)
        and isinstance(state.get("loglike_method", ""), str)
        for state in call.states
    )
    return not args and plain


def _never(_: Call, __: List[Any]) -> bool:
    """Judge what is let pass before it comes here, where it may."""
    return False


def _none(_: Call, args: List[Any]) -> bool:
    return len(args) == 1 and args[0] is None


def _local(_: Call, args: List[Any]) -> bool:
    """Judge a file system that is made: the local one, by words and numbers only."""
    if len(args) != 3 or not isinstance(args[2], Pairs) or args[1]:
        return False
    own = (
        isinstance(args[0], Global)
        and args[0].path == "fsspec.implementations.local.LocalFileSystem"
    )
    return own and not any(isinstance(part, (Items, Opaque)) for pair in args[2] for part in pair)


def _class_beside(call: Call, args: List[Any]) -> bool:
    """Judge a function that makes an object of a class, which has to stand in its own module."""
    func = call.func
    return (
        bool(args)
        and isinstance(func, Global)
        and allows(args[0])
        and args[0].module == func.module
    )


_Rule = Callable[[Call, List[Any]], bool]
_RULES: Dict[Tuple[str, str], _Rule] = {
    **STANDARD,
    ("cloudpickle.cloudpickle", "_builtin_type"): is_named_by_word,
    **{
        (module, name): rule
        for module in ("dill._dill", "dill.dill")
        for name, rule in (
            ("_load_type", is_named_by_word),
            ("_create_array", is_array_of_dill),
            ("_get_attr", lambda call, _: found_by_dill(call) is not None),
            (
                "_create_ftype",
                lambda call, args: (
                    as_partial(call) is not call and is_partial(as_partial(call), args[1:2])
                ),
            ),
            ("_import_module", is_imported),
            (
                "_create_namedtuple",
                lambda call, args: named_by_dill(call) is not None and is_inert(args[3:]),
            ),
        )
    },
    COMPILES.rpartition(".")[::2]: is_pattern_read,
    ("spacy.vocab", "unpickle_vocab"): is_vocabulary,
    ("spacy.tokens.doc", "unpickle_doc"): is_document,
    **{path.rpartition(".")[::2]: is_pipe for path in PIPES},
    # it calls what splits words with each of its rules: methods of patterns only
    ("spacy.tokenizer", "Tokenizer"): lambda _, args: (
        not any(isinstance(item, Global) for item in args)
    ),
    ("sentence_transformers.cross_encoder.model", "CrossEncoder"): lambda call, args: (
        not args and is_module(call)
    ),
    ("lightgbm.basic", "Dataset"): _is_freed,
    ("sentencepiece", "SentencePieceProcessor"): lambda call, _: CONDITIONS["@bytes"](call),
    **{
        ("tensorflow.python.framework." + module, name): is_of_tensorflow
        for module, name in (
            *(("ops", "convert_to_tensor"), ("dtypes", "as_dtype")),
            *(("tensor_shape", "TensorShape"), ("tensor_shape", "Dimension")),
        )
    },
    ("jax._src.array", "_reconstruct_array"): is_array_of_jax,
    ("cupy._core.core", "array"): is_array_of_cupy,
    ("pyarrow.lib", "_restore_array"): lambda call, _: call.payload is WITHIN,
    ("collections", "defaultdict"): _factory,
    ("_io", "BytesIO"): is_in_memory,
    ("_io", "StringIO"): is_in_memory,
    ("array", "_array_reconstructor"): lambda _, args: (
        bool(args) and isinstance(args[0], Global) and args[0].path == "array.array"
    ),
    ("logging", "getLogger"): lambda call, args: (
        all(isinstance(arg, str) and len(arg) <= _NAME for arg in args)
        and len(args) < 2
        and not call.states
        and not call.pairs
    ),
    ("_operator", "getitem"): is_type_of_others,
    ("types", "GenericAlias"): is_type_of_others,
    ("numpy.ma.core", "MaskedConstant"): lambda call, args: not args and not call.states,
    ("inspect", "Signature"): is_signature,
    ("inspect", "Parameter"): lambda call, args: (
        len(args) == 2 and isinstance(args[0], str) and is_inert(args[1]) and not call.kwargs
    ),
    **{
        (f"keras.{place}pickle_utils", "deserialize_model_from_bytecode"): _never
        for place in ("saving.", "src.saving.")
    },
    ("_codecs", "encode"): is_codec,
    ("torch._tensor", "_rebuild_from_type_v2"): is_rebuilt,
    ("fastai.torch_core", "_fa_rebuild_tensor"): is_cast,
    ("fastai.torch_core", "_rebuild_from_type"): lambda call, args: (
        is_rebuilt(call, args) and is_of_fastai(args[1])
    ),
    **{
        ("torch.nn.parameter", f"Uninitialized{kind}"): lambda call, args: (
            not (call.states or call.kwargs) and [type(arg) for arg in args] in ([], [bool])
        )
        for kind in ("Parameter", "Buffer")
    },
    **{("torch.return_types", name): is_result for name in RESULTS.split()},
    ("torch", "ScriptObject"): is_packed,
    ("torch._C", "Generator"): is_generator_of_torch,
    **{
        (f"torch.{place}nn.quantized.modules.conv", f"Conv{count}d"): is_convolution
        for place in ("ao.", "")
        for count in (1, 2, 3)
    },
    ("copyreg", "_reconstructor"): _reconstructor,
    ("copy_reg", "_reconstructor"): _reconstructor,
    ("random", "Random"): is_inertly_filled,
    ("diffusers.configuration_utils", "FrozenDict"): lambda call, args: (
        not args and is_whole_of(call, "")
    ),
    ("geopandas.array", "GeometryArray"): lambda call, _: CONDITIONS["@inert"](call),
    **{(f"statsmodels.tsa.{place}_stl", "STL"): is_seasonal for place in ("stl.", "")},
    **{
        ("kornia.constants", name): lambda call, args: (
            [type(arg) for arg in args] == [int] and not (call.states or call.kwargs)
        )
        for name in ("BorderType", "DType", "DataKey", "Resample", "SamplePadding")
    },
    **{
        (f"kornia.augmentation._2d.intensity.{place}", name): is_uncompiled
        for place, name in KORNIA
    },
    ("nltk.featstruct", "FeatDict"): are_features,
    ("nltk.featstruct", "FeatList"): are_features,
    ("Bio.SeqRecord", "_RestrictedDict"): lambda call, _: is_whole_of(call, ""),
    ("arrow.arrow", "Arrow"): lambda call, _: not call.args and is_whole_of(call, ""),
    ("astropy.units.core", "_recreate_irreducible_unit"): is_unit,
    ("astropy.table.table", "Table"): is_table,
    ("astropy.table.table", "QTable"): is_table,
    ("matplotlib.axes._subplots", "_picklable_subplot_class_constructor"): lambda call, args: (
        len(args) == 1 and is_drawing(args[0]) and allows(args[0], "new") and is_drawn(call)
    ),
    ("matplotlib.colors", "_create_empty_object_of_class"): lambda call, args: (
        len(args) == 1 and is_drawing(args[0]) and allows(args[0], "new") and is_drawn(call)
    ),
    ("lmfit.parameter", "Parameter"): is_parameter,
    ("lmfit.parameter", "Parameters"): are_parameters,
    ("torch.nn.utils.rnn", "PackedSequence"): lambda call, _: is_inert(call.args),
    ("fsspec.spec", "make_instance"): _local,
    **{("pint", f"_unpickle_{kind}"): is_of_unit for kind in ("quantity", "unit", "measurement")},
    ("statsmodels.discrete.discrete_model", "NegativeBinomial"): _counts,
    ("polars.schema", "Schema"): lambda call, _: CONDITIONS["@inert"](call),
    ("builtins", "type"): _none,
    ("__builtin__", "type"): _none,
    ("builtins", "getattr"): is_method,
    ("__builtin__", "getattr"): is_method,
    ("fractions", "Fraction"): is_whole_number,
    ("functools", "partial"): is_partial,
    ("numpy.core.multiarray", "_reconstruct"): is_array,
    ("numpy._core.multiarray", "_reconstruct"): is_array,
    ("numpy.core.multiarray", "scalar"): is_scalar,
    ("numpy._core.multiarray", "scalar"): is_scalar,
    ("numpy.ma.core", "_mareconstruct"): is_masked_array,
    ("numpy", "dtype"): lambda call, args: is_inertly_filled(call, args) and is_dtype(call, args),
    ("numpy.random", "__RandomState_ctor"): is_inertly_filled,
    ("numpy.random.mtrand", "__RandomState_ctor"): is_inertly_filled,
    ("sklearn.tree._tree", "Tree"): is_inertly_filled,
    ("econml.tree._tree", "Tree"): is_inertly_filled,
    ("uuid", "UUID"): is_inertly_filled,
    ("dateutil.tz.tz", "tzoffset"): is_inertly_filled,
    ("numpy.core", "_ufunc_reconstruct"): is_ufunc,
    ("numpy._core", "_ufunc_reconstruct"): is_ufunc,
    (RANDOM, "__randomstate_ctor"): is_generator,
    (RANDOM, "__generator_ctor"): is_generator,
    (RANDOM, "__bit_generator_ctor"): is_generator,
    ("pandas.core.indexes.base", "_new_Index"): is_index,
    ("pandas.indexes.base", "_new_Index"): is_index,
    ("pandas.core.indexes.datetimes", "_new_DatetimeIndex"): is_index,
    ("pandas.core.indexes.period", "_new_PeriodIndex"): is_index,
    ("pandas.core.indexes.timedeltas", "_new_TimedeltaIndex"): is_index,
    ("pandas.core.indexes.interval", "_new_IntervalIndex"): is_index,
    ("pandas._libs.arrays", "__pyx_unpickle_NDArrayBacked"): is_array_of_pandas,
}
for _name in UPDATERS:
    _RULES["arch.univariate.recursions", _name] = is_updater
for _module, _name in MANAGERS:
    _RULES[_module, _name] = lambda call, _: (
        (call.how != "new" or (is_inert(call.args) and is_whole_of(call, "")))
        and (call.payload is PLACED or not (call.args or call.states))
    )
for _module, _name in TREES:
    _RULES[_module, _name] = lambda call, args: (
        is_tree_of_nodes(call, args)
        or (
            is_inert(call.args)
            and is_whole_of(call, "")
            and (call.payload is SOUND or not call.states)
        )
    )
for _module, _names_of in FIGURES.items():
    for _name in _names_of.split():
        _RULES[_module, _name] = lambda call, _: CONDITIONS["@own"](call)
for _module, _name in TABLE:
    if _module in OFFSETS and "build" in TABLE[_module, _name].uses and _name not in NO_OFFSETS:
        _RULES[_module, _name] = is_offset
for _module in ("numpy.linalg", "numpy.linalg.linalg"):
    _RULES[_module, "LinAlgError"] = lambda call, _: is_whole_of(call, "")
for _module in ("mne.io.array.array", "mne.io.array._array"):
    _RULES[_module, "RawArray"] = _signals
for _module in ("joblib.numpy_pickle", "sklearn.externals.joblib.numpy_pickle"):
    _RULES[_module, "NumpyArrayWrapper"] = is_announced
for _module, _names_of in MODELS.items():
    for _name in _names_of.split():
        _RULES[_module, _name] = lambda call, _: not call.args and CONDITIONS["@pydantic"](call)
for _name in ERRORS.split():  # BUILD sets attributes: `args` becomes a tuple
    for _module in ("builtins", "exceptions"):
        _RULES[_module, _name] = lambda call, _: is_whole_of(call, "")
for _name in OUTPUTS.split():
    _RULES["transformers.modeling_outputs", _name] = is_output
for _module in ("scipy.spatial.qhull", "scipy.spatial._qhull"):
    for _name in ("Delaunay", "ConvexHull", "Voronoi", "HalfspaceIntersection"):
        _RULES[_module, _name] = lambda call, _: (
            is_whole_of(call, "")
            and all(
                isinstance(state, Pairs)
                and state.get("_qhull") is None
                and state.get("close") is None  # which would be called at its end
                for state in call.states
            )
        )
for _module, _names_of in TIMM.items():
    for _name in _names_of.split():
        _RULES["timm.optim." + _module, _name] = lambda call, args: (
            not args and is_whole_of(call, "")
        )
for _module, _name in TABLE:
    if _module[:5] == "onnx.":
        _RULES[_module, _name] = is_message
for _module, _name in (
    ("PIL.Image", "Image"),
    ("PIL.JpegImagePlugin", "JpegImageFile"),
    ("PIL.PngImagePlugin", "PngImageFile"),
):
    _RULES[_module, _name] = is_image
_RULES["spacy.tokens._serialize", "unpickle_bin"] = lambda _, args: are_bytes(args)
_RULES["spacy.pipeline._edit_tree_internals.edit_trees", "unpickle_edittrees"] = lambda _, args: (
    are_bytes(args[1:])
)
for _name in ("BPE", "WordPiece", "WordLevel", "Unigram"):  # two texts are files that they read
    _RULES["tokenizers.models", _name] = lambda call, _: CONDITIONS["@bare"](call)
for _module in ("nltk.tree", "nltk.tree.tree"):  # an item by a tuple is put into a branch
    _RULES[_module, "Tree"] = lambda call, _: not call.args and not call.pairs
for _module in ("pyproj.crs.crs", "pyproj.crs"):
    _RULES[_module, "CRS"] = _projection
for _module in (
    "sklearn.neighbors.kd_tree",
    "sklearn.neighbors.ball_tree",
    "sklearn.neighbors._kd_tree",
    "sklearn.neighbors._ball_tree",
    "sklearn.neighbors.dist_metrics",
    "sklearn.neighbors._dist_metrics",
    "sklearn.metrics._dist_metrics",
    "hdbscan.dist_metrics",
):
    _RULES[_module, "newObj"] = _class_beside
for _module in ("numpy.random.bit_generator", "numpy.random._bit_generator"):
    _RULES[_module, "__pyx_unpickle_SeedSequence"] = _class_beside
    _RULES[_module, "__pyx_unpickle_SeedlessSeedSequence"] = _class_beside
