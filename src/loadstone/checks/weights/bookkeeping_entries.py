"""LS434: values that are no tensors lie among the tensors of a state dict."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Artifact, Finding, Fix, Row, SelectEntry, Target, Weights, check
from loadstone.core.words import count, listed

ROWS = 4


@check("LS434", since="0.2", supersedes=("LS406",))
def bookkeeping_entries(artifact: Artifact, weights: Weights, target: Target) -> Iterator[Finding]:
    """The epoch, a score or other values lie among the tensors of the state dict.

    ## Why it breaks
    `torch.save({**model.state_dict(), "epoch": 3})` puts what belongs beside the state dict into
    it. A strict load takes every entry for a parameter: `Unexpected key(s) in state_dict: "epoch"`.

    ## Example
    ```python fails=LS434
    save({"fc.weight": zeros(2, 3), "epoch": 3}, content="state-dict")
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Keep the tensors alone. The other values stay in the file as it was; save them beside the state
    dict: `{"model": model.state_dict(), "epoch": 3}`.

    ## See also
    <https://docs.pytorch.org/tutorials/beginner/saving_loading_models.html>
    """
    known = {*target, *target.extras}
    keys = [
        key
        for key in weights.others
        if "." not in key and key not in known and not key.endswith("_extra_state")
    ]
    if artifact.framework != "torch" or not keys or not weights.tensors:
        return
    yield Finding(
        f"{count(len(keys), 'entry', 'entries')} of the state dict are no tensors, and "
        f"`{target.name}` has none called so: {listed(keys)}",
        at=weights_place(weights),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        headings=("saved", "expected"),
        rows=tuple(Row(f"{key}  {weights.others[key]}", "—") for key in keys[:ROWS]),
        more=max(0, len(keys) - ROWS),
        fix=Fix(
            f"keep the {count(len(weights), 'tensor')}",
            (SelectEntry(weights.entry),),
            safety="safe",
            proof="every tensor is kept",
        ),
    )
