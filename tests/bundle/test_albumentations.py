"""Transforms of albumentations before a model: files of pictures in, from another process too."""

import json
import shutil

import numpy as np
import pytest
import torch
from torch import nn

import loadstone

transforms = pytest.importorskip("albumentations")
image = pytest.importorskip("PIL.Image")

SCALE = transforms.Compose(
    [transforms.SmallestMaxSize(32), transforms.CenterCrop(24, 24), transforms.Normalize()]
)


def pixels(path):
    """Read a picture and scale it as in training."""
    picture = np.asarray(image.open(path).convert("RGB"))
    return torch.tensor(SCALE(image=picture)["image"]).permute(2, 0, 1)


def test_a_composition_is_saved_and_predicts_elsewhere(python, tmp_path):
    rng = np.random.default_rng(0)
    paths = [tmp_path / f"{number}.png" for number in range(3)]
    for path in paths:
        image.fromarray(rng.integers(0, 255, (40, 50, 3), dtype=np.uint8)).save(path)
    torch.manual_seed(0)
    net = nn.Sequential(nn.Conv2d(3, 2, 3), nn.AdaptiveAvgPool2d(1), nn.Flatten()).eval()
    place = tmp_path / "net.lode"
    report = loadstone.save(net, place, preprocess=pixels, examples=paths, forms=["native"])
    assert report.verdict.predicts_the_same == "identical"
    expected = net(torch.stack([pixels(path) for path in paths])).tolist()
    other = tmp_path / "elsewhere"
    other.mkdir()
    shutil.move(paths[0], other / "picture.png")
    printed = python(
        """
        import json, loadstone
        loaded = loadstone.load(PATH)
        print(json.dumps(loaded.predict("picture.png").tolist()))
        """,
        PATH=place,
    )
    np.testing.assert_allclose(json.loads(printed), expected[0], rtol=0, atol=1e-6)
