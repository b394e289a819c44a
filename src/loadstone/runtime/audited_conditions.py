"""The conditions that the words of `names/` stand for, and that objects made by hand share.

A class of `names/` may have a method that NEWOBJ or BUILD runs, and that was read: a word that
starts with `@` says what it may be given.
"""

import re
from typing import Any, Callable, Dict, Iterator, List

from .audited_figures import is_drawn
from .audited_own import (
    defines_nothing,
    is_of_einops,
    is_of_flaml,
    is_of_pmdarima,
    is_prior,
    keys_of,
)
from .audited_states import is_text_as_bytes
from .audited_values import (
    MANAGERS,
    beside_blocks,
    class_of,
    fields,
    given,
    holds_codes,
    is_inert,
    names_a_function,
)
from .pickle_values import (
    Blob,
    Call,
    Global,
    Items,
    ListItems,
    Opaque,
    Pairs,
    TupleItems,
    walk,
)

__all__ = ["CONDITIONS", "GETATTR", "are_projections", "is_module", "is_whole_of", "keys_of"]

# graphs of networkx's kind, which its views keep; up to 2.8 they look `succ` and `pred` up in them
_GRAPHS = frozenset(
    [
        *(("pgmpy.base.DAG", name) for name in ("DAG", "PDAG")),
        *(
            ("pgmpy.models." + name, name)
            for name in (
                *("BayesianModel", "BayesianNetwork", "DiscreteBayesianNetwork", "NaiveBayes"),
                *("DiscreteMarkovNetwork", "MarkovModel", "MarkovNetwork", "FactorGraph"),
                *("LinearGaussianBayesianNetwork", "JunctionTree", "ClusterGraph"),
            )
        ),
        *((module, "RAG") for module in ("skimage.graph._rag", "skimage.future.graph.rag")),
    ]
)
# classes of scikit-learn's that all have `fit` or `transform`
_TRANSFORMERS = (
    r"sklearn\.preprocessing\.(_?(data|label|encoders|discretization|imputation|polynomial))?\.?"
    r"(Binarizer|FunctionTransformer|Imputer|KBinsDiscretizer|Label(Binarizer|Encoder)|MaxAbsScaler"
    r"|MinMaxScaler|MultiLabelBinarizer|Normalizer|OneHotEncoder|OrdinalEncoder|PolynomialFeatures"
    r"|PowerTransformer|QuantileTransformer|RobustScaler|StandardScaler)\Z"
    r"|sklearn\.impute\.(_base\.)?SimpleImputer\Z"
    r"|sklearn\.feature_extraction\.text\.(Count|Tfidf|Hashing)Vectorizer\Z"
)
GETATTR = ("builtins.getattr", "__builtin__.getattr")
# patterns are compiled when they are first asked for
_SHAPES = r"(?:[A-Za-z_]\w*, ?)*[A-Za-z_]\w*\Z"

# the methods that scipy makes for a distribution from its state, by `exec`: this text and no other
_NAMES = r"(?:[A-Za-z_]\w*, ?)*"
_PARSE = (
    r"\ndef _parse_args\(self, (%(n)s) loc=0(?:, scale=1)?\):\n"
    r"    return \(\1\), loc, (?:scale|1)\n\n"
    r"def _parse_args_rvs\(self, \1 loc=0(?:, scale=1)?, size=None\):\n"
    r"    return self\._argcheck_rvs\(\1 loc, (?:scale|1), size=size\)\n\n"
    r"def _parse_args_stats\(self, \1 loc=0(?:, scale=1)?, moments='mv'\):\n"
    r"    return \(\1\), loc, (?:scale|1), moments\n\Z" % {"n": _NAMES}
)
# what a module of torch looks names up in when it is filled, by its own `__getattr__`
_HELD = ("_parameters", "_buffers", "_modules")
# what it asks and compares then
_ASKED = (
    *("all_weights", "_all_weights", "_flat_weights", "_flat_weights_names"),
    *("bidirectional", "bias", "num_layers", "proj_size"),
)


