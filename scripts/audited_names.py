"""Collect the names that pickles of real libraries hold, from the installed libraries themselves.

Run it with the Python of an environment that has them, any Python from 3.6 on:

    python scripts/audited_names.py collect OUT.json sklearn scipy …
    python scripts/audited_names.py merge src/loadstone/runtime/audited_names.txt OUT.json …

A class is taken where making it by NEWOBJ and filling it by BUILD runs no Python of its own, by
what the interpreter itself would look up: `__new__` is a builtin's, and there is no
`__setstate__`, `__setattr__`, `__getattr__`, `__getattribute__` or `__del__` but those of `HOOKS`,
each of which was read in its source. An enumeration is taken to be called with a value, where it
has no `_missing_` of its own. A function is taken to be named, never to be called, and only where
it is a ufunc or stands in `FUNCTIONS` or below `FUNCTIONS_OF`.
"""

# it runs on every Python from 3.6 on, and is no API
# ruff: noqa: ANN001, ANN201, ANN202

import enum
import importlib
import json
import pkgutil
import sys
import types
import warnings

# modules whose classes open files, start servers or run text when they are called
SKIPPED = (
    ".tests", ".test", ".testing", "conftest", "._build_utils", ".setup", ".datasets", ".sandbox",
    ".conftest", ".io", ".cli", ".__main__", ".f2py", ".distutils", ".externals", ".plotting",
    ".examples", "._examples", ".benchmarks", ".sas", ".clipboard", ".server", ".dask", ".spark",
    ".app", ".parsing", ".downloader", ".scripts", ".util.jarray", ".ipython", ".widget",
    ".numpy_pickle", ".numpy_pickle_compat", ".numpy_pickle_utils",
)  # fmt: skip

