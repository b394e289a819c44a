"""What differs is shown in the user's words, not in those of the trees that are compared."""

import numpy as np
import pytest
import torch

from loadstone.runtime.replay import difference


@pytest.mark.parametrize(
    ("saved", "now", "example"),
    [
        ("pos", np.ones((2, 3), dtype=np.float32), "'pos' → array float32 2×3"),
        ("pos", torch.ones(2, 3, dtype=torch.bfloat16), "'pos' → tensor bfloat16 2×3"),
        ("pos", torch.ones(400, 300), "'pos' → tensor float32"),
        ("pos", np.float64(0.5), "'pos' → 0.5"),
        ("pos", [np.ones(2), (1, "a")], "'pos' → [array float64 2, [1, 'a']]"),
        ({"label": "pos"}, "pos", "{'label': 'pos'} → 'pos'"),
        ("pos", {1: torch.ones(2)}, "'pos' → [tensor float32 2]"),
        (b"a", "a", "YQ== → 'a'"),
    ],
)
def test_no_tags_are_shown(saved, now, example):
    assert difference(saved, now).example == example
