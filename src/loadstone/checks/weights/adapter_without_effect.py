"""LS429: layers of an adapter that add nothing to their base."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Idle, Row, check
from loadstone.core.words import listed


@check("LS429", since="0.2", severity="warning", covers=("torch/K26",))
def adapter_without_effect(artifact: Artifact, idle: Idle) -> Iterator[Finding]:
    """Layers of a LoRA adapter hold the zeros that they are built with.

    ## Why it breaks
    A LoRA layer adds `B·A` to its base, and `B` begins as zeros. An adapter that was saved before
    it was trained, whose layers no gradient reached, or that was gathered from ranks that held
    nothing, loads without a word and changes nothing.

    ## Example
    ```python fails=LS429
    save({"base_model.model.fc.lora_B.weight": zeros(3, 2)})
    idle(["base_model.model.fc"], total=1)
    ```

    ## Fix
    Save the adapter again from the model that was trained. The numbers in the file were read.

    ## See also
    <https://huggingface.co/docs/peft/developer_guides/lora>
    """
    modules = idle.modules
    every = len(modules) == idle.total
    told = "every layer" if every else f"{len(modules):,} of {idle.total:,} layers"
    yield Finding(
        f"{told} of the adapter {'adds' if every else 'add'} nothing to the base: "
        f"{listed(list(modules))}",
        at=here(artifact, modules[0]),
        rows=tuple(Row(f"{path}.lora_B", "", "0") for path in modules[:4]),
        more=max(0, len(modules) - 4),
        fix=Fix("save the adapter of the trained model", safety="manual"),
        severity="error" if every else None,
    )
