"""LS203: tensors on another device, inside a pickle that `map_location` does not reach."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.checks._nested import is_nested, on_cpu
from loadstone.core import Artifact, Environment, Finding, Fix, RetagDevice, Weights, check
from loadstone.core.words import count, listed


@check("LS203", since="0.1", supersedes=("LS202",), covers=("torch/G07",))
def nested_device_tag(
    artifact: Artifact, environment: Environment, weights: Weights | None
) -> Iterator[Finding]:
    """Tensors of another device lie where `map_location` does not reach.

    ## Why it breaks
    In a pickle that `torch.save` did not write, every storage is a small torch file of its own,
    loaded by `torch.storage._load_from_bytes` without the `map_location` given. The message still
    advises to pass it.

    ## Example
    ```python fails=LS203
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        globals=["torch.storage._load_from_bytes"],
        devices=["cuda:0"],
    )
    environment(devices=["cpu"])
    ```

    ## Fix
    Safe where every tensor can be read without running the pickle: they are written without the
    tag. Otherwise load it with an unpickler that puts the inner files on the CPU, if you trust its
    source, and save the `state_dict()`.

    ## See also
    <https://github.com/pytorch/pytorch/issues/16797>
    """
    absent = [
        tag
        for tag in artifact.devices
        if tag.partition(":")[0] not in ("cpu", "meta") and tag not in environment.devices
    ]
    if artifact.format in TORCH_ARCHIVES or not is_nested(artifact) or not absent:
        return
    yield Finding(
        f"tensors inside the pickle are tagged {listed(absent)}, and `map_location` does not "
        "reach them",
        at=here(artifact, "torch.storage._load_from_bytes"),
        fix=_fix(weights, on_cpu(artifact)),
    )


def _fix(weights: Weights | None, code: str) -> Fix:
    if weights and all(fact.extent for fact in weights.values()):
        return Fix(
            f"write {count(len(weights), 'tensor')} without the device that they were on",
            (RetagDevice("cpu"),),
            proof="every tensor lies wholly inside the file, and no code of it was run",
            python=code,
        )
    return Fix(
        "load it with an unpickler that puts the inner files on the CPU",
        safety="manual",
        python=code,
    )
