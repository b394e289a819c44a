"""LS442: the file holds the tensors of a loss beside those of the model."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

ROWS = 4


@check("LS442", since="0.2", supersedes=("LS401",), covers=("torch/K03",))
def loss_in_file(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Tensors of a loss were saved with the model, and the target has no loss.

    ## Why it breaks
    `self.loss = nn.CrossEntropyLoss(weight=w)` in a training module is a submodule with a tensor.
    The class for inference has none, so `load_state_dict` says `Unexpected key(s)`.

    ## Example
    ```python fails=LS442
    save({"fc.weight": zeros(2, 5), "criterion.weight": zeros(2)})
    load_into({"fc.weight": zeros(2, 5)})
    ```

    ## Fix
    Safe: offered only where every tensor of the target is there, and what is too many lies in a
    module that is called a loss. No prediction uses it.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.CrossEntropyLoss.html>
    """
    for step in match.steps:
        if step.kind == "loss":
            keys = [key for key, _ in step.renames]
            yield Finding(
                f"{count(len(keys), 'tensor')} of the file {'is' if len(keys) == 1 else 'are'} of "
                f"a loss, which `{target.name}` does not have: `{keys[0]}`",
                at=weights_place(weights, keys[0]),
                code_at=target_place(target),
                code_text=f"class {target.class_name}",
                rows=tuple(
                    Row(f"{key}  {weights[key]}" if key in weights else key, "—")
                    for key in keys[:ROWS]
                ),
                more=max(0, len(keys) - ROWS),
                fix=Fix(f"leave out {count(len(keys), 'tensor')}", step.edits, proof=step.proof),
            )
