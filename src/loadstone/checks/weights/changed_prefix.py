"""LS405: every key has a prefix that the target does not have, or lacks one that it has."""

from collections.abc import Iterator, Mapping

from loadstone.checks.weights._evidence import rename_rows, target_place, weights_place
from loadstone.core import Finding, Fix, RenameKeys, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

ROWS = 2


@check(
    "LS405",
    since="0.1",
    supersedes=("LS400", "LS401"),
    covers=("torch/E10", "torch/E11"),
)
def changed_prefix(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Every key has a prefix that the target does not have, or lacks one.

    ## Why it breaks
    The model was saved as an attribute of something larger (`self.net = Net()` in a training
    module), or it is loaded into such a thing, so every name starts with that attribute's name.

    ## Example
    ```python fails=LS405
    save({"net.fc1.weight": zeros(5, 10), "net.fc1.bias": zeros(5)})
    load_into({"fc1.weight": zeros(5, 10), "fc1.bias": zeros(5)})
    ```

    ## Fix
    Safe: names change, tensors do not. Offered only if every renamed key is then expected by the
    target with the same shape, and none is left over.

    ## See also
    <https://lightning.ai/docs/pytorch/stable/common/checkpointing_basic.html>
    """
    for step in match.steps:
        if step.kind != "prefix":
            continue
        edit = step.edit
        assert isinstance(edit, RenameKeys)  # what a prefix is undone by
        strip, add = edit.strip, edit.add
        saved, expected = _carry(weights, strip), _carry(target, add)
        if strip and add:
            message = f"{saved} `{strip}` where `{target.name}` says `{add}`"
            title = f"replace `{strip}` by `{add}` in {count(len(weights), 'key')}"
        elif strip:
            message = f"{saved} `{strip}`, which `{target.name}` does not have"
            title = f"remove `{strip}` from {count(len(weights), 'key')}"
        else:
            message = f"of `{target.name}`, {expected} `{add}`, and none in the file does"
            title = f"add `{add}` to {count(len(weights), 'key')}"
        yield Finding(
            message,
            at=weights_place(weights, step.renames[0][0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=rename_rows(step, weights, target, ROWS),
            more=max(0, len(step.renames) - ROWS),
            fix=Fix(title, step.edits, proof=step.proof) if match.complete else None,
            explains_rest=match.complete,  # what fits no better without it is a cause of its own
        )


def _carry(keys: Mapping[str, object], prefix: str) -> str:
    number = sum(key.startswith(prefix) for key in keys)
    if number == len(keys):
        return "every key starts with"
    return f"{count(number, 'key')} of {len(keys):,} {'starts' if number == 1 else 'start'} with"
