"""Pictures on another scale, or with red and blue swapped, are told by numbers; others are not."""

from __future__ import annotations

import json
from typing import Any

import numpy as np
import pytest
import torch

from loadstone.inputs.outside import sentence
from loadstone.inputs.ranges import Ranges, recorded


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


def alarms(seen: Any, stream: Any) -> list[int]:
    """Return the calls, from 1, at which red and blue are told to be swapped."""
    ranges = Ranges(json.loads(json.dumps(recorded(seen))))
    return [
        at
        for at, batch in enumerate(stream, 1)
        if any(item.why == "channels" for item in ranges.strays(batch))
    ]


def test_pictures_one_by_one_are_taken_together() -> None:
    now = photographs(60, 5)
    first, *_ = alarms(SEEN, (one[None, ..., ::-1] for one in now))
    assert 1 < first <= 20
    assert alarms(SEEN, (one[None] for one in now)) == []
    assert alarms(SEEN, ([one] for one in now)) == []


def test_pictures_of_one_scene_count_as_one() -> None:
    rng = np.random.default_rng(6)
    for scene in photographs(20, 7):
        frames = [scene + rng.normal(0, 0.01, scene.shape) for _ in range(60)]
        assert alarms(SEEN, (frame[None] for frame in frames)) == []
        bluer = [frame[..., ::-1] for frame in frames]  # it may be so: one scene is no proof
        assert len(alarms(SEEN, (frame[None] for frame in bluer))) <= 1


def test_pictures_of_several_sizes() -> None:
    seen = [one[: 16 + at % 8] for at, one in enumerate(SEEN)]
    now = [one[: 16 + at % 8] for at, one in enumerate(photographs(32, 1))]
    assert told(seen, now) == []
    (line,) = told(seen, [one[..., ::-1] for one in now])
    assert "red and blue seem swapped" in line
    (line,) = told(seen, [(one * 255).astype("uint8") for one in now[:1]])
    assert "(0 to 255), and of 0 to 1 in 64 examples" in line
    sounds = [np.linspace(-1, 1, 600 + at, dtype="float32") for at in range(20)]
    (line,) = told(sounds, [(sounds[3] * 32767).astype("int16")])
    assert "far outside -1 to 1" in line


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
