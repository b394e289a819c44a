"""LS425: parameters lie one after the other in a flat tensor of FSDP."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count

ROWS = 4
SUPERSEDES = ("LS400", "LS401", "LS402", "LS404", "LS405", "LS406")


@check("LS425", since="0.2", supersedes=SUPERSEDES, covers=("torch/J16",))
def flat_parameters(weights: Weights, target: Target) -> Iterator[Finding]:
    """The file holds flat parameters of FSDP: many tensors in one, without names.

    ## Why it breaks
    `FullyShardedDataParallel` keeps the parameters of a module in one flat tensor, of which each
    rank has a part. Saved with `LOCAL_STATE_DICT`, a file holds `_flat_param` of its rank, and
    neither the names nor the shapes of what lies in it.

    ## Example
    ```python fails=LS425
    save({"layer._fsdp_wrapped_module._flat_param": zeros(15)})
    load_into({"layer.weight": zeros(3, 4), "layer.bias": zeros(3)})
    ```

    ## Fix
    Save again with `FULL_STATE_DICT`, or with `torch.distributed.checkpoint`, from as many ranks as
    trained it. One rank's file is a part of the numbers, padded: nothing is cut out of it here.

    ## See also
    <https://docs.pytorch.org/docs/stable/fsdp.html>
    """
    flat = [key for key in weights if key.rpartition(".")[2] in ("_flat_param", "flat_param")]
    if not flat:
        return
    held, wanted = (
        sum(fact.count for fact in facts)
        for facts in ([weights[key] for key in flat], target.tensors.values())
    )
    yield Finding(
        f"the file holds {count(len(flat), 'flat parameter')} of FSDP, without the names that "
        f"`{target.name}` expects",
        at=weights_place(weights, flat[0]),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(Row(f"{key}  {weights[key]}", "—") for key in flat[:ROWS]),
        more=max(0, len(flat) - ROWS),
        notes=(f"{held:,} numbers in them, {wanted:,} in the target",),
        fix=Fix(
            "save again with `FULL_STATE_DICT`, where the ranks are",
            safety="manual",
            python="from torch.distributed.fsdp import FullyShardedDataParallel as FSDP\n"
            "from torch.distributed.fsdp import StateDictType\n\n"
            "with FSDP.state_dict_type(model, StateDictType.FULL_STATE_DICT):\n"
            "    state = model.state_dict()\n",
        ),
    )
