"""LS401: tensors that the file holds and the target does not have."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import by_module, target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6


@check("LS401", since="0.1")
def unexpected_keys(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """The file holds tensors that the target does not have.

    ## Why it breaks
    `load_state_dict` names them `Unexpected key(s)`. They were trained as part of the model;
    left out, the model computes something else.

    ## Example
    ```python fails=LS401
    save({"fc1.weight": zeros(5, 10), "fc2.weight": zeros(2, 5)})
    load_into({"fc1.weight": zeros(5, 10)})
    ```

    ## Fix
    Build the model with the layers that the file holds: their shapes give the sizes.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    if not match.unexpected:
        return
    modules = by_module(match.unexpected, target)
    whole = [path for path, all_of_it in modules.items() if all_of_it]
    many = "a layer" if len(whole) == 1 else "layers"
    if len(whole) == len(modules) and "" not in modules:
        message = f"the file holds {many} that `{target.name}` does not have: {listed(whole)}"
    else:
        message = (
            f"the file holds {count(len(match.unexpected), 'tensor')} that `{target.name}` does "
            f"not have: {listed(match.unexpected)}"
        )
    yield Finding(
        message,
        at=weights_place(weights, match.unexpected[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(Row(f"{key}  {match.tensors[key]}", "—") for key in match.unexpected[:ROWS]),
        more=max(0, len(match.unexpected) - ROWS),
        notes=("they are part of what was trained: without them the model computes otherwise",),
        fix=Fix("build the model with the layers that the file holds", safety="manual"),
    )
