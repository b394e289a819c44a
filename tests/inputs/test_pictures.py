"""Pictures on another scale, or with red and blue swapped, are told by numbers; others are not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from loadstone.inputs.ranges import Ranges, recorded, sentence


def photographs(count: int, seed: int, *, warmth: float = 0.08) -> Any:
    """Return pictures of 0 to 1 (N×24×24×3), each of its own light, red a little above blue."""
    rng = np.random.default_rng(seed)
    light = rng.uniform(0.2, 0.8, (count, 1, 1, 1))
    tint = rng.normal(0, 0.04, (count, 1, 1, 3)) + np.array([warmth / 2, 0, -warmth / 2])
    return np.clip(light + tint + rng.normal(0, 0.1, (count, 24, 24, 3)), 0, 1).astype("float32")


def told(seen: Any, batch: Any) -> list[str]:
    ranges = Ranges(json.loads(json.dumps(recorded(seen))))
    return [sentence(item) for item in ranges.strays(batch)]


SEEN = photographs(64, 0)


def test_another_scale() -> None:
    now = photographs(4, 1)
    (line,) = told(SEEN, (now * 255).astype("uint8"))
    assert line.startswith("the inputs: pictures of 0 to 255 (0 to 255), and of 0 to 1 in 64 exam")
    (line,) = told((SEEN * 255).astype("uint8"), now)
    assert "(0 to 1), and of 0 to 255 in 64 examples" in line
    (line,) = told(SEEN, (now - 0.5) / 0.25)
    assert "(values below zero)" in line
    assert told((SEEN * 255).astype("uint8"), np.zeros((3, 24, 24, 3), np.uint8)) == []


@pytest.mark.parametrize("how", ["last", "first", "torch", "list"])
def test_red_and_blue_swapped(how: str) -> None:
    forms = {
        "last": lambda batch: batch,
        "first": lambda batch: batch.transpose(0, 3, 1, 2),
        "torch": lambda batch: torch.tensor(batch.transpose(0, 3, 1, 2)),
        "list": list,
    }
    made = forms[how]
    now = photographs(32, 1)
    (line,) = told(made(SEEN), made(now[..., ::-1].copy()))
    assert "red and blue seem swapped: the channels' means are" in line
    assert told(made(SEEN), made(now)) == []


def test_pictures_of_their_own_light_are_left_alone() -> None:
    for seed in range(40):
        assert told(SEEN, photographs(32, 100 + seed)) == []
    blue = photographs(32, 1, warmth=-0.4)  # of the sea: bluer than any example turned round
    assert told(SEEN, blue) == []
    grey = np.repeat(photographs(64, 2)[..., :1], 3, axis=3)
    assert told(grey, grey[..., ::-1]) == []
    assert told(grey, photographs(8, 3)) == []
    assert told(SEEN[:4], photographs(8, 1)[..., ::-1]) == []  # too few examples to know


def test_what_is_no_batch_of_pictures_has_no_levels() -> None:
    for batch in (
        np.zeros((30, 3, 3, 3)),  # which axis holds the channels is not known
        np.zeros((30, 8, 8, 2)),
        np.full((30, 8, 8, 3), np.nan),
        np.zeros((30, 8, 8, 3), complex),
        np.zeros((30, 12, 3)),
    ):
        assert not any("pictures" in item for item in recorded(batch))
        told(SEEN, batch)