def is_module(call: Call) -> bool:
    """Whether what a module looks names up in, and what it asks, is Python's own and values."""
    return all(
        isinstance(state, Pairs)
        and all(_is_plainly_held(value) for key, value in state if key in _HELD)
        and all(is_inert(value) for key, value in state if key in _ASKED)
        for state in call.states
    )


def _is_plainly_held(value: Any) -> bool:
    if isinstance(value, Call):
        return value.path == "collections.OrderedDict" and not value.states
    return not isinstance(value, Opaque)


def _is_remade(call: Call) -> bool:
    """Judge what Cython writes for a class: an empty object, filled from a tuple of values."""
    args = list(call.args) if isinstance(call.args, list) else []
    if len(args) != 3 or not isinstance(args[0], Global) or not isinstance(args[1], int):
        return False
    own = (call.path or "").split(".")[0]
    same = args[0].module.split(".")[0] == own
    last = args[2][-1] if isinstance(args[2], Items) and args[2] else None
    if isinstance(last, Call) and not is_inert(last):  # a `__dict__` is updated with it
        return False
    states = [given(call), *map(fields, call.states)]
    return same and all(is_inert(state, own) for state in states)


def _is_of_ngboost(state: Any) -> bool:
    """Whether the classes that a state names, whose methods are called, are ngboost's own."""
    named = ("Dist", "Score", "_basedist", "Manifold")
    if not isinstance(state, Pairs) or isinstance(state.get("K"), Opaque):
        return False
    return not isinstance(state.get("Dist_name"), Opaque) and all(
        isinstance(value, Global) and value.module.split(".")[0] == "ngboost"
        for key, value in state
        if key in named
    )


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) or (
        isinstance(value, Call) and (value.path or "").startswith("numpy.") and is_inert(value)
    )


# methods that scipy calls when it fills a distribution
_ATTACHING = frozenset(
    [
        "_attach_methods",
        "_attach_argparser_methods",
        "_construct_argparser",
        "_construct_doc",
        "_updated_ctor_param",
    ]
)


def _is_template(state: Any) -> bool:
    """Whether a distribution is made by the template alone, or by names that scipy checks."""
    if isinstance(state, TupleItems) and len(state) == 2 and isinstance(state[0], Pairs):
        shapes = state[0].get("shapes")
        made = shapes is None or (isinstance(shapes, str) and bool(re.match(_SHAPES, shapes)))
        keys = keys_of(state[0])
        # a dictionary that is updated with it would take two keys for a name and its value
        plain = all(isinstance(key, str) for key in keys) and len({*keys}) != 2
        return made and plain and is_inert(state)
    if not all(isinstance(key, str) for key in keys_of(state)):
        return False
    if not all(is_inert(value) for key, value in state if key != "vecentropy"):  # which is kept
        return False
    if not _ATTACHING.isdisjoint(keys_of(state)) or not _is_number(state.get("moment_type", 0)):
        return False
    told = [value for key, value in state if key == "_parse_arg_template"]
    return all(isinstance(text, str) and re.match(_PARSE, text) for text in told)


def _is_without_formula(state: Any) -> bool:
    keys = keys_of(state)
    return all(isinstance(key, str) for key in keys) and not any(
        key.startswith("restore_") for key in keys
    )


# filled with blocks, some of which they keep as they are
_FRAMES = MANAGERS | frozenset(
    f"pandas.{place}"
    for place in ("core.frame.DataFrame", "core.series.Series", "DataFrame", "Series")
)


def _is_whole(call: Call) -> bool:
    path = call.path or ""
    if path.startswith("networkx.classes.reportviews.") and path.endswith("EdgeView"):
        return all(map(_is_of_view, call.states)) and not call.pairs
    if path.endswith("EdgeDataView") and not all(map(_is_of_every_node, call.states)):
        return False
    if path.startswith(("matplotlib.", "mpl_toolkits.")):
        return all(map(_is_of_transform, call.states)) and is_drawn(call)
    return is_whole_of(call, path.split(".")[0])