# hooks that were read: each only fills the object, or looks an attribute up
HOOKS = {
    # drops `_sklearn_version`, warns where it is another, updates `__dict__`
    "sklearn.base.BaseEstimator.__setstate__",
    # as above, and computes an interpolation of its own numbers
    "sklearn.isotonic.IsotonicRegression.__setstate__",
    # a dictionary whose items are read and written as attributes
    "sklearn.utils.Bunch.__setattr__",
    "sklearn.utils._bunch.Bunch.__setattr__",
    "sklearn.datasets.base.Bunch.__setattr__",
    "scipy.optimize.optimize.OptimizeResult.__setattr__",
    "scipy.optimize._optimize.OptimizeResult.__setattr__",
    "scipy._lib._util._RichResult.__setattr__",
    # checks that the bounds of a kernel's parameter are numbers
    "sklearn.gaussian_process.kernels.Hyperparameter.__new__",
    # `.T`, `.A`, `.H`, `.real`, `.imag`, `.size` of a matrix; nothing for other names
    "scipy.sparse.base.spmatrix.__getattr__",
    "scipy.sparse._base.spmatrix.__getattr__",
    "scipy.sparse._base._spbase.__getattr__",
    # makes an object of the same class, and looks whether it has a product of its own
    "scipy.sparse.linalg.interface.LinearOperator.__new__",
    "scipy.sparse.linalg._interface.LinearOperator.__new__",
    # arrays and tables: they fill themselves from blocks, and a column is read as an attribute
    "pandas.core.generic.NDFrame.__setstate__",
    "pandas.core.internals.managers.BlockManager.__setstate__",
    "pandas._libs.internals.BlockManager.__setstate__",
    "pandas.core.arrays.categorical.Categorical.__setstate__",
    "pandas.core.dtypes.dtypes.CategoricalDtype.__setstate__",
    "pandas.core.dtypes.dtypes.DatetimeTZDtype.__setstate__",
    "pandas.core.dtypes.dtypes.PandasExtensionDtype.__setstate__",
    "pandas.core.dtypes.dtypes.IntervalDtype.__setstate__",
    "pandas._libs.internals.BlockManager.__new__",
    "pandas.CategoricalDtype.__setstate__",
    "pandas.DatetimeTZDtype.__setstate__",
    "pandas.IntervalDtype.__setstate__",
    "pandas.StringDtype.__setstate__",
    "pandas.DataFrame.__setstate__",
    # casts the columns of its own array to the sizes of this machine
    "sklearn.ensemble._hist_gradient_boosting.predictor.TreePredictor.__setstate__",
    # an attribute that it lacks is looked up in the estimator that it wraps
    "sklearn.frozen._frozen.FrozenEstimator.__getattr__",
    "lifelines.fitters.coxph_fitter.CoxPHFitter.__getattr__",
    # makes a scorer of its own from the matrix that it fills itself with
    "implicit.nearest_neighbours.ItemItemRecommender.__setstate__",
    # says in other words that there is no such attribute
    "skrub._apply_to_cols.ApplyToCols.__getattr__",
    # fill a dictionary from the one that they are given
    "munch.Munch.__setstate__",
    "munch.DefaultMunch.__setstate__",
    "addict.addict.Dict.__setstate__",
    # no look-up of BUILD comes here, since the class has a `__setstate__`
    "munch.Munch.__setattr__",
    "munch.Munch.__getattr__",
    "munch.DefaultMunch.__setattr__",
    "munch.DefaultMunch.__getattr__",
    "omegaconf.dictconfig.DictConfig.__setattr__",
    "omegaconf.dictconfig.DictConfig.__getattr__",
    "omegaconf.listconfig.ListConfig.__setattr__",
    "omegaconf.listconfig.ListConfig.__getattr__",
    # fills itself; names the types of its keys and values in the words of `typing`
    "omegaconf.base.Node.__setstate__",
    "omegaconf.basecontainer.BaseContainer.__setstate__",
    # warn that the class is deprecated, and make the object
    "mapie.conformity_scores.conformity_scores.ConformityScore.__new__",
    "mapie.conformity_scores.residual_conformity_scores.AbsoluteConformityScore.__new__",
    "mapie.conformity_scores.residual_conformity_scores.GammaConformityScore.__new__",
    "mapie.conformity_scores.residual_conformity_scores.ResidualNormalisedScore.__new__",
    "mapie.estimator.estimator.EnsembleRegressor.__new__",
    "mapie.quantile_regression.MapieQuantileRegressor.__new__",
    "mapie.time_series_regression.MapieTimeSeriesRegressor.__new__",
    # warns, and makes the object
    "sklearn.linear_model._passive_aggressive.PassiveAggressiveClassifier.__new__",
    "sklearn.linear_model._passive_aggressive.PassiveAggressiveRegressor.__new__",
    "sklearn.utils.Bunch.__getattr__",
    "sklearn.utils._metadata_requests.MetadataRequest.__getattr__",
    "scipy.optimize.optimize.OptimizeResult.__getattr__",
    "scipy.optimize._optimize.OptimizeResult.__getattr__",
    "scipy._lib._util._RichResult.__getattr__",
    "pandas.core.generic.NDFrame.__getattr__",
    "pandas.core.generic.NDFrame.__setattr__",
    # sets the attributes of a number
    "uncertainties.core.AffineScalarFunc.__setstate__",
    "uncertainties.core.LinearCombination.__setstate__",
    # take the coordinates of a matrix
    "sparse._coo.core.COO.__setstate__",
    "sparse.numba_backend._coo.core.COO.__setstate__",
    "scipy.sparse._coo._coo_base.__setstate__",
    "scipy.sparse._coo.coo_matrix.__setstate__",
    # take the arrays of a spline or an operator
    "scipy.interpolate._bsplines.BSpline.__setstate__",
    "scipy.interpolate._interpolate.PPoly.__setstate__",
    "scipy.sparse.linalg._interface.LinearOperator.__setstate__",
    # an attribute that it lacks is looked up in the results, terms or coordinates that it wraps
    "statsmodels.base.wrapper.ResultsWrapper.__getattribute__",
    "pygam.terms.MetaTermMixin.__getattr__",
    "pygam.terms.MetaTermMixin.__setattr__",
    "formulaic.utils.structured.Structured.__getattr__",
    "formulaic.utils.structured.Structured.__setattr__",
    "xarray.core.common.AttrAccessMixin.__getattr__",
    "xarray.core.common.AttrAccessMixin.__setattr__",
    "sklearn.utils._bunch.Bunch.__getattr__",
    # updates `__dict__`
    "statsmodels.base.wrapper.ResultsWrapper.__setstate__",
    # makes the object, whatever it is given
    "networkx.classes.graph.Graph.__new__",
    "networkx.classes.digraph.DiGraph.__new__",
    "networkx.classes.multigraph.MultiGraph.__new__",
    "networkx.classes.multidigraph.MultiDiGraph.__new__",
    # keep the dictionaries of a graph
    "networkx.classes.coreviews.AtlasView.__setstate__",
    "networkx.classes.coreviews.UnionAtlas.__setstate__",
    "networkx.classes.coreviews.UnionAdjacency.__setstate__",
    "networkx.classes.reportviews.NodeView.__setstate__",
    "networkx.classes.reportviews.NodeDataView.__setstate__",
    # sets the names of its own patterns
    "nltk.tokenize.punkt.PunktLanguageVars.__setstate__",
    # makes the object of the class, or of its sibling for samples
    "scipy.stats._distn_infrastructure.rv_discrete.__new__",
    "sklearn.base.Bunch.__setstate__",  # ignores the state
    "sklearn.utils.Bunch.__setstate__",  # as above
    "sklearn.utils._bunch.Bunch.__setstate__",  # as above
}

