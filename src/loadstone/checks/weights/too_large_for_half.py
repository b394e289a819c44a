"""LS445: numbers of the file that the half precision of the target makes infinite."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Infinite, Row, Target, Weights, check
from loadstone.core.words import count, listed

ROWS = 4


@check("LS445", since="0.2", severity="warning", covers=("torch/E37",))
def too_large_for_half(weights: Weights, target: Target, infinite: Infinite) -> Iterator[Finding]:
    """Numbers of the file become infinite in the half precision of the target.

    ## Why it breaks
    `load_state_dict` copies into the dtype of the model. In float16 what is above 65,504 becomes
    infinite, and it says `<All keys matched successfully>`. The outputs are infinite, or NaN.

    ## Example
    ```python fails=LS445
    save({"fc.weight": zeros(2, 3)})
    load_into({"fc.weight": zeros(2, 3)})
    infinite({"fc.weight": 70000.0})
    ```

    ## Fix
    Build the model in bfloat16, which has the range of float32, or in float32.

    ## See also
    <https://docs.pytorch.org/docs/stable/amp.html>
    """
    keys = list(infinite.tensors)
    yield Finding(
        f"{count(len(keys), 'tensor')} {'holds' if len(keys) == 1 else 'hold'} numbers that are "
        f"infinite in the {infinite.dtype} of `{target.name}`: {listed(keys)}",
        at=weights_place(weights, keys[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        headings=("tensor", "its largest number"),
        rows=tuple(
            Row(
                f"{key}  {weights[key]}" if key in weights else key, f"{infinite.tensors[key]:,.6g}"
            )
            for key in keys[:ROWS]
        ),
        more=max(0, len(keys) - ROWS),
        fix=Fix(
            "build the model in bfloat16 or float32", safety="manual", python="model.bfloat16()\n"
        ),
    )
