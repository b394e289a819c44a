"""What the pictures among the examples were, and which later ones were made otherwise.

A picture has three axes, one of them of 3 or 4 channels; a batch may hold several sizes. Told are
values of 0 to 1 for 0 to 255, or the other way round, values below zero where there were none, and
red and blue swapped. Of the last, the numbers decide: how red differs from blue in every example,
and whether the swapped order makes what was given likelier than the right one, ten thousand to
one. One picture seldom says so much: those of several calls are taken together, and alike ones (of
one scene) as fewer.
"""

from __future__ import annotations

import math
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadstone.core.classes import dataclass
from loadstone.core.facts import Stray
from loadstone.runtime import batches

FEW: Final = 5  # pictures, from which on something is recorded
_MANY: Final = 20  # pictures, from which on red is compared with blue
_LAST: Final = 64  # pictures of calls before, that are taken together
_CERTAIN: Final = math.log(1e4)
_NEAR: Final = 3.0  # standard deviations that swapped channels may be from swapped examples


@dataclass(frozen=True, slots=True)
class _Levels:
    """Of a batch of pictures: where its channels are, and a row each of the rest."""

    axis: int  # of the batch: 1 or 3
    floats: bool
    least: Any
    most: Any
    means: Any  # of the channels


def recorded(batch: Any) -> dict[str, Any] | None:
    """Return the levels of a batch of pictures as JSON; None for other batches, and for few."""
    levels = _levels(batch)
    if levels is None or len(levels.most) < FEW:
        return None
    import numpy as np

    found: dict[str, Any] = {
        "pictures": len(levels.most),
        "axis": levels.axis,
        "least": float(levels.least.min()),
        "most": float(levels.most.max()),
        "darkest": float(levels.most.min()),  # the brightest value of the darkest picture
        "means": [float(mean) for mean in levels.means.mean(axis=0)],
    }
    if not all(map(math.isfinite, (found["least"], found["most"], *found["means"]))):
        return None
    warm = _warmth(levels)
    spread = float(np.std(warm, ddof=1))
    return {**found, "warmth": float(warm.mean()), "spread": spread}


class Pictures:
    """What was recorded, to compare the pictures of call after call with."""

    def __init__(self, seen: Mapping[str, Any]) -> None:
        self._seen = seen
        self._last: deque[Any] = deque(maxlen=_LAST)  # the means of the last pictures

    def strays(self, batch: Any) -> tuple[Stray, ...]:
        """Return how a batch of pictures is made otherwise than those that were recorded."""
        levels = _levels(batch)
        if levels is None or levels.axis != self._seen["axis"]:
            return ()
        told = _scale(self._seen, levels) or self._swapped(levels)
        return (told,) if told else ()

    def _swapped(self, levels: _Levels) -> Stray | None:
        """Return red and blue swapped, where the pictures say so far more than that they are not.

        Those of the batch alone, or with the last of the calls before.
        """
        import numpy as np

        self._last.extend(levels.means)
        told = _swapped(self._seen, levels.means)
        if told is None and len(self._last) > len(levels.means):
            told = _swapped(self._seen, np.array(self._last))
        if told:
            self._last.clear()
        return told


def _scale(seen: Mapping[str, Any], levels: _Levels) -> Stray | None:
    least, most = float(levels.least.min()), float(levels.most.max())
    then = f"{_shown(seen['least'])} to {_shown(seen['most'])} in {seen['pictures']:,} examples"
    now = f"{_shown(least)} to {_shown(most)}"
    count = len(levels.most)
    span = seen["most"] - seen["least"]
    whole = seen["least"] >= 0 and seen["most"] <= 255
    if whole and seen["most"] <= 1.0 and least >= 0 and 20 < most <= 255:
        why = "0 to 255"
    elif whole and seen["darkest"] > 20 and levels.floats and least >= 0 and 0 < most <= 1:
        why = "0 to 1"
    elif seen["least"] >= 0 and least < -0.05 * span and -5 * span <= most <= 5 * span:
        why = "values below zero"
    else:
        return None
    return Stray("", "scale", count, count, "picture", (why, now), then)


