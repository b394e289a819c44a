"""LS436: weights are parts of a norm on one side, and themselves on the other."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import rename_rows, step_fix, target_place, weights_place
from loadstone.core import Finding, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match, Step

ROWS = 4


@check("LS436", since="0.2", supersedes=("LS400", "LS401", "LS406"), covers=("torch/E17",))
def normalised_weights(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Weights are parts of a norm on one side, and plain on the other.

    ## Why it breaks
    `weight_norm` keeps a length `weight_g` and a direction `weight_v`, `spectral_norm` a
    `weight_orig` with two vectors, and parametrizations call them otherwise. A class without the
    norm (`remove_weight_norm`, a vocoder for inference) expects `weight`. With `strict=False` the
    layer stays random.

    ## Example
    ```python fails=LS436
    save({"fc.weight_g": zeros(5, 1), "fc.weight_v": zeros(5, 10)})
    load_into({"fc.weight": zeros(5, 10)})
    ```

    ## Fix
    Safe: the weight is what torch computes of the parts before each forward, by its own function.
    The other way, `g` is the length of each weight, which gives the weight again to rounding. A
    spectral norm whose axis the shapes do not tell is unsafe, and its vectors are not made up.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.utils.parametrizations.weight_norm.html>
    """
    for step in match.steps:
        if step.kind != "normed" or target.accepts:
            continue
        yield Finding(
            _message(step, target),
            at=weights_place(weights, step.renames[0][0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=rename_rows(step, weights, target, ROWS),
            more=max(0, len(step.renames) - ROWS),
            notes=("`g·v/‖v‖` or `w/σ` is computed before each forward, of what is stored",),
            fix=step_fix(
                step,
                match,
                f"{'fold' if _folds(step) else 'part'} {count(_number(step), 'weight')}",
            ),
        )


def _folds(step: Step) -> bool:
    return any(edit.op == "fold-norm" for edit in step.edits)


def _number(step: Step) -> int:
    return len({row[1 if _folds(step) else 0] for row in step.renames})


def _message(step: Step, target: Target) -> str:
    held = count(_number(step), "weight")
    if _folds(step):
        verb = "is" if _number(step) == 1 else "are"
        return f"{held} of the file {verb} held as parts of a norm that `{target.name}` lacks"
    return f"`{target.name}` holds {held} as parts of a norm that the file does not have"
