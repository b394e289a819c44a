"""LS202: tensors are tagged with a device that is not here."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix
from loadstone.core import (
    Artifact,
    Environment,
    Finding,
    Fix,
    RetagDevice,
    RetagProgram,
    Row,
    Target,
    Weights,
    check,
)
from loadstone.core.words import count, listed

COVERS = ("torch/G01", "torch/G03", "torch/G04", "torch/G05")


@check("LS202", since="0.1", covers=COVERS)
def device_tag(
    artifact: Artifact, environment: Environment, weights: Weights | None, target: Target | None
) -> Iterator[Finding]:
    """Tensors were on a device that is not here when they were saved.

    ## Why it breaks
    torch writes the device beside every tensor and wants it back: `Attempting to deserialize object
    on a CUDA device`, `Storage device not recognized: mps`, `don't know how to restore data
    location`. The numbers themselves are the same on every device.

    ## Example
    ```python fails=LS202
    save({"fc.weight": zeros(2, 3, device="cuda:3")})
    environment(devices=["cpu"])
    ```

    ## Fix
    Safe: the tensors are written without the tag. Or load with `map_location="cpu"`, which takes
    every tag; a dictionary takes only the tags that it names. A program of TorchScript or
    `torch.export` is written again as a program, with the devices in its code and graph replaced:
    `torch.export.load` takes no `map_location`.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.load.html>
    """
    absent = [tag for tag in artifact.devices if not _available(tag, environment.devices)]
    if not absent:
        return
    tagged = [fact for fact in (weights or {}).values() if fact.device in absent]
    yield Finding(
        f"tensors are tagged {listed(absent)}, and this environment has "
        f"{listed([device for device in environment.devices if device != 'meta'])}",
        at=here(artifact),
        rows=(Row(f"{count(len(tagged), 'tensor')} on {absent[0]}", environment.devices[0]),)
        if tagged
        else (),
        headings=("saved", "here"),
        fix=_of_program(artifact)
        if artifact.content == "program" and target is None
        else _fix(artifact, tagged=bool(tagged)),
        covers=tuple(dict.fromkeys(_covers(tag, environment) for tag in absent)),
    )


def _of_program(artifact: Artifact) -> Fix:
    if artifact.is_folder:
        return Fix("write the program again on the CPU", safety="manual")
    ending = suffix(artifact)
    name = f"{artifact.name.removesuffix(ending)}.fixed{ending}"
    code = f"import torch\n\nmodel = torch.jit.load({artifact.path!r}, map_location='cpu')\n"
    return Fix(
        f"write `{name}` for the CPU: its tags, and the devices that stand in its code",
        (RetagProgram(name),),
        proof="no byte of a tensor changes",
        python=code if artifact.format == "torchscript" else "",
    )


def _fix(artifact: Artifact, *, tagged: bool) -> Fix:
    load = "torch.jit.load" if artifact.format == "torchscript" else "torch.load"
    code = f"import torch\n\nstate = {load}({artifact.path!r}, map_location='cpu')\n"
    if tagged:
        return Fix(
            "store the tensors without the device that they were on",
            (RetagDevice("cpu"),),
            proof="no byte of a tensor changes",
            python=code,
        )
    return Fix("load it onto the CPU", safety="manual", python=code)


def _available(tag: str, devices: tuple[str, ...]) -> bool:
    kind = tag.partition(":")[0]
    if kind in ("cpu", "meta"):
        return True
    return tag in devices or (":" not in tag and f"{tag}:0" in devices) or f"{kind}" in devices


def _covers(tag: str, environment: Environment) -> str:
    kind = tag.partition(":")[0]
    if kind == "cuda":
        has_one = any(device.startswith("cuda") for device in environment.devices)
        return "torch/G03" if has_one else "torch/G01"
    return "torch/G04" if kind == "mps" else "torch/G05"