def _is_of_every_node(state: Any) -> bool:
    """Whether a view of edges asks its graph for no nodes, whatever that graph answers with."""
    return isinstance(state, Pairs) and state.get("nbunch") is None


def _is_of_transform(state: Any) -> bool:
    """Whether what depends on a transform, or is next to axes, stands in a dictionary."""
    return isinstance(state, Pairs) and all(
        isinstance(state.get(key, Pairs()), Pairs) for key in ("_parents", "_shared_axes")
    )


def _is_of_view(state: Any) -> bool:
    """Whether what a view of a graph looks into is values, and its graph one that is known."""
    held = [state]
    if isinstance(state, Pairs) and all(isinstance(key, str) for key in keys_of(state)):
        held = [value for key, value in state if key != "_graph" or not _is_graph(value)]
    return not names_a_function(state) and all(is_inert(value, "networkx") for value in held)


def _is_shown(value: Any) -> bool:
    """Whether it is a view of networkx's own, which is judged by itself."""
    made = class_of(value)[0] if isinstance(value, Call) else None
    return isinstance(made, Global) and made.module == "networkx.classes.coreviews"


def _is_graph(value: Any) -> bool:
    """Whether it is a graph of another library, whose dictionaries are Python's own."""
    made = class_of(value)[0] if isinstance(value, Call) else None
    if not isinstance(made, Global) or (made.module, made.name) not in _GRAPHS:
        return False
    looked = ("succ", "pred", "adj", "_succ", "_pred", "_adj")
    return all(isinstance(state, Pairs) for state in value.states) and all(
        isinstance(key, str) and (key not in looked or isinstance(held, Pairs) or _is_shown(held))
        for state in value.states
        for key, held in state
    )


def is_whole_of(call: Call, own: str) -> bool:
    """Whether what an object is filled with and given are values, none under a method's name."""
    values = [value for _, value in call.pairs]
    if any(map(names_a_function, call.states)):
        return False
    if call.path in MANAGERS:
        return all(is_inert(part, own, kept=True) for part in [*beside_blocks(call), *values])
    kept = call.path in _FRAMES
    return all(is_inert(state, own, kept=kept) for state in [*call.states, *values])


def _is_bytes(state: Any) -> bool:
    """Whether it is bytes, alone or beside the settings of what parses them."""
    held = state.get("model_proto") if isinstance(state, Pairs) else state
    return isinstance(held, (bytes, Blob)) or is_text_as_bytes(held)


def _is_of_hook(state: Any) -> bool:
    """Whether what torch asks of a hook's state, if it is true, is a truth."""
    return isinstance(state, Pairs) and isinstance(state.get("with_module"), bool)


def _is_of_features(state: Any) -> bool:
    """Whether what sklearn-pandas iterates is lists."""
    features = state.get("features") if isinstance(state, Pairs) else None
    return isinstance(features, Items) and all(
        # a fourth part is called
        isinstance(item, Items) and len(item) in (2, 3) and _is_transformed(item[1])
        for item in features
    )


def _is_transformed(value: Any) -> bool:
    """Whether it is no list of transformers, or one of those that a pipeline takes unprinted."""
    return not isinstance(value, ListItems) or all(
        isinstance(one, Call)
        and bool(re.match(_TRANSFORMERS, getattr(class_of(one)[0], "path", "")))
        for one in value
    )


def _is_temporary(state: Any) -> bool:
    """Whether a file that is written, and deleted at the end, is a new one among the temporary."""
    if not isinstance(state, Pairs) or state.get("name", "") is not None:
        return False
    words = [state.get("prefix"), state.get("suffix")]
    return is_inert(state) and all(
        isinstance(word, str) and not {"/", "\\"} & set(word) for word in words
    )


def _is_of_callbacks(state: Any) -> bool:
    """Whether what matplotlib would call, and holds weakly, stands by numbers under signals."""
    callbacks = state.get("callbacks", Pairs()) if isinstance(state, Pairs) else None
    return isinstance(callbacks, Pairs) and all(
        isinstance(of, Pairs) and all(isinstance(key, int) for key, _ in of) for _, of in callbacks
    )


