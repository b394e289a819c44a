"""LS420: the target's own load raises nothing, and does not fill all of it."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Filling, Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 6
COVERS = ("torch/E13", "torch/E16")


@check("LS420", since="0.2", supersedes=("LS400", "LS401", "LS406"), covers=COVERS)
def partly_loaded(
    weights: Weights, target: Target, match: Match, filling: Filling
) -> Iterator[Finding]:
    """The class loads the file without an error, and leaves tensors as they were.

    ## Why it breaks
    A `load_state_dict` of one's own that passes `strict=False`, or keeps only the keys that it
    knows, raises nothing. What it does not fill keeps the random values of the constructor, and
    torch says `<All keys matched successfully>`.

    ## Example
    ```python fails=LS420
    save({"fc.weight": zeros(2, 5), "out.weight": zeros(3, 2)})
    load_into({"fc.weight": zeros(2, 5), "out.weight": zeros(3, 2)}, left=["out.weight"])
    ```

    ## Fix
    Load with `strict=True`, and bring the names of the file into line instead. Each tensor of the
    file was followed through the load, so what is named here got nothing of it. Tensors of the file
    that the class leaves aside are a warning: it may mean to.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.load_state_dict>
    """
    if filling.left and not (match.complete and match.steps):
        left = filling.left
        whole = len(left) == len(target)
        yield Finding(
            f"`{target.name}` loads the file without an error and fills "
            + ("none of its tensors" if whole else f"not all: {listed(left)}"),
            at=weights_place(weights),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(
                Row("nothing of the file", f"{key}  {target[key]}" if key in target else key)
                for key in left[:ROWS]
            ),
            more=max(0, len(left) - ROWS),
            notes=("these would keep the values that the constructor gives them",),
            fix=Fix("let the class load with `strict=True`", safety="manual"),
        )
    elif filling.aside and not filling.left:
        aside = filling.aside
        yield Finding(
            f"`{target.name}` leaves {count(len(aside), 'tensor')} of the file aside: "
            f"{listed(aside)}",
            at=weights_place(weights, aside[0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(Row(f"{key}  {weights[key]}", "—") for key in aside[:ROWS]),
            more=max(0, len(aside) - ROWS),
            notes=("the class raises nothing of it; what was trained in them does not predict",),
            severity="warning",
            explains_rest=False,
            fix=Fix(
                "build the model as it was saved, or leave them out of the file", safety="manual"
            ),
        )
