"""LS410: matrices lie the other way round, or have axes of size 1 more or fewer."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import step_fix, target_place, weights_place
from loadstone.core import Finding, Reshape, Row, Target, Transpose, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match, Step

ROWS = 4
NOTE = "TensorFlow, JAX and GPT-2's `Conv1D` hold inputs × outputs, and torch outputs × inputs"


@check(
    "LS410",
    since="0.1",
    supersedes=("LS403", "LS406"),
    covers=("torch/F05", "torch/F06"),
)
def other_layout(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Weights hold the numbers that the target expects, in another layout.

    ## Why it breaks
    `torch.nn.Linear` holds outputs × inputs. TensorFlow, JAX and the `Conv1D` of GPT-2 hold inputs
    × outputs, and a convolution of size 1 is a linear layer with two axes more. torch says `size
    mismatch` for each; a square matrix that lies the other way round loads without a word.

    ## Example
    ```python fails=LS410
    save({"fc.weight": zeros(3, 2), "fc.bias": zeros(2)})
    load_into({"fc.weight": zeros(2, 3), "fc.bias": zeros(2)})
    ```

    ## Fix
    Safe: offered only where every weight of that kind of layer fits that way round and none the
    other, all shapes are then equal and nothing is left over. Square matrices are turned with the
    others of their kind: unsafe where they stand in a module that holds no other. Where nothing
    tells how those lie, nothing is offered.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Linear.html>
    """
    for step in match.steps:
        if step.kind != "layout" or target.accepts:
            continue
        rows = tuple(
            Row(f"{old}  {weights[old]}" if old in weights else old, f"{new}  {target[new]}")
            for old, new in step.renames
            if new in target
        )
        yield Finding(
            _message(step, target),
            at=weights_place(weights, step.renames[0][0] if step.renames else None),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=rows[:ROWS],
            more=max(0, len(rows) - ROWS),
            notes=(NOTE,) if any(isinstance(edit, Transpose) for edit in step.edits) else (),
            fix=step_fix(step, match, _title(step)),
        )


def _message(step: Step, target: Target) -> str:
    turned = [edit for edit in step.edits if isinstance(edit, Transpose)]
    if turned:
        number = count(len(turned[0].keys), "matrix", "matrices")
        return f"{number} of the file lie the other way round in `{target.name}`"
    return f"weights have other axes of size 1 in `{target.name}` than in the file"


def _title(step: Step) -> str:
    parts = []
    for edit in step.edits:
        if isinstance(edit, Transpose):
            parts.append(f"transpose {count(len(edit.keys), 'matrix', 'matrices')}")
        if isinstance(edit, Reshape):
            parts.append(f"reshape {count(len(edit.shapes), 'tensor')}")
    return " and ".join(parts)
