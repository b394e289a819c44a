"""LS406: the file holds the weights of another architecture."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

ROWS = 4


@check(
    "LS406",
    since="0.1",
    supersedes=("LS400", "LS401", "LS403"),
    covers=("torch/F08",),
)
def other_architecture(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Most names or shapes of the file are not the target's: it is another model.

    ## Why it breaks
    The file was saved from another architecture, or from another size of the same one
    (`resnet50` into `resnet18`). torch lists every key as missing, unexpected or mismatched.

    ## Example
    ```python fails=LS406
    save({"conv1.weight": zeros(8, 3, 3, 3), "conv1.bias": zeros(8), "head.weight": zeros(2, 8)})
    load_into({"fc1.weight": zeros(5, 10), "fc1.bias": zeros(5), "fc2.weight": zeros(2, 5)})
    ```

    ## Fix
    Load the file into the class that it was saved from. `loadstone inspect` lists the names and
    shapes that it holds.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    shared = len(target) - len(match.missing) - len(match.mismatched)
    if not weights or match.complete or shared * 2 >= min(len(weights), len(target)):
        return
    if not (match.missing and match.unexpected) or match.renamed_beyond_proof(target):
        return
    rows = [
        Row(f"{old}  {match.tensors[old]}", f"{new}  {target[new]}")
        for old, new in zip(match.unexpected[:ROWS], match.missing[:ROWS], strict=False)
    ]
    yield Finding(
        f"the file does not hold the weights of `{target.name}`: {shared:,} of "
        f"{count(len(target), 'tensor')} fit by name and shape",
        at=weights_place(weights),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(rows),
        more=max(0, len(match.unexpected) + len(match.missing) - 2 * len(rows)),
        fix=Fix(
            "load it into the class that it was saved from; its names and shapes tell which",
            safety="manual",
            shell=f"loadstone inspect {weights.path} -v",
        ),
    )
