"""LS412: a parameter that the target holds under two names is in the file under one."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.match import Match

ROWS = 4


@check("LS412", since="0.1", supersedes=("LS400", "LS401"), covers=("torch/E28",))
def tied_names(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """A parameter has two names in the target, and one of them in the file.

    ## Why it breaks
    `lm_head.weight` and `embed.weight` are one parameter. safetensors saves it once, and a strict
    load wants both names. The other way round a file may hold twice what the class has once.

    ## Example
    ```python fails=LS412
    save({"embed.weight": zeros(5, 2)})
    load_into({"embed.weight": zeros(5, 2), "head.weight": zeros(5, 2)},
              aliases={"head.weight": "embed.weight"})
    ```

    ## Fix
    Safe: the target's own constructor ties the names, so both get the same tensor; what is left
    out is the same bytes of the file under another name.

    ## See also
    <https://huggingface.co/docs/safetensors/torch_shared_tensors>
    """
    for step in match.steps:
        if step.kind != "tied":
            continue
        copied = [(old, new) for old, new in step.renames if new]
        twice = [old for old, new in step.renames if not new]
        parts = []
        if copied:
            parts.append(
                f"the file lacks {listed([new for _, new in copied])}, which `{target.name}` ties "
                f"to {listed(list(dict.fromkeys(old for old, _ in copied)))}"
            )
        if twice:
            parts.append(f"the file holds the same tensor twice: {listed(twice)}")
        yield Finding(
            "; ".join(parts),
            at=weights_place(weights, twice[0] if twice else None),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(Row(f"{old}", f"{new or '—'}") for old, new in step.renames[:ROWS]),
            more=max(0, len(step.renames) - ROWS),
            fix=Fix(
                f"bring {count(len(step.renames), 'name')} into line", step.edits, proof=step.proof
            )
            if match.complete
            else None,
        )