# hooks that are harmless for some states only: the condition that `audited_arguments` checks
CONDITIONS = {
    # runs the text of a template by `exec`
    "scipy.stats._distn_infrastructure.rv_generic.__setstate__": "@template",
    # evaluates the text of a formula
    "statsmodels.base.data.ModelData.__setstate__": "@no-formula",
}

# functions that estimators hold as parameters: none opens, starts or evaluates anything
FUNCTIONS_OF = (
    "sklearn.cluster.",
    "sklearn.decomposition.",
    "sklearn.feature_selection.",
    "sklearn.gaussian_process.",
    "sklearn.metrics.",
    "sklearn.preprocessing.",
)
FUNCTIONS = (
    "gensim.utils.identity",
    "gensim.utils.call_on_class_only",
    "gensim.models.phrases.original_scorer",
    "gensim.models.phrases.npmi_scorer",
    "gensim.models.tfidfmodel.df2idf",
    "gensim.models.tfidfmodel.precompute_idfs",
    "gplearn.functions._protected_division",
    "gplearn.functions._protected_sqrt",
    "gplearn.functions._protected_log",
    "gplearn.functions._protected_inverse",
    "gplearn.functions._sigmoid",
    "gplearn.fitness._weighted_pearson",
    "gplearn.fitness._weighted_spearman",
    "gplearn.fitness._mean_absolute_error",
    "gplearn.fitness._mean_square_error",
    "gplearn.fitness._root_mean_square_error",
    "gplearn.fitness._log_loss",
    "kmodes.util.dissim.matching_dissim",
    "kmodes.util.dissim.euclidean_dissim",
    "kmodes.util.dissim.ng_dissim",
    "kmodes.util.dissim.jaccard_dissim_binary",
    "kmodes.util.dissim.jaccard_dissim_label",
)

LOOKED_UP = ("__setstate__", "__setattr__", "__getattr__", "__getattribute__", "__del__")
ORDER = "cnbis@"  # call, new, build, items, slots, conditions


def _modules(package):
    try:
        root = importlib.import_module(package)
    except ImportError:
        return
    yield root
    for found in pkgutil.walk_packages(
        getattr(root, "__path__", ()), package + ".", lambda _: None
    ):
        dotted = "." + found.name.lower() + "."
        if any(word + "." in dotted for word in SKIPPED):
            continue
        try:
            yield importlib.import_module(found.name)
        except BaseException:  # noqa: BLE001, S112 - a module of another platform, an optional part
            continue


def _owner(cls, name):
    """Return who defines a method, or nothing where only builtins do."""
    for base in cls.__mro__:
        if name in vars(base):
            return None if base.__module__ == "builtins" else base
    return None


def _new(cls):
    """Return what stands against making an object by `cls.__new__`."""
    owner = _owner(cls, "__new__")
    if owner is None:
        return None
    if owner.__module__ == "numpy" and owner.__name__ == "ndarray":
        return None
    made = vars(owner)["__new__"]
    made = getattr(made, "__func__", made)
    if issubclass(owner, tuple) and getattr(made, "__module__", "").startswith("namedtuple_"):
        return None
    named = issubclass(owner, tuple) and hasattr(owner, "_fields") and made.__name__ == "__new__"
    if named and made.__code__.co_filename.startswith("<"):
        return None
    if owner.__module__ == "typing":  # Generic, Protocol: they call `object.__new__`
        return None
    return f"{owner.__module__}.{owner.__qualname__}.__new__"


def _against(cls):
    found = [_new(cls)]
    for name in LOOKED_UP:
        owner = _owner(cls, name)
        if owner is not None:
            found.append(f"{owner.__module__}.{owner.__qualname__}.{name}")
    return [hook for hook in found if hook and hook not in HOOKS and hook not in CONDITIONS]


def _conditions(cls):
    owner = _owner(cls, "__setstate__")
    hook = owner and f"{owner.__module__}.{owner.__qualname__}.__setstate__"
    return [CONDITIONS[hook]] if hook in CONDITIONS else []


