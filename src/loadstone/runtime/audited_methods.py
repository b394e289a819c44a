"""Judges methods that are looked up by `getattr` and kept: nothing that is judged calls them."""

from typing import Any, List

from .audited_conditions import GETATTR
from .audited_dill import listed
from .audited_figures import is_kept_to_draw
from .audited_keras import is_loader
from .audited_libraries import COVARIANCES
from .audited_table import MODULES, TABLE, allows, entry_of
from .audited_values import PATTERNS, class_of, is_inert, is_zone_class
from .pickle_values import Call, Global, Pairs

__all__ = ["is_method", "is_zone"]

_LANGUAGES = (
    *("Arabic", "Danish", "Dutch", "English", "Finnish", "French", "German", "Hungarian"),
    *("Italian", "Norwegian", "Porter", "Portuguese", "Romanian", "Russian", "Spanish", "Swedish"),
)
_METHODS = {
    ("lifelines.fitters.nelson_aalen_fitter", "NelsonAalenFitter"): (
        "_variance_f_smooth",
        "_variance_f_discrete",
        "_additive_f_smooth",
        "_additive_f_discrete",
        "plot",
    ),
    **{
        (module, "Rbf"): (  # functions of distances, one of which it keeps
            *("_h_multiquadric", "_h_inverse_multiquadric", "_h_gaussian", "_h_linear", "_h_cubic"),
            *("_h_quintic", "_h_thin_plate", "_euclidean_norm"),
        )
        for module in ("scipy.interpolate._rbf", "scipy.interpolate.rbf")
    },
    ("gpytorch.likelihoods.gaussian_likelihood", "GaussianLikelihood"): (
        "_load_state_hook_ignore_shapes",
    ),
    # what schedules of torch's up to 1.13 keep in their states
    ("torch.optim.lr_scheduler", "OneCycleLR"): ("_annealing_cos", "_annealing_linear"),
    ("torch.optim.lr_scheduler", "CyclicLR"): (
        *("_triangular_scale_fn", "_triangular2_scale_fn", "_exp_range_scale_fn"),
    ),
    **{("linearmodels.panel.covariance", name): ("deferred_cov",) for name in COVARIANCES},
    **{("nltk.stem.snowball", name + "Stemmer"): ("stem",) for name in _LANGUAGES},
}
# functions of classes that objects keep, each of which was read: they compute a number
_OF_CLASSES = {
    ("stable_baselines3.common.policies", "BasePolicy"): ("_dummy_schedule",),
    ("fastai.tabular.core", "FillStrategy"): ("median", "constant", "mode"),
    **{
        (module, name): ("size",)
        for module in ("flaml.automl.model", "flaml.model")
        for name in (
            *("BaseEstimator", "SKLearnEstimator", "LGBMEstimator", "CatBoostEstimator"),
            *("XGBoostEstimator", "XGBoostSklearnEstimator", "XGBoostLimitedDepthEstimator"),
            *("RandomForestEstimator", "ExtraTreesEstimator", "KNeighborsEstimator"),
            *("LRL1Classifier", "LRL2Classifier"),
        )
    },
}
# they draw a number from numbers
_DRAWN = ("random", "gauss", "normalvariate", "uniform", "randint", "randrange", "expovariate")
_OF_PATTERNS = ("findall", "finditer", "fullmatch", "match", "search", "split", "sub", "subn")
# a class of torch's modules that wait for their first batch; they are hooks of themselves
_LAZY = ("_infer_parameters", "_lazy_load_hook")
_UNICODE = ("__builtin__.unicode",)


def is_zone(call: Call) -> bool:
    """Whether a time zone is looked up by its name, with a method that is found by `getattr`."""
    func, args = call.func, call.args
    if not isinstance(func, Call) or func.path not in GETATTR or not is_method(func, listed(func)):
        return False
    if call.states or call.appended or call.added or call.pairs or call.kwargs:
        return False
    kinds = [type(item) for item in args] if isinstance(args, list) else []
    return is_zone_class(listed(func)[0]) and kinds in ([str, int], [str, bool])


def is_method(call: Call, args: List[Any]) -> bool:
    """Judge a method that is looked up and kept; nothing here calls what is kept.

    Of an object only methods that are known to be no properties, whose code would run.
    """
    if call.states or call.appended or call.added or call.pairs:
        return False
    if len(args) != 2 or not isinstance(args[1], str) or not args[1].isidentifier():
        return False
    if args[1].startswith("__") or is_zone_class(args[0]):
        return args[1] == "_unpickle"  # of time zones, and nothing with two underlines
    if is_kept_to_draw(call) or is_loader(call):
        return True
    if isinstance(args[0], Call):
        return _is_bound(args[0], args[1])
    return (
        _is_of_dict(args[0], args[1])
        or _is_harmless(args[0], args[1])
        or _is_of_text(args[0], args[1])
        or _is_of_tensors(args[0], args[1])
    )


def _is_harmless(item: Any, name: str) -> bool:
    """Whether a class has by that name what the table has too: a method, or a class inside it."""
    if not isinstance(item, Global) or not allows(item, "new"):
        return False
    known = entry_of(item.module, f"{item.name}.{name}") is not None
    return known or name in _OF_CLASSES.get((item.module, item.name), ())


def _is_of_tensors(item: Any, name: str) -> bool:
    """Whether a function of tensors is looked up, as `torch.relu` is pickled."""
    own = isinstance(item, Global) and item.path == "torch._C._VariableFunctionsClass"
    known = ("torch", name) in TABLE and not TABLE["torch", name].uses
    return own and (known or name == "randperm")


def _is_of_dict(item: Any, name: str) -> bool:
    return isinstance(item, Pairs) and name in ("get", "keys", "values", "items")


def _is_of_text(item: Any, name: str) -> bool:
    if isinstance(item, str):  # of a text itself; nothing here calls it
        return name == "format" or ("builtins", "str." + name) in TABLE
    own = isinstance(item, Global) and item.path in ("builtins.str", "__builtin__.str", *_UNICODE)
    return own and allows(Global("builtins", "str." + name, 0))


def _is_bound(call: Call, name: str) -> bool:
    """Whether what an object has by a name is a method, and no property."""
    if call.path in PATTERNS:
        return name in _OF_PATTERNS
    made, how = class_of(call)
    if isinstance(made, Global) and made.path == "random.Random":
        return name in _DRAWN and all(map(is_inert, call.states))
    if not isinstance(made, Global) or how != "new":
        return False
    if allows(made, "@template"):  # a distribution of scipy's
        return name == "_entropy"
    if made.module in MODULES and made.name.startswith("Lazy"):
        return name in _LAZY
    own = name in _METHODS.get((made.module, made.name), ())
    return own or allows(Global(made.module, f"{made.name}.{name}", 0), "method")
