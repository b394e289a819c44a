"""LS411: q, k and v, or gate and up, are one tensor on one side and several on the other."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count
from loadstone.statedict.match import Match

ROWS = 3
INTERLEAVED = (
    "a class that holds the three of each head together (BLOOM, GPT-NeoX) would predict something "
    "else: compare outputs"
)


@check("LS411", since="0.1", supersedes=("LS400", "LS401", "LS406"))
def fused_projections(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Projections that one side holds in one tensor are apart on the other.

    ## Why it breaks
    The same attention is written with one `qkv` layer or with `q`, `k` and `v`, the same gated
    MLP with `gate_up_proj` or with `gate_proj` and `up_proj`. The numbers are the same, the names
    and shapes are not.

    ## Example
    ```python fails=LS411
    save({"attn.q.weight": zeros(4, 4), "attn.k.weight": zeros(4, 4), "attn.v.weight": zeros(4, 4)})
    load_into({"attn.in_proj_weight": zeros(12, 4)})
    ```

    ## Fix
    The rows are put together, or cut, in the order q, k, v. Safe where `torch.nn
    .MultiheadAttention` documents it (`in_proj_weight`); unsafe for any other class, whose code
    alone says how its rows lie: shapes cannot tell.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.MultiheadAttention.html>
    """
    for step in match.steps:
        if step.kind != "fused":
            continue
        safe = not step.convention
        ours = len({old for old, _ in step.renames})
        theirs = len({new for _, new in step.renames})
        verb = "put together" if ours > theirs else "split"
        yield Finding(
            f"{count(ours, 'tensor')} of the file {'is' if ours == 1 else 'are'} "
            f"{theirs:,} in `{target.name}`",
            at=weights_place(weights, step.renames[0][0]),
            code_at=target_place(target),
            code_text=f"class {target.class_name}",
            rows=tuple(
                Row(f"{old}  {weights[old]}" if old in weights else old, f"{new}  {target[new]}")
                for old, new in step.renames[:ROWS]
            ),
            more=max(0, len(step.renames) - ROWS),
            notes=() if safe else (INTERLEAVED,),
            fix=Fix(
                f"{verb} {count(ours, 'tensor')}",
                step.edits,
                safety="safe" if safe else "unsafe",
                proof="; ".join(part for part in (step.proof, step.convention) if part),
            )
            if match.complete
            else None,
        )