def _swapped(seen: Mapping[str, Any], means: Any) -> Stray | None:
    """Return red and blue swapped, where the means of the pictures say so."""
    spread, mean, count = seen["spread"], seen["warmth"], seen["pictures"]
    if count < _MANY or spread <= 0 or abs(mean) * math.sqrt(count) < 4 * spread:
        return None  # red and blue are too much alike, or too different from picture to picture
    warm = means[:, 0] - means[:, 2]
    rows, now = len(warm), float(warm.mean())
    own = min(1.0, float(warm.var(ddof=1)) / spread**2) if rows > 1 else 0.0
    worth = 1 + (rows - 1) * own  # as many pictures as they say: those of one scene say the same
    odds = -2 * worth * now * mean / spread**2
    near = abs(now + mean) <= _NEAR * spread * math.sqrt(1 / worth + 1 / count)
    if odds < _CERTAIN or not near:
        return None
    found = ", ".join(_shown(item) for item in means.mean(axis=0))
    then = ", ".join(map(_shown, seen["means"])) + f", the means of {count:,} examples"
    return Stray("", "channels", rows, rows, "picture", (found,), then)


def _levels(batch: Any) -> _Levels | None:
    """Return the levels of a batch of pictures; None where it is none."""
    import numpy as np

    if not isinstance(batch, list):
        return _of_batch(_array(batch, 4))
    found = [_array(item, 3) for item in batch]
    if not found or any(item is None for item in found):
        return None
    each = [_of_batch(item[None]) for item in found]
    held = [item for item in each if item is not None]
    if len(held) < len(each) or len({(item.axis, item.means.shape) for item in held}) > 1:
        return None
    least, most, means = (
        np.concatenate([getattr(item, name) for item in held]) for name in _LISTED
    )
    return _Levels(held[0].axis, any(item.floats for item in held), least, most, means)


_LISTED: Final = ("least", "most", "means")


def _of_batch(values: Any) -> _Levels | None:
    axis = None if values is None else _channel_axis(values.shape)
    if values is None or axis is None or not values.size:
        return None
    import numpy as np

    flat = values.reshape(len(values), -1)
    rest = tuple(at for at in (1, 2, 3) if at != axis)
    means = values.mean(axis=rest, dtype=np.float64)
    return _Levels(axis, values.dtype.kind == "f", flat.min(axis=1), flat.max(axis=1), means)


def _array(value: Any, axes: int) -> Any:
    """Return an array or tensor of numbers on the CPU as numpy has it; None for what is none."""
    import numpy as np

    if not batches.is_array(value) or batches.is_frame(value) or len(value.shape) != axes:
        return None
    if batches.is_tensor(value):
        if value.device.type != "cpu" or str(value.layout) != "torch.strided":
            return None
        value = value.detach()
        value = value.float().numpy() if value.is_floating_point() else value.numpy()
    if type(value).__module__ != "numpy" or value.dtype.kind not in "iuf":
        return None
    return (
        value if value.dtype.kind != "f" or value.dtype.itemsize > 2 else value.astype(np.float32)
    )


def _channel_axis(shape: Sequence[int]) -> int | None:
    """Return which axis, 1 or 3, holds 3 or 4 channels, where the sizes leave no doubt."""
    found = [
        axis
        for axis in (1, 3)
        if shape[axis] in (3, 4) and all(shape[at] > 4 for at in (1, 2, 3) if at != axis)
    ]
    return found[0] if len(found) == 1 else None


def _warmth(levels: _Levels) -> Any:
    """Return how much more of the first channel than of the third each picture has."""
    return levels.means[:, 0] - levels.means[:, 2]


def _shown(value: float) -> str:
    return f"{value:,.3g}"