def _uses(cls):
    """Return how a class may be used, or what stands against it."""
    if issubclass(cls, enum.Enum):
        owner = _owner(cls, "_missing_")
        ok = owner is None or owner.__module__ == "enum"
        return ("call" if ok else None), []
    if not cls.__flags__ & (1 << 9):  # not a heap type: made in C or Cython
        return None, []
    against = _against(cls)
    if against:
        return None, against
    uses = ["new", "build", *_conditions(cls)]
    if not _has_setters(cls):
        uses.append("slots")
    plain = [base for base in (dict, list, set) if issubclass(cls, base)]
    changed = ("__setitem__", "append", "extend", "add")
    if plain and all(_owner(cls, name) is None for name in changed):
        uses.append("items")
    return " ".join(uses), []


def _has_setters(cls):
    """Whether BUILD could set a property, whose code would run, instead of a slot."""
    held = [value for base in cls.__mro__ for value in vars(base).values()]
    return any(isinstance(value, property) and value.fset for value in held)


def _classes(cls):
    """Yield a class and those that stand inside it."""
    yield cls
    for name, value in sorted(vars(cls).items()):
        if isinstance(value, type) and value.__qualname__ == cls.__qualname__ + "." + name:
            yield from _classes(value)


def _is_function(module, name, value):
    if type(value).__name__ == "ufunc":
        return not name.startswith("_")
    if isinstance(value, types.FunctionType) and value.__module__ == module.__name__:
        dotted = module.__name__ + "." + name
        return module.__name__.startswith(FUNCTIONS_OF) or dotted in FUNCTIONS
    return False


def collect(packages):
    """Return module to name to uses, what stood against the others, and the versions."""
    names, against, versions = {}, {}, {}
    for package in packages:
        for module in _modules(package):
            if module.__name__ == package:
                versions[package] = str(getattr(module, "__version__", ""))
            for name, value in sorted(vars(module).items()):
                if isinstance(value, type) and value.__module__ == module.__name__:
                    if "<" in value.__qualname__ or value.__name__ != name:
                        continue
                    for found in _classes(value):
                        uses, why = _uses(found)
                        if uses is not None:
                            names.setdefault(module.__name__, {})[found.__qualname__] = uses
                        for hook in why[:1]:
                            dotted = module.__name__ + ":" + found.__qualname__
                            against.setdefault(hook, []).append(dotted)
                elif _is_function(module, name, value):
                    names.setdefault(module.__name__, {})[name] = ""
    return {"versions": versions, "names": names, "against": against}


def merge(paths):
    """Return the text of the data file; of two versions' uses, what both allow."""
    merged, refused, versions = {}, set(), {}
    for path in paths:
        with open(path) as file:  # noqa: PTH123 - runs on old Pythons
            told = json.load(file)
        for package, version in told["versions"].items():
            versions.setdefault(package, set()).add(version)
        for module, held in told["names"].items():
            for name, uses in held.items():
                key = (module, name)
                allowed = set(uses.split())
                merged[key] = _both(merged[key], allowed) if key in merged else allowed
        for dotted in (name for names in told["against"].values() for name in names):
            refused.add(tuple(dotted.partition(":")[::2]))
    kept = {key: allowed for key, allowed in merged.items() if key not in refused}
    return _text(kept, versions)


def _both(one, other):
    conditions = {use for use in one | other if use.startswith("@")}
    return (one & other) | conditions


def _text(merged, versions):
    grouped = {}
    for (module, name), allowed in merged.items():
        uses = " ".join(sorted(allowed, key=lambda use: (ORDER.index(use[0]), use)))
        grouped.setdefault((module, uses), []).append(name)
    lines = ["# generated by scripts/audited_names.py: module | uses | names; read from"]
    lines += ["# {} {}".format(name, " ".join(sorted(versions[name]))) for name in sorted(versions)]
    lines += [
        "{}|{}|{}".format(module, uses, " ".join(sorted(names)))
        for (module, uses), names in sorted(grouped.items())
    ]
    return "\n".join(lines) + "\n"


def main():
    """Collect from this environment, or merge what several gave."""
    if len(sys.argv) < 4 or sys.argv[1] not in ("collect", "merge"):
        sys.exit(__doc__)
    out, given = sys.argv[2], sys.argv[3:]
    warnings.simplefilter("ignore")
    if sys.argv[1] == "collect":
        sys.setrecursionlimit(5000)
        text = json.dumps(collect(given), indent=0, sort_keys=True)
    else:
        text = merge(given)
    with open(out, "w") as file:  # noqa: PTH123 - as above
        file.write(text)


if __name__ == "__main__":
    main()
