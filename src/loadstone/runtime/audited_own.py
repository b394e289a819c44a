"""The conditions of single libraries: what their methods ask of the state that fills an object."""

import re
from typing import Any, List

from .audited_values import class_of
from .pickle_values import Call, Global, Pairs

__all__ = [
    "defines_nothing",
    "is_of_einops",
    "is_of_flaml",
    "is_of_pmdarima",
    "is_prior",
    "keys_of",
]

_PATTERN = 1000  # letters
_EINOPS = frozenset(["pattern", "reduction", "axes_lengths"])


def keys_of(state: Any) -> List[Any]:
    """Return the keys of a state, or nothing known where it is no dictionary."""
    return [key for key, _ in state] if isinstance(state, Pairs) else [None]


def is_of_pmdarima(state: Any) -> bool:
    """Whether its version is a text, and no other file is named that older versions unpickle."""
    if not isinstance(state, Pairs) or not all(isinstance(key, str) for key in keys_of(state)):
        return False
    if "_warn_for_older_version" in keys_of(state):  # it is called
        return False
    version = state.get("pkg_version_", "")
    return isinstance(version, str) and state.get("tmp_pkl_") is None


def is_of_flaml(state: Any) -> bool:
    """Whether what flaml asks and cleans up at its end is an estimator that deletes no folder."""
    if not isinstance(state, Pairs) or state.get("mlflow_integration") is not None:
        return False
    trained = state.get("_trained_estimator")
    if trained is None:
        return True
    made = class_of(trained)[0] if isinstance(trained, Call) else None
    return (
        isinstance(made, Global)
        and made.module.startswith(("flaml.automl.", "flaml.model", "sklearn.ensemble."))
        and not re.search("Transformers|MultiModal", made.name)
        and all(isinstance(held, Pairs) for held in trained.states)  # a tuple sets more by name
        and not any("cleanup" in keys_of(held) for held in trained.states)
    )


def defines_nothing(state: Any) -> bool:
    """Whether a search space of hyperopt's adds no function to those that it knows by name."""
    held = state.get("define_params") if isinstance(state, Pairs) else 0
    return held is None or (isinstance(held, Pairs) and not held)


def is_of_einops(state: Any) -> bool:
    """Whether a layer is made anew of a short pattern and of numbers, and of no function."""
    if not isinstance(state, Pairs) or not _EINOPS.issuperset(keys_of(state)):
        return False
    pattern, lengths = state.get("pattern"), state.get("axes_lengths")
    if not isinstance(pattern, str) or len(pattern) > _PATTERN or not isinstance(lengths, Pairs):
        return False
    named = all(type(key) is str and type(value) is int for key, value in lengths)
    return named and isinstance(state.get("reduction", ""), str)


def is_prior(state: Any) -> bool:
    """Whether nothing is named after a table of torch's, which is set where a state has none.

    gpytorch's prior would set it in the distribution below too.
    """
    if not isinstance(state, Pairs):
        return False
    inside = [part for _, part in state if isinstance(part, Pairs)]
    ordered = [part.pairs for _, part in state if isinstance(part, Call)]
    names = [key for held in (state, *inside, *ordered) for key, _ in held]
    return all(isinstance(name, str) and not name.startswith("_buffered__") for name in names)
