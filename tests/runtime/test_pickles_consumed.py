"""More ways round the audited table that were found by loading files for real, each closed since.

Here it is what a library makes of its state or of what it is given: pairs that its `__dict__` is
updated with, a number that is counted from without an end, texts that name a file or a power.
"""

import pickle

import numpy as np
import pandas as pd
import pytest
from opcodes import NONE, START, call, glob, listed, new, number, pairs, text, together
from scipy import sparse

from loadstone.runtime import audited, pickles

NORM = "scipy.stats._continuous_distns", "norm_gen"
TEMPLATE = text("_parse_arg_template"), number(1), text("raise SystemExit"), number(2)
INDEX = "pandas.core.indexes.base", "_new_Index"
OF = glob("pandas.core.indexes.base", "Index")
LETTERS = call("numpy", "dtype", text("U9"))
ENDLESS = call("itertools", "count", number(0), number(0))
STEP = text("_patch_step_function"), glob("torch", "relu")
SGD = "torch.optim.sgd", "SGD"


def unit(name):
    """Return a number with a unit of pint's."""
    powers = new("pint.util", "udict") + text(name) + number(1) + b"s"
    held = together(powers, number(1), glob("builtins", "float"))
    made = new("pint.util", "UnitsContainer") + held + b"b"
    kind = glob("pint.facets.plain.quantity", "PlainQuantity")
    return call("pint", "_unpickle_quantity", kind, number(3), made)


def index(key, value):
    """Return an index of pandas'."""
    held = pairs(text("data"), listed(text("2020-01-01")), text(key), value)
    return call(*INDEX, OF, held)


@pytest.mark.parametrize(
    "made",
    {
        "two keys for a name and its text": new(*NORM)
        + together(pairs(*TEMPLATE), pairs(text("_a"), number(1), text("_b"), number(2)))
        + b"b",
        "two keys beside nothing": new(*NORM) + together(pairs(*TEMPLATE), b"}") + b"b",
        "two keys, one of them twice": new(*NORM)
        + together(pairs(*TEMPLATE[:2], *TEMPLATE), b"}")
        + b"b",
        "pairs for a dictionary": new(*SGD) + listed(together(*STEP)) + b"b",
        "a pair for a dictionary": new(*SGD) + together(together(*STEP)) + b"b",
        "a key for a value": new(*SGD)
        + listed(pairs(STEP[0], number(1), STEP[1], number(2)))
        + b"b",
        "bytes without an end": call("builtins", "bytes", ENDLESS),
        "a size without an end": call("torch", "Size", ENDLESS),
        "a partial without an end": glob("functools", "partial")
        + together(glob("torch", "Size"))
        + b"R"
        + together(ENDLESS)
        + b"R",
        "a power for a unit": unit("9**9**9**9"),
        "a number that is computed": call(
            "pint", "_unpickle_quantity", glob("builtins", "float"), text("9**9**9**9")
        ),
        "the file of a zone": index("dtype", text("datetime64[ns, dateutil//etc/zone]")),
        "the file of a zone for a type": call(
            "pandas", "IntervalDtype", text("datetime64[ns, dateutil//etc/zone]")
        ),
        "the file of a zone, in bytes": index(
            "dtype", call("numpy._core.multiarray", "scalar", LETTERS, b"C\x04a\0\0\0")
        ),
        "an index of a table": call(*INDEX, OF, new("pandas", "DataFrame")),
    }.items(),
    ids=lambda item: item[0],
)
def test_it_is_not_let_through(made):
    assert audited.verdict(pickles.read(START + made[1] + b"."))[0] == "yes"


@pytest.mark.parametrize(
    "made",
    {
        "a distribution as of scipy 1.5": new(*NORM)
        + together(pairs(text("name"), text("n"), text("a"), NONE, text("shapes"), NONE), NONE)
        + b"b",
        "a dictionary": new(*SGD) + pairs(text("defaults"), pairs()) + b"b",
        "a number to count from": new("argparse", "Namespace") + pairs(text("a"), ENDLESS) + b"b",
        "bytes": call("builtins", "bytes", listed(number(1))),
        "a unit": unit("meter"),
        "a zone": index("dtype", text("datetime64[ns, Europe/Paris]")),
        "a label in bytes": index(
            "name", call("numpy._core.multiarray", "scalar", LETTERS, b"C\x04a\0\0\0")
        ),
    }.items(),
    ids=lambda item: item[0],
)
def test_its_neighbour_is(made):
    assert audited.verdict(pickles.read(START + made[1] + b"."))[0] == "library"


def test_matrices_that_are_given_to_code_are_told_of():
    """Indices that lead outside of one make scipy write there, when it goes over the matrix."""
    matrix = pickle.dumps(sparse.csc_matrix(np.eye(2)), 2)[2:-1]
    kept = new("argparse", "Namespace") + pairs(text("a"), matrix) + b"b"
    for made in (matrix, kept):
        assert audited.verdict(pickles.read(START + made + b"."))[0] == "library"
    given = call("builtins", "bytes", matrix)
    assert audited.verdict(pickles.read(START + given + b"."))[0] == "yes"


CODED = pickle.dumps(pd.Categorical(["a", "b"]), 2)[2:-1]
LEVELS = pickle.dumps(pd.MultiIndex.from_tuples([("a", 1)]), 2)[2:-1]


def of_kind(kind, *held):
    return call(*INDEX, glob("pandas.core.indexes.category", kind), pairs(*held))


@pytest.mark.parametrize("coded", [CODED, LEVELS])
def test_what_has_codes_of_its_own_is_told_of_where_code_makes_an_array_of_it(coded):
    """pandas follows what lies at each code, where a code leads outside of the categories."""
    for made in (
        index("dtype", text("object")).replace(listed(text("2020-01-01")), coded),
        of_kind("CategoricalIndex", text("data"), coded, text("dtype"), text("object")),
        of_kind("CategoricalIndex", text("data"), b"]", text("name"), coded),
        call("shapely.strtree", "STRtree", coded, number(9)),
        call("builtins", "bytes", listed(coded)),
        call("pandas.core.indexes.frozen", "FrozenList", coded),
        new("sklearn.isotonic", "IsotonicRegression") + pairs(text("X_thresholds_"), coded) + b"b",
    ):
        assert audited.verdict(pickles.read(START + made + b"."))[0] == "yes"


def test_it_is_kept_elsewhere():
    for made in (
        CODED,
        LEVELS,
        of_kind("CategoricalIndex", text("data"), CODED),
        call("pandas.core.indexes.frozen", "FrozenList", listed(LEVELS)),
        new("argparse", "Namespace") + pairs(text("a"), CODED) + b"b",
        pickle.dumps(pd.DataFrame({"a": pd.Categorical(["a"])}), 2)[2:-1],
        pickle.dumps(pd.Series([1], pd.CategoricalIndex(["a"])), 2)[2:-1],
    ):
        assert audited.verdict(pickles.read(START + made + b"."))[0] == "library"
