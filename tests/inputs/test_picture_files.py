"""Sizes and modes of pictures, as Pillow's images or as files: recorded at save, compared after."""

from __future__ import annotations

import json
import warnings
from pathlib import Path

import numpy as np
import pytest
import torch
from torch import nn

import loadstone
from loadstone.inputs.outside import sentence
from loadstone.inputs.ranges import Ranges, recorded

Image = pytest.importorskip("PIL.Image")


def _picture(width: int, height: int, mode: str = "RGB") -> object:
    return Image.new(mode, (width, height))


SEEN = [_picture(200 + at, 150) for at in range(6)]


def _told(seen: list[object], batch: list[object], *, files: bool = False) -> list[str]:
    passed = json.loads(json.dumps(recorded(seen, files=files)))  # as the manifest holds it
    return [sentence(item) for item in Ranges(passed).strays(batch)]


def _files(folder: Path, pictures: list[object], kind: type = str) -> list[object]:
    paths = [folder / f"{at}-{id(picture)}.png" for at, picture in enumerate(pictures)]
    for path, picture in zip(paths, pictures, strict=True):
        picture.save(path)
    return [kind(path) for path in paths]


@pytest.mark.parametrize("given", ["images", "texts", "paths"])
def test_another_size_and_mode_are_told(given: str, tmp_path: Path) -> None:
    seen, batch = SEEN, [_picture(203, 150), _picture(4000, 150, "L")]
    if given != "images":
        kind = str if given == "texts" else Path
        seen, batch = _files(tmp_path, seen, kind), _files(tmp_path, batch, kind)
    files = given != "images"
    assert _told(seen, batch, files=files) == [
        (
            "`picture width`: `4,000` is far outside 200 to 205, the range of 6 examples "
            "(1 of 2 rows: row 2)"
        ),
        "`picture mode`: `L` is not among `RGB` of 6 examples (1 of 2 rows: row 2)",
    ]
    assert _told(seen, seen, files=files) == []


def test_few_pictures_and_other_things_are_left_alone(tmp_path: Path) -> None:
    assert _told(SEEN[:4], [_picture(9, 9, "L")]) == []
    for batch in ([np.zeros((9, 9, 3))], ["no file"], [tmp_path], [], [None], [*SEEN[:1], "x"]):
        assert _told(SEEN, batch) == []
    (tmp_path / "text.png").write_text("no picture")
    assert recorded([str(tmp_path / "text.png")] * 6, files=True) == []
    (column,) = recorded(["a text"] * 6)  # texts that are no files have lengths
    assert column["kind"] == "text"


def _prepared(path: str) -> torch.Tensor:
    with Image.open(path) as picture:
        held = np.asarray(picture.convert("RGB").resize((4, 4)), dtype="float32") / 255
    return torch.from_numpy(held).permute(2, 0, 1)


def test_a_bundle_warns_refuses_or_is_silent(tmp_path: Path) -> None:
    paths, (odd,) = _files(tmp_path, SEEN), _files(tmp_path, [_picture(64, 64, "LA")])
    net = nn.Sequential(nn.Flatten(), nn.Linear(48, 2)).eval()
    place = tmp_path / "net.lode"
    loadstone.save(net, place, preprocess=_prepared, examples=paths, forms=["native"])
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        loadstone.load(place).predict(paths[0])
        loadstone.load(place, on_unknown="ignore").predict(odd)
    with pytest.warns(UserWarning, match=r"`picture height`: `64`.*`picture mode`: `LA`"):
        loadstone.load(place).predict([paths[0], odd])
    with pytest.raises(ValueError, match="picture width"):
        loadstone.load(place, on_unknown="error").predict(odd)
    report = loadstone.check(place, examples=[odd])
    assert [item.finding.at.name for item in report.found if item.check.code == "LS503"] == [
        "picture width",
        "picture height",
        "picture mode",
    ]
