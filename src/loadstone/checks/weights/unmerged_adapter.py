"""LS423: an adapter lies in the file beside the layers that it changes."""

from collections.abc import Iterator

from loadstone.checks.weights._evidence import target_place, weights_place
from loadstone.core import Finding, Fix, Row, Target, Weights, check
from loadstone.core.words import count

ROWS = 4
SUPERSEDES = ("LS400", "LS401", "LS404", "LS405", "LS406")


@check("LS423", since="0.2", supersedes=SUPERSEDES, covers=("torch/K27",))
def unmerged_adapter(weights: Weights, target: Target) -> Iterator[Finding]:
    """The file holds layers with a LoRA adapter, and the target has none.

    ## Why it breaks
    PEFT puts two narrow matrices beside a layer: `q_proj.base_layer.weight`, `q_proj.lora_A…` and
    `lora_B…`. Saved so, the names are not those of the model. With `strict=False`, or once the
    names are stripped, the layer is loaded without what was trained.

    ## Example
    ```python fails=LS423
    save({"base_model.model.q.base_layer.weight": zeros(4, 4),
          "base_model.model.q.lora_A.default.weight": zeros(2, 4),
          "base_model.model.q.lora_B.default.weight": zeros(4, 2)})
    load_into({"q.weight": zeros(4, 4)})
    ```

    ## Fix
    Merge the adapter where the model is at hand: `merge_and_unload`, and save that. By hand, each
    weight becomes `W + lora_alpha / r · B·A`. The rank `r` is the number of rows of `A`; the file
    does not hold `lora_alpha`, so nothing is merged here: it stands in `adapter_config.json`.

    ## See also
    <https://huggingface.co/docs/peft/developer_guides/lora>
    """
    pairs = {key: _other(key) for key in weights if ".lora_A" in key and _other(key) in weights}
    if not pairs or any(".lora_A" in key for key in target):
        return
    ranks = sorted({weights[key].shape[0] for key in pairs if weights[key].shape})
    yield Finding(
        f"the file holds a LoRA adapter of {count(len(pairs), 'layer')} that is not merged, and "
        f"`{target.name}` has none",
        at=weights_place(weights, next(iter(pairs))),
        code_at=target_place(target),
        code_text=f"class {target.class_name}",
        rows=tuple(
            Row(f"{one}  {weights[one]}", f"{other}  {weights[other]}")
            for one, other in list(pairs.items())[:ROWS]
        ),
        headings=("A", "B"),
        more=max(0, len(pairs) - ROWS),
        notes=(f"rank {', '.join(map(str, ranks))}; `lora_alpha`, which scales it, is not in it",),
        fix=Fix(
            "merge the adapter into the model, and save that",
            safety="manual",
            python="model = model.merge_and_unload()  # a peft.PeftModel, as it was trained\n"
            "torch.save(model.state_dict(), 'merged.pth')\n",
        ),
    )


def _other(key: str) -> str:
    return key.replace(".lora_A", ".lora_B")