def _is_of_pydantic(state: Any) -> bool:
    """Whether the fields of a model, and what is told of them, stand in Python's own containers."""
    return isinstance(state, Pairs) and not any(
        isinstance(value, Opaque)
        for key, value in state
        if not isinstance(key, str) or key[:2] == "__"
    )


def _is_wrapped(state: Any) -> bool:
    """Whether a state has attributes in the place of what torchmetrics wraps, and wraps it with."""
    return not {"update", "compute", "_wrap_update", "_wrap_compute"}.isdisjoint(
        key if isinstance(key, str) else "update" for key in keys_of(state)
    )


# by the words of `names/`
CONDITIONS: Dict[str, Callable[[Call], bool]] = {
    "@inert": lambda call: (
        is_whole_of(call, _beside(call)) and _names_no_file(call) and not _takes_codes(call)
    ),
    "@bare": lambda call: not call.args and not call.kwargs,
    "@hook": lambda call: all(map(_is_of_hook, call.states)),
    "@own": _is_whole,
    "@stateful": lambda call: all(
        all(isinstance(key, str) and key != "_init_state" for key in keys_of(state))
        for state in call.states
    ),
    "@dict": lambda call: all(isinstance(state, Pairs) for state in call.states),
    "@bytes": lambda call: all(map(_is_bytes, call.states)),
    "@cython": _is_remade,
    "@module": is_module,
    "@ngboost": lambda call: all(map(_is_of_ngboost, call.states)),
    "@features": lambda call: all(map(_is_of_features, call.states)),
    "@pmdarima": lambda call: all(map(is_of_pmdarima, call.states)),
    "@norm": lambda call: all("norm_obs_keys" in keys_of(state) for state in call.states),
    "@flaml": lambda call: all(map(is_of_flaml, call.states)),
    "@scope": lambda call: all(map(defines_nothing, call.states)),
    "@temporary": lambda call: all(map(_is_temporary, call.states)),
    "@torchmetrics": lambda call: is_module(call) and not any(map(_is_wrapped, call.states)),
    "@pydantic": lambda call: all(map(_is_of_pydantic, call.states)),
    "@callbacks": lambda call: all(map(_is_of_callbacks, call.states)) and is_drawn(call),
    "@einops": lambda call: all(map(is_of_einops, call.states)),
    "@prior": lambda call: all(map(is_prior, call.states)),
    "@template": lambda call: all(map(_is_template, call.states)),
    "@no-formula": lambda call: all(map(_is_without_formula, call.states)),
}


# what makes PROJ read the file of that name
_FILE = r"(?i)init(?!\W{1,8}(epsg|esri|iau2000):)"


def are_projections(values: List[Any]) -> bool:
    """Whether no text in values makes PROJ read a file."""
    return not any(re.search(_FILE, text) for value in values for text in _texts(value))


def _takes_codes(call: Call) -> bool:
    """Whether an object that may compute with its state holds what pandas looks up by codes."""
    kept = (call.path or "").startswith(("pandas.", "geopandas."))
    return not kept and any(map(holds_codes, call.states))


def _beside(call: Call) -> str:
    """Return the library that has parts which may stand in an object, if there is one."""
    return "implicit" if (call.path or "").startswith("implicit.") else ""


def _names_no_file(call: Call) -> bool:
    """Whether what geopandas parses as a projection names no file."""
    return not (call.path or "").startswith("geopandas.") or are_projections([*call.states])


def _texts(value: Any) -> Iterator[str]:
    inside = [node for node in walk(value) if isinstance(node, Items)]
    yield from (part for node in [[value], *inside] for part in node if isinstance(part, str))
    for node in inside:
        for pair in node if isinstance(node, Pairs) else []:
            if isinstance(pair[0], str):
                yield f"{pair[0]}={pair[1]}"
