"""LS409: buffers that a class computes itself are on one side only."""

from collections.abc import Iterator, Sequence

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count, listed
from loadstone.statedict.buffers import computed
from loadstone.statedict.match import Match

ROWS = 4


@check(
    "LS409",
    since="0.1",
    supersedes=("LS400", "LS401"),
    covers=("torch/E20", "torch/E21"),
)
def computed_buffers(weights: Weights, target: Target, match: Match) -> Iterator[Finding]:
    """Buffers that hold nothing trained are in the file or in the class, not in both.

    ## Why it breaks
    A strict load wants every buffer of the class and no other. Libraries stop saving what they
    compute (`position_ids` and `inv_freq` in transformers), and BatchNorm counts its batches in
    `num_batches_tracked` since PyTorch 0.4.1.

    ## Example
    ```python fails=LS409
    save({"fc.weight": zeros(2, 3), "position_ids": zeros(1, 512, dtype="int64")})
    load_into({"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: the buffers that the class does not have are left out, since it computes its own. Those
    that it has and the file lacks are added where their values are certain: counters at zero,
    positions in order. No trained tensor changes.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html#torch.nn.Module.register_buffer>
    """
    steps = [step for step in match.steps if step.kind == "computed"]
    more = [old for step in steps for old, new in step.renames if not new]
    fewer = [new for step in steps for old, new in step.renames if not old]
    unsure = [key for key in match.missing if computed(key, target[key])]
    if not steps and not unsure:
        return
    parts = []
    if more:
        parts.append(f"the file holds buffers that `{target.name}` does not have: {listed(more)}")
    if fewer or unsure:
        lacking = listed([*fewer, *unsure])
        parts.append(f"`{target.name}` has buffers that the file does not: {lacking}")
    rows = [
        *(Row(f"{key}  {weights[key]}" if key in weights else key, "—") for key in more),
        *(Row("—", f"{key}  {target[key]}") for key in (*fewer, *unsure)),
    ]
    fix = None
    if match.complete:
        edits = tuple(edit for step in steps for edit in step.edits)
        proof = "; ".join(dict.fromkeys(step.proof for step in steps))
        fix = Fix(_title(more, fewer), edits, proof=proof)
    elif unsure and {*unsure} == {*match.missing} and not (match.unexpected or match.mismatched):
        fix = Fix(
            "load all else: the class computes these itself",
            safety="manual",
            python=_loaded_without((*fewer, *unsure)),
        )
    yield Finding(
        "; ".join(parts) or f"buffers have other names in `{target.name}`",
        at=weights_place(weights, more[0] if more else None),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(rows[:ROWS]),
        more=max(0, len(rows) - ROWS),
        notes=("such buffers are computed or counted by a class, not trained",),
        fix=fix,
        explains_rest={*unsure} == {*match.missing} and not (match.unexpected or match.mismatched),
    )


def _loaded_without(keys: Sequence[str]) -> str:
    """Return the code that loads all but these, and sees that it does; "" where it is too long."""
    if len(keys) > ROWS:
        return ""
    absent = ", ".join(map(repr, keys))
    return (
        "missing, unexpected = model.load_state_dict(state, strict=False)\n"
        f"assert set(missing) <= {{{absent}}} and not unexpected\n"
    )


def _title(more: list[str], fewer: list[str]) -> str:
    parts = [f"leave out {count(len(more), 'buffer')}"] if more else []
    if fewer:
        parts.append(f"add {count(len(fewer), 'buffer')}")
    return " and ".join(parts) or "rename the buffers"
