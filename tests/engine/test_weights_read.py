"""What the values of a model say: NaN, and weights that are as they are made."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from loadstone import readers
from loadstone.core.facts import AsMade, NotNumbers
from loadstone.engine import values

FILES = Path(__file__).parents[1] / "files" / "keras_values"


def _read(path: Path) -> dict[type, object]:
    return values.read(path, readers.read(path))


@pytest.mark.parametrize("dtype", ["float16", "bfloat16", "float32", "float64"])
def test_nan_is_counted_and_infinities_are_not(tmp_path: Path, dtype: str) -> None:
    held = torch.tensor([1.0, float("nan"), float("inf"), -float("inf"), -float("nan")])
    tensors = {"odd": held.to(getattr(torch, dtype)), "even": held[2:4].clone()}
    torch.save(tensors, tmp_path / "model.pth")
    assert _read(tmp_path / "model.pth") == {NotNumbers: NotNumbers({"odd": 2}, 2)}


def test_the_largest_numbers_are_no_nan(tmp_path: Path) -> None:
    largest = torch.full((9,), torch.finfo(torch.float32).max)
    torch.save({"large": largest, "opposed": -largest}, tmp_path / "model.pth")
    assert _read(tmp_path / "model.pth") == {}


@pytest.mark.parametrize("name", ["diverged-2.15.0.h5", "diverged-3.15.0.h5"])
def test_nan_in_hdf5_is_what_h5py_reads(name: str) -> None:
    import h5py

    found: dict[str, int] = {}

    def count(key: str, held: object) -> None:
        if isinstance(held, h5py.Dataset) and held.dtype.kind == "f":
            found[key] = int(np.isnan(held[()]).sum())

    with h5py.File(FILES / name) as file:
        file["model_weights"].visititems(count)
    read = _read(FILES / name)[NotNumbers]
    assert isinstance(read, NotNumbers)
    assert {key.partition(".")[2]: many for key, many in read.tensors.items()} == found
    assert all(found.values())


@pytest.mark.parametrize("name", ["untrained-2.15.0.keras", "untrained-3.15.0.keras"])
def test_what_was_compiled_and_not_trained_is_told(name: str) -> None:
    made = _read(FILES / name)[AsMade]
    assert isinstance(made, AsMade)
    assert len(made.zeros) == 4  # two biases, the shift and the mean
    assert len(made.ones) == 2  # the scale and the variance


@pytest.mark.parametrize("name", ["trained-2.15.0.keras", "trained-3.15.0.keras"])
def test_three_steps_are_training(name: str) -> None:
    assert _read(FILES / name) == {}


def test_what_is_too_large_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(values, "MOST", 10)
    assert _read(FILES / "diverged-3.15.0.keras") == {}


def test_a_file_that_ends_early_says_nothing(tmp_path: Path) -> None:
    whole = FILES / "diverged-3.15.0.h5"
    described = readers.read(whole)
    short = tmp_path / "short.h5"
    short.write_bytes(whole.read_bytes()[:9000])
    assert values.read(short, described) == {}
