"""What the pictures among the examples were, and which later ones were made otherwise.

A batch of pictures has four axes, one of them of 3 or 4 channels. Told are values of 0 to 1 for 0
to 255, or the other way round, values below zero where there were none, and red and blue swapped.
Of the last, the numbers decide: how red differs from blue in every example, and whether the
swapped order makes what was given likelier than the right one, ten thousand to one.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import Any, Final

from loadstone.core.facts import Stray
from loadstone.runtime import batches

FEW: Final = 5  # pictures, from which on something is recorded
_MANY: Final = 20  # pictures, from which on red is compared with blue
_CERTAIN: Final = math.log(1e4)
_NEAR: Final = 3.0  # standard deviations that swapped channels may be from swapped examples


def recorded(batch: Any) -> dict[str, Any] | None:
    """Return the levels of a batch of pictures as JSON; None for other batches, and for few."""
    values = _pictures(batch)
    axis = None if values is None else _channel_axis(values.shape)
    if values is None or axis is None or len(values) < FEW:
        return None
    import numpy as np

    peaks = values.reshape(len(values), -1).max(axis=1)
    found: dict[str, Any] = {
        "pictures": len(values),
        "axis": axis,
        "least": float(values.min()),
        "most": float(peaks.max()),
        "darkest": float(peaks.min()),  # the brightest value of the darkest picture
        "means": [float(mean) for mean in _means(values, axis).mean(axis=0)],
    }
    if not all(map(math.isfinite, (found["least"], found["most"], *found["means"]))):
        return None
    warm = _warmth(values, axis)
    spread = float(np.std(warm, ddof=1))
    return {**found, "warmth": float(warm.mean()), "spread": spread}


def strays(seen: Mapping[str, Any], batch: Any) -> tuple[Stray, ...]:
    """Return how a batch of pictures is made otherwise than those that were recorded."""
    values = _pictures(batch)
    if values is None or not values.size or _channel_axis(values.shape) != seen["axis"]:
        return ()
    told = _scale(seen, values) or _swapped(seen, values)
    return (told,) if told else ()


def _scale(seen: Mapping[str, Any], values: Any) -> Stray | None:
    least, most = float(values.min()), float(values.max())
    then = f"{_shown(seen['least'])} to {_shown(seen['most'])} in {seen['pictures']:,} examples"
    now = f"{_shown(least)} to {_shown(most)}"
    span = seen["most"] - seen["least"]
    whole = seen["least"] >= 0 and seen["most"] <= 255
    if whole and seen["most"] <= 1.0 and least >= 0 and 20 < most <= 255:
        why = "0 to 255"
    elif whole and seen["darkest"] > 20 and _is_float(values) and least >= 0 and 0 < most <= 1:
        why = "0 to 1"
    elif seen["least"] >= 0 and least < -0.05 * span and -5 * span <= most <= 5 * span:
        why = "values below zero"
    else:
        return None
    return Stray("", "scale", len(values), len(values), "picture", (why, now), then)


def _is_float(values: Any) -> bool:
    return bool(values.dtype.kind == "f")


def _swapped(seen: Mapping[str, Any], values: Any) -> Stray | None:
    """Return red and blue swapped, where the pictures say so far more than that they are not."""
    spread, mean, count = seen["spread"], seen["warmth"], seen["pictures"]
    if count < _MANY or spread <= 0 or abs(mean) * math.sqrt(count) < 4 * spread:
        return None  # red and blue are too much alike, or too different from picture to picture
    rows = len(values)
    now = float(_warmth(values, seen["axis"]).mean())
    odds = -2 * rows * now * mean / spread**2
    near = abs(now + mean) <= _NEAR * spread * math.sqrt(1 / rows + 1 / count)
    if odds < _CERTAIN or not near:
        return None
    found = ", ".join(_shown(item) for item in _means(values, seen["axis"]).mean(axis=0))
    then = ", ".join(map(_shown, seen["means"])) + f", the means of {count:,} examples"
    return Stray("", "channels", rows, rows, "picture", (found,), then)


def _pictures(batch: Any) -> Any:
    """Return a batch as one array with four axes; None where it is none."""
    import numpy as np

    if isinstance(batch, list):
        if not batch or not all(batches.is_array(item) and len(item.shape) == 3 for item in batch):
            return None
        if len({tuple(item.shape) for item in batch}) > 1:
            return None
        batch = batches.stack(batch)
    if not batches.is_array(batch) or batches.is_frame(batch) or len(batch.shape) != 4:
        return None
    if batches.is_tensor(batch):
        if batch.device.type != "cpu" or str(batch.layout) != "torch.strided":
            return None
        batch = batch.detach()
        batch = batch.float().numpy() if batch.is_floating_point() else batch.numpy()
    if type(batch).__module__ != "numpy" or batch.dtype.kind not in "iuf":
        return None
    return (
        batch if batch.dtype.kind != "f" or batch.dtype.itemsize > 2 else batch.astype(np.float32)
    )


def _channel_axis(shape: Sequence[int]) -> int | None:
    """Return which axis, 1 or 3, holds 3 or 4 channels, where the sizes leave no doubt."""
    found = [
        axis
        for axis in (1, 3)
        if shape[axis] in (3, 4) and all(shape[at] > 4 for at in (1, 2, 3) if at != axis)
    ]
    return found[0] if len(found) == 1 else None


def _means(values: Any, axis: int) -> Any:
    """Return the mean of each channel of each picture: N×3."""
    import numpy as np

    rest = tuple(at for at in (1, 2, 3) if at != axis)
    return values.mean(axis=rest, dtype=np.float64)


def _warmth(values: Any, axis: int) -> Any:
    """Return how much more of the first channel than of the third each picture has."""
    means = _means(values, axis)
    return means[:, 0] - means[:, 2]


def _shown(value: float) -> str:
    return f"{value:,.3g}"
