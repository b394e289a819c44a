"""A model that draws on purpose: from a seed, or many runs then against many runs now.

Every number of the outputs is a sample of its own, compared by the two-sample test of Kolmogorov
and Smirnov, which assumes nothing of the distribution. A run differs by chance once in a million
comparisons, however many numbers there are.
"""

import math
from typing import Any, Callable, Dict, List, Tuple

FILE = "witnesses/draws.npy"  # float64, runs × numbers
FEWEST = 30
CHANCE = 1e-6  # that equal models are told to differ
NUMBERS = 256  # of one run that are kept, of large outputs every so many

Numbers = Any


def seeded(call: Callable[..., Any], seed: int, framework: str) -> Callable[..., Any]:
    """Return a call that begins at `seed` each time; raises `ValueError` where it cannot."""
    if framework == "keras":
        from . import keras_run

        return keras_run.seeded(call, seed)  # type: ignore[no-any-return]
    from . import torch_run

    return torch_run.seeded(call, seed)


def sample(run: Callable[[], Any], times: int) -> Numbers:
    """Return the numbers of several runs, a row each: of outputs, or of their sizes and moments.

    Outputs whose size varies from run to run, as generated texts do, are told by the size, the mean
    and the spread of each leaf.
    """
    import numpy as np

    runs = [_leaves(run()) for _ in range(times)]
    if len({tuple(leaf.shape for leaf in leaves) for leaves in runs}) > 1:
        if len({len(leaves) for leaves in runs}) > 1:
            return np.array([[float(len(leaves))] for leaves in runs])
        return np.array([_moments(leaves) for leaves in runs], dtype=np.float64)
    rows = [np.concatenate([leaf.reshape(-1) for leaf in leaves] or [[]]) for leaves in runs]
    step = max(1, -(-rows[0].size // NUMBERS))
    kept = np.array(rows, dtype=np.float64)[:, ::step]
    whole = np.array([_moments(leaves) for leaves in runs], dtype=np.float64)
    return np.concatenate([kept, whole], axis=1)


def differ(then: Numbers, now: Numbers) -> Tuple[bool, float, float]:
    """Whether two samples are of two distributions, the largest distance and the one allowed.

    A distance is between the shares of runs that lie below a number: 0 to 1.
    """
    if then.shape[1] != now.shape[1]:
        return True, 1.0, 0.0
    columns = [(then[:, at], now[:, at]) for at in range(then.shape[1])]
    largest = max([_distance(first, second) for first, second in columns] or [0.0])
    allowed = limit(len(then), len(now), len(columns))
    return largest > allowed, largest, allowed


def limit(first: int, second: int, numbers: int) -> float:
    """Return the distance that equal distributions exceed by chance only."""
    tail = math.log(3 * max(numbers, 1) / CHANCE) / 2  # 2, and a half for samples of few
    return math.sqrt(tail * (first + second) / (first * second))


def _distance(first: Numbers, second: Numbers) -> float:
    import numpy as np

    first, second = (np.sort(np.nan_to_num(values, nan=np.inf)) for values in (first, second))
    at = np.concatenate([first, second])
    shares = [np.searchsorted(values, at, side="right") / len(values) for values in (first, second)]
    return float(np.abs(shares[0] - shares[1]).max())


def _moments(leaves: List[Any]) -> List[float]:
    found: List[float] = []
    for leaf in leaves[: NUMBERS // 3]:
        ends = [float(leaf.mean()), float(leaf.std())] if leaf.size else [0.0, 0.0]
        found += [float(leaf.size), *ends]
    return found


def _leaves(value: Any) -> List[Any]:
    """Return the tensors, arrays, numbers and texts of outputs as arrays of float64."""
    import numpy as np

    from .trace import leaves, plain

    found = [plain(leaf)[0] for leaf in leaves(value)]
    other = list(_plain(value))
    if other:
        found.append(np.array(other, dtype=np.float64))
    return [_numbers(leaf) for leaf in found]


def _numbers(leaf: Any) -> Any:
    import numpy as np

    if leaf.dtype.kind in "OUS":
        return np.array([_code(item) for item in leaf.reshape(-1).tolist()], dtype=np.float64)
    if leaf.dtype.kind == "c":
        return np.stack([leaf.real, leaf.imag]).astype(np.float64)
    return leaf.astype(np.float64)


def _plain(value: Any) -> Any:
    """Yield the numbers and texts of a tree as numbers."""
    if isinstance(value, (str, int, float)):
        yield _code(value)
    elif isinstance(value, dict):
        for item in value.values():
            yield from _plain(item)
    elif isinstance(value, (list, tuple)):
        for item in value:
            yield from _plain(item)


def _code(item: Any) -> float:
    """Return a number as it is, a text as a number of its own."""
    import zlib

    return float(item) if isinstance(item, (int, float)) else float(zlib.crc32(str(item).encode()))


def stage(found: Tuple[bool, float, float], rows: int) -> Dict[str, Any]:
    """Return a comparison of runs as the result of the stage `model`."""
    differs, largest, allowed = found
    told = "{:.0%} of the runs lie otherwise, and by chance up to {:.0%} may".format(
        largest, min(allowed, 1.0)
    )
    return {
        "stage": "model",
        "result": "differs" if differs else "within tolerance",
        "moved": rows if differs else 0,
        "example": told if differs else "",
        "error": "",
        "difference": None,
        "tolerance": None,
    }
