"""LS435: layers of equal shapes have each other's names, or square matrices lie the other way."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import rename_rows, target_place, weights_place
from loadstone.core import Finding, Fix, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match, Step

ROWS = 4


@check("LS435", since="0.2", supersedes=("LS600",), covers=("torch/F07",))
def exchanged_layers(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """The file loads by its names, and gives the expected outputs only otherwise.

    ## Why it breaks
    Where two layers of equal shapes exchanged their names in the class, or a square matrix is held
    the other way round, every name and shape fits. `load_state_dict` says `<All keys matched
    successfully>`, and the model predicts something else.

    ## Example
    ```python fails=LS435
    save({"left.weight": zeros(4, 4), "right.weight": zeros(4, 4)})
    load_into({"left.weight": zeros(4, 4), "right.weight": zeros(4, 4)}, accepts=True)
    trials(examples=5, tried=3, right=[2])
    ```

    ## Fix
    Safe: of all ways to pair what has equal shapes, 128 at most, this one alone gives the outputs
    that were expected of the examples. Where several do, or none, nothing is offered, and what is
    found is that the predictions differ. Or give the layers of the class their names back.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    if not target.accepts or not match.chosen or not match.steps:
        return
    step = match.steps[0]
    proof = match.witnessed
    edits = tuple(edit for step in match.steps for edit in step.edits)
    yield Finding(
        f"every name fits `{target.name}`, and it gives the outputs expected of the examples only "
        f"with {' and '.join(map(_said, match.steps))}",
        at=weights_place(weights, step.renames[0][0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=rename_rows(step, match.tensors, target, ROWS),
        more=max(0, len(step.renames) - ROWS),
        fix=Fix("give each layer the tensors that give the outputs", edits, proof=proof),
    )


def _said(step: Step) -> str:
    number = len(step.renames)
    if step.kind == "layout":
        return f"{count(number, 'matrix', 'matrices')} the other way round"
    return f"{count(number, 'tensor')} exchanged"
