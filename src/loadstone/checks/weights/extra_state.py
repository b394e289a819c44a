"""LS407: extra state of a module on one side only."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed

ROWS = 4


@check("LS407", since="0.1", supersedes=("LS406",))
def extra_state(weights: Weights, target: Target) -> Iterator[Finding]:
    """Extra state of a module is in the file or in the class, and not in both.

    ## Why it breaks
    A module may add a value of its own to the state dict, by `get_extra_state`, under
    `…_extra_state`: fp8 scales, the counters of a metric. A strict load wants it where the class
    has it, and refuses it where the class has not.

    ## Example
    ```python fails=LS407
    save({"fc.weight": zeros(2, 3)})
    load_into({"fc.weight": zeros(2, 3)}, extras=["fc._extra_state"])
    ```

    ## Fix
    Build the model with the same modules and the same precision recipe as when it was saved.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.get_extra_state>
    """
    saved = [key for key in weights.others if key.endswith("_extra_state")]
    missing = [key for key in target.extras if key not in weights.others and key not in weights]
    unexpected = [key for key in saved if key not in target.extras and key not in target]
    if not missing and not unexpected:
        return
    parts = []
    if missing:
        parts.append(f"`{target.name}` expects extra state that the file does not hold")
    if unexpected:
        parts.append(f"the file holds extra state that `{target.name}` does not take")
    keys = missing + unexpected
    yield Finding(
        f"{', and '.join(parts)}: {listed(keys)}",
        at=weights_place(weights, unexpected[0] if unexpected else None),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=(
            *(Row("—", key) for key in missing[:ROWS]),
            *(Row(f"{key}  {weights.others[key]}", "—") for key in unexpected[:ROWS]),
        ),
        more=max(0, len(missing) - ROWS) + max(0, len(unexpected) - ROWS),
        notes=(f"{count(len(weights), 'tensor')} are beside it",),
        fix=Fix("build the model with the modules that were saved", safety="manual"),
    )
