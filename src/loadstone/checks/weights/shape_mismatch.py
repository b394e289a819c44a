"""LS403: a tensor has the name that the target expects, and another shape."""

import re
from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.checks.weights.renamed_modules import SETTLING
from loadstone.core import Finding, Fix, Row, Target, TensorFact, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6
COVERS = ("torch/F01", "torch/F02", "torch/F03", "torch/F04")


@check("LS403", since="0.1", covers=COVERS)
def shape_mismatch(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """A tensor has the expected name and another shape.

    ## Why it breaks
    The layer was built with another size than the one that was saved: another number of classes,
    of input channels, of words in the vocabulary. `load_state_dict` says `size mismatch`, also
    with `strict=False`.

    ## Example
    ```python fails=LS403
    save({"fc2.weight": zeros(3, 5), "fc2.bias": zeros(3)})
    load_into({"fc2.weight": zeros(2, 5), "fc2.bias": zeros(2)})
    ```

    ## Fix
    Build the model with the sizes of the file. A layer of another size would have to be trained
    anew: no edit of the file can give it the values that it needs.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html>
    """
    if not match.mismatched:
        return
    modules = list(dict.fromkeys(key.rpartition(".")[0] or key for key in match.mismatched))
    has = "has" if len(modules) == 1 else "have"
    sizes = [_difference(key, match.tensors[key], target) for key in match.mismatched]
    first = next((text for text in sizes if text), "")
    detail = f": {first}" if first and len(modules) == 1 else ""
    fit = len(target) - len(match.mismatched) - len(match.missing)
    turned = all(_turned(match.tensors[key], target[key]) for key in match.mismatched)
    yield Finding(
        f"{listed(modules)} {has} another shape in `{target.name}` than in the file{detail}"
        + (": rows and columns exchanged" if turned else ""),
        at=weights_place(weights, match.mismatched[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{key}  {match.tensors[key]}", f"{key}  {target[key]}")
            for key in match.mismatched[:ROWS]
        ),
        more=max(0, len(match.mismatched) - ROWS),
        notes=(f"{fit:,} of {count(len(target), 'tensor')} fit", *_meanings(match, target)),
        fix=_transposed(match, target)
        if turned
        else Fix("build the model with the sizes that the file holds", safety="manual"),
    )


def _turned(saved: TensorFact, expected: TensorFact) -> bool:
    return len(saved.shape) == 2 and saved.shape == expected.shape[::-1]


def _transposed(match: Match, target: Target) -> Fix:
    """Return what to do with matrices that lie the other way round, beside some that are square.

    TensorFlow, JAX and GPT-2's `Conv1D` keep them so. Had the square ones been settled, the match
    would be whole.
    """
    square = [
        key
        for key, fact in target.items()
        if len(fact.shape) == 2 and fact.shape[0] == fact.shape[1] and key in match.tensors
    ]
    told = f"; `{square[0]}` is square, which does not tell: {SETTLING}" if square else ""
    return Fix(
        "transpose them, and the square matrices that the same code wrote as it wrote them" + told,
        safety="manual",
        python=f"for key in {list(match.mismatched[:ROWS])!r}:\n    state[key] = state[key].T\n"
        if len(match.mismatched) <= ROWS
        else "",
    )


def _meanings(match: Match, target: Target) -> list[str]:
    """Say what loading the rest would mean, where only the first axis of one layer differs."""
    told = []
    for key in match.mismatched:
        saved, expected = match.tensors[key].shape, target[key].shape
        kind = target.modules.get(key.rpartition(".")[0], "")
        if len(saved) != 2 or len(expected) != 2 or saved[1:] != expected[1:]:
            continue
        if "Embedding" in kind and saved[0] < expected[0]:
            told.append(f"rows {saved[0]:,} to {expected[0] - 1:,} of `{key}` were never trained")
        elif "Embedding" in kind:
            told.append(f"rows {expected[0]:,} to {saved[0] - 1:,} of `{key}` would be lost")
        elif kind == "Linear":
            told.append(f"a new `{key}` with {expected[0]:,} outputs would start untrained")
    return told[:1]


def _difference(key: str, saved: TensorFact, target: Target) -> str:
    """Say in the layer's own words what differs, where its class has such."""
    expected = target[key]
    module, _, leaf = key.rpartition(".")
    names = _axes(target.modules.get(module, ""))
    if leaf != "weight" or not names or len(saved.shape) != len(expected.shape):
        return ""
    pairs = zip(names, saved.shape, expected.shape, strict=False)
    parts = [f"{old:,} {name} saved, {new:,} expected" for name, old, new in pairs if old != new]
    return "; ".join(parts)


def _axes(kind: str) -> tuple[str, ...]:
    """Return what the first axes of the weight of such a layer are, where that is known."""
    if kind == "Linear":
        return ("outputs", "inputs")
    if kind in ("Embedding", "EmbeddingBag"):
        return ("rows", "columns")
    if re.fullmatch(r"Conv[123]d", kind):
        return ("output channels", "input channels")
    return ("input channels", "output channels") if kind.startswith("ConvTranspose") else ()
