"""LS402: the names carry the name of a wrapper around the model."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import rename_rows, target_place, weights_place
from loadstone.core import Finding, Fix, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import WRAPPERS, Match

ROWS = 2
COVERS = ("torch/E07", "torch/E08", "torch/E09", "torch/E24")


@check("LS402", since="0.1", supersedes=("LS400", "LS401"), covers=COVERS)
def wrapper_prefix(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Keys carry the name of a wrapper that the target does not have.

    ## Why it breaks
    `DataParallel(net)` holds `net` as its `module`, and `torch.compile(net)` as its `_orig_mod`,
    so the wrapper's state dict says `module.fc.weight` where the bare `net` expects `fc.weight`.

    ## Example
    ```python fails=LS402
    save({"module.fc.weight": zeros(2, 3)})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: names change, tensors do not. Offered only if every renamed key is then expected by the
    target with the same shape, and none is left over. When saving, save the model inside the
    wrapper: `net.module.state_dict()`, `net._orig_mod.state_dict()`.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.DataParallel.html>
    """
    for step in match.steps:
        if step.kind != "wrapper":
            continue
        words = " and ".join(f"`{word}.`" for word in step.words)
        how_many = "every key carries"
        if len(step.renames) < len(weights):
            how_many = f"{count(len(step.renames), 'key')} of {len(weights):,} carry"
        yield Finding(
            f"{how_many} {words}, which `{target.name}` does not have",
            at=weights_place(weights, step.renames[0][0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=rename_rows(step, weights, target, ROWS),
            more=max(0, len(step.renames) - ROWS),
            notes=tuple(
                f"{WRAPPERS[word]} adds `{word}.` when the wrapper is saved, not the model "
                "inside it"
                for word in step.words
            ),
            fix=Fix(
                f"remove {listed([f'{word}.' for word in step.words])} from "
                f"{count(len(step.renames), 'key')}",
                edits=step.edits,
                proof=step.proof,
            )
            if match.complete
            else None,
            explains_rest=match.complete,  # what fits no better without it is a cause of its own
        )
