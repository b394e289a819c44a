"""Names of one library, or of somebody's own code, that are to be those of another.

The pairs were written down before the matcher was tried on them: `conventions.txt` beside this
tells them. Each file is taken in the order of its class, sorted, and shuffled.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from loadstone.core.facts import Extent, TensorFact
from loadstone.statedict.edited import edited
from loadstone.statedict.match import match

KINDS = {"L": "Linear", "l": "Linear", "T": "Linear", "C": "Conv2d", "c": "Conv2d",
         "N": "LayerNorm", "n": "RMSNorm", "B": "BatchNorm2d", "E": "Embedding"}  # fmt: skip
LAYERS = 3


class Pair:
    """A file, a target, and of every key of the target what of the file it truly is."""

    def __init__(self, head: str, lines: list[str]) -> None:
        self.never = head.endswith("(never)")
        self.saved: dict[str, TensorFact] = {}
        self.target: dict[str, TensorFact] = {}
        self.truth: dict[str, object] = {}
        self.kinds: dict[str, str] = {}
        order: list[str] = []
        for number in range(LAYERS):
            for line in lines:
                if line.startswith("="):
                    order = line[1:].split()
                elif number == 0 or "@" in line:
                    self._add(line.replace("@", str(number)))
        ranks = {
            key: next((at for at, start in enumerate(order) if key.startswith(start)), len(order))
            for key in self.target
        }
        self.target = dict(sorted(self.target.items(), key=lambda item: ranks[item[0]]))

    def _add(self, line: str) -> None:
        names, _, said = line.rpartition(" : ")
        old, _, new = names.partition(" > ")
        kind, *sizes = said.split()
        shape = tuple(map(int, sizes))
        if kind in "Ss":
            self._split(old, new.split(","), shape[0], joint=kind == "S")
        elif kind == "F":
            self._fuse(old.split(","), new, shape[0])
        elif kind == "P":
            self._same(old, new, shape)
        else:
            self.kinds[new] = KINDS[kind]
            turned = kind == "T"
            self._same(f"{old}.weight", f"{new}.weight", shape, turned=turned)
            if kind in "LCNBT":
                self._same(f"{old}.bias", f"{new}.bias", shape[:1])
            if kind == "B":
                for leaf in ("running_mean", "running_var"):
                    self._same(f"{old}.{leaf}", f"{new}.{leaf}", shape[:1])

    def _same(self, old: str, new: str, shape: tuple[int, ...], *, turned: bool = False) -> None:
        self.saved[old] = placed(old, shape[::-1] if turned else shape)
        self.target[new] = TensorFact("float32", shape)
        own = source(self.saved[old])
        self.truth[new] = (*own[:2], own[2][::-1]) if turned else own

    def _split(self, old: str, news: list[str], size: int, *, joint: bool) -> None:
        for leaf, shape in (("weight", (size, size)), ("bias", (size,))):
            key = f"{old}_{leaf}" if joint else f"{old}.{leaf}"
            whole = placed(key, (3 * size, *shape[1:]))
            self.saved[key] = whole
            for at, new in enumerate(news):
                self.kinds[new] = "Linear"
                self.target[f"{new}.{leaf}"] = TensorFact("float32", shape)
                steps = zip(shape, whole.extent.stride, strict=True)
                self.truth[f"{new}.{leaf}"] = (
                    key,
                    at * size * whole.extent.stride[0],
                    tuple(steps),
                )

    def _fuse(self, olds: list[str], new: str, size: int) -> None:
        for leaf, shape in (("weight", (size, size)), ("bias", (size,))):
            parts = [placed(f"{old}.{leaf}", shape) for old in olds]
            self.saved |= {f"{old}.{leaf}": part for old, part in zip(olds, parts, strict=True)}
            self.target[f"{new}_{leaf}"] = TensorFact("float32", (3 * size, *shape[1:]))
            self.truth[f"{new}_{leaf}"] = tuple(map(source, parts))


def placed(key: str, shape: tuple[int, ...]) -> TensorFact:
    strides, step = [], 1
    for size in reversed(shape):
        strides.append(step)
        step *= size
    return TensorFact("float32", shape, None, Extent("", 0, 4 * step, 0, tuple(strides[::-1]), key))


def source(fact: TensorFact) -> tuple:
    place = fact.extent
    return (place.storage, place.first, tuple(zip(fact.shape, place.stride, strict=True)))


def told(path: Path) -> Iterator[tuple[str, Pair]]:
    for block in path.read_text().split("\n\n"):
        lines = [line for line in block.splitlines() if line and not line.startswith("#")]
        if lines:
            head = lines[0].strip("[]")
            yield head, Pair(head, lines[1:])


PAIRS = dict(told(Path(__file__).with_name("conventions.txt")))


def files(pair: Pair) -> Iterator[dict[str, TensorFact]]:
    yield pair.saved
    yield dict(sorted(pair.saved.items()))
    keys = list(pair.saved)
    random.Random(0).shuffle(keys)
    yield {key: pair.saved[key] for key in keys}


def outcome(pair: Pair, file: dict[str, TensorFact]) -> str:
    found = match(file, pair.target, kinds=pair.kinds)
    if not found.complete:
        return "open"
    after = edited(file, [edit for step in found.steps for edit in step.edits])
    given = {
        key: tuple(map(source, after.made[key].parts)) if key in after.made else source(fact)
        for key, fact in after.tensors.items()
    }
    return "right" if given == pair.truth and not pair.never else "wrong"


@pytest.mark.parametrize("name", PAIRS)
def test_another_librarys_names_are_right_or_open(name):
    assert "wrong" not in [outcome(PAIRS[name], file) for file in files(PAIRS[name])]


def test_how_many_are_recovered():
    """So that a change of the matcher shows here; what is open is not wrong."""
    found = Counter(outcome(pair, file) for pair in PAIRS.values() for file in files(pair))
    decidable = sum(3 for pair in PAIRS.values() if not pair.never)
    assert len(PAIRS) >= 100
    assert found["wrong"] == 0
    assert found["right"] >= 134, f"{found} of {decidable}"


def scores(queries, keys, heads, *, halves):
    """Return what each place looks at, with rotary embeddings of either kind."""
    places, size = queries.shape[0], queries.shape[1] // heads
    angles = torch.arange(places)[:, None] / 10.0 ** (torch.arange(size // 2) / size)
    turned = []
    for rows in (queries, keys):
        parts = rows.view(places, heads, 2, -1) if halves else rows.view(places, heads, -1, 2)
        parts = parts.transpose(2, 3) if halves else parts
        numbers = torch.view_as_complex(parts.contiguous())
        turned.append(numbers * torch.polar(torch.ones_like(angles), angles)[:, None])
    return torch.einsum("ihn,jhn->hij", turned[0], turned[1].conj()).real


def test_a_llama_of_meta_that_is_only_renamed_looks_elsewhere():
    """The code that LS433 shows puts the rows of queries and keys in order."""
    torch.manual_seed(0)
    inputs, wq, wk = torch.randn(5, 8), torch.randn(8, 8), torch.randn(8, 8)
    truth = scores(inputs @ wq.T, inputs @ wk.T, 2, halves=False)
    renamed = scores(inputs @ wq.T, inputs @ wk.T, 2, halves=True)
    assert not torch.allclose(renamed, truth, atol=0.1)

    def turned(rows, heads):
        size = rows.shape[0] // heads // 2
        return rows.view(heads, size, 2, -1).transpose(1, 2).reshape(rows.shape)

    found = scores(inputs @ turned(wq, 2).T, inputs @ turned(wk, 2).T, 2, halves=True)
    assert torch.allclose(found, truth, atol=1e-5)


@pytest.mark.parametrize("fused", ["gate_up", "gate_up_proj", "gate_up_linear"])
def test_gate_and_up_are_put_together_whatever_follows_their_names(fused):
    parts = {f"mlp.{name}.weight": placed(f"mlp.{name}.weight", (16, 8)) for name in ("gate", "up")}
    down = {"mlp.down.weight": placed("mlp.down.weight", (8, 16))}
    target = {f"mlp.{fused}.weight": TensorFact("float32", (32, 8)), **down}
    found = match({**parts, **down}, target)
    assert found.complete
    assert [step.kind for step in found.steps] == ["fused"]
    assert found.steps[0].convention
