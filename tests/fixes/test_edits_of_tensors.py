"""What edits make of tensors, written and in memory, beside what torch makes of them."""

from __future__ import annotations

import pytest
import torch
from safetensors.torch import load_file, save_file

from loadstone import readers
from loadstone.core import (
    Concatenate,
    CopyKeys,
    DropKeys,
    FillKeys,
    RenameKeys,
    Reshape,
    ResizeRows,
    Split,
    TensorFact,
    Transpose,
)
from loadstone.fixes import memory
from loadstone.fixes.packed import packed
from loadstone.fixes.write import write
from loadstone.statedict.edited import CannotApplyError, edited

A = torch.arange(24, dtype=torch.float32).reshape(4, 6)
H = torch.arange(300, dtype=torch.bfloat16).reshape(100, 3)
CASES = {
    "turned": ([Transpose(("a", "h"))], {"a": A.T, "h": H.T}),
    "turned and cut": (
        [Transpose(("a",)), Split("a", {"x": 2, "y": 4})],
        {"x": A.T[:2], "y": A.T[2:], "h": H},
    ),
    "turned, put together, renamed": (
        [
            Transpose(("h",)),
            Split("h", {"p": 1, "q": 2}),
            Concatenate(("q", "p"), "h"),
            RenameKeys(names={"h": "k"}),
        ],
        {"a": A, "k": torch.cat([H.T[1:], H.T[:1]])},
    ),
    "axes of size 1": (
        [Reshape({"a": (4, 6, 1, 1), "h": (1, 100, 3)}), Reshape({"h": (100, 1, 3)})],
        {"a": A[..., None, None], "h": H[:, None]},
    ),
    "fewer rows, and more": (
        [Transpose(("a",)), ResizeRows({"a": 3, "h": 102})],
        {"a": A.T[:3], "h": torch.cat([H, torch.zeros(2, 3, dtype=H.dtype)])},
    ),
    "copied": ([CopyKeys({"b": "a"}), DropKeys(("h",))], {"a": A, "b": A}),
    "filled": (
        [FillKeys({"n": ()}, "int64", "zeros"), FillKeys({"i": (2, 300)}, "int64", "arange")],
        {"a": A, "h": H, "n": torch.tensor(0), "i": torch.arange(300).expand(2, 300)},
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_edits_make_what_torch_makes(name, tmp_path):
    edits, expected = CASES[name]
    path = tmp_path / "m.safetensors"
    save_file({"a": A, "h": H}, path)
    (state,) = readers.read(path).state_dicts
    after = edited(state.tensors, edits)
    out = tmp_path / "out.safetensors"
    write(out, after.tensors, lambda key, fact: packed(path, after.made, key, fact), metadata={})
    for held in (load_file(out), memory.tensors(path, after.tensors, after.made)):
        assert held.keys() == expected.keys()
        assert all(torch.equal(held[key], value) for key, value in expected.items())


FACTS = {"a": TensorFact("float32", (4, 6)), "n": TensorFact("int64", ())}


@pytest.mark.parametrize(
    ("edit", "why"),
    [
        (Transpose(("x",)), "no `x` to transpose"),
        (Transpose(("n",)), "only a matrix"),
        (Reshape({"a": (24,)}), "more than axes of 1"),
        (Reshape({"x": (2,)}), "no `x` to reshape"),
        (Split("a", {"p": 1, "q": 2}), "does not split"),
        (Split("n", {"p": 1}), "does not split"),
        (Split("a", {"n": 1, "q": 3}), "`n` already"),
        (Concatenate(("a", "n"), "b"), "do not fit together"),
        (Concatenate(("a", "a"), "n"), "`n` already"),
        (CopyKeys({"a": "n"}), "`a` already"),
        (CopyKeys({"b": "x"}), "no `x` to copy"),
        (FillKeys({"a": ()}, "int64", "zeros"), "`a` already"),
    ],
)
def test_an_edit_that_does_not_fit_is_refused(edit, why):
    with pytest.raises(CannotApplyError, match=why):
        edited(FACTS, [edit])
