"""LS153: a folder that a training left, with the model beside the states of its optimizer."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Finding, Fix, check

NAMES = {
    "deepspeed": "a checkpoint of DeepSpeed",
    "megatron": "a checkpoint of Megatron",
    "training-checkpoint": "a checkpoint of a training",
}
COVERS = ("torch/J14", "torch/J15")


@check("LS153", since="0.2", supersedes=("LS103", "LS307", "LS700"), covers=COVERS)
def training_folder(artifact: Artifact) -> Iterator[Finding]:
    """The folder is a training checkpoint: the model is one file in it, or many.

    ## Why it breaks
    What a training needs to go on lies beside the weights: optimizer, scheduler, random states.
    A load takes one file of these. With DeepSpeed's ZeRO 3, its pipelines and its experts, and
    with Megatron on many ranks, no single file holds the weights: `size mismatch …
    torch.Size([0])`.

    ## Example
    ```python fails=LS153
    artifact(
        "checkpoint-500",
        format="training-checkpoint",
        content="checkpoint",
        is_folder=True,
        detail={"inner": "model.safetensors", "inner_format": "safetensors"},
    )
    ```

    ## Fix
    Load the file that is named. Where the weights are spread over ranks, layers or experts, put
    them together with the tool of the framework that wrote them; its files are pickles: do it
    only if you trust their source.

    ## See also
    <https://deepspeed.readthedocs.io/en/latest/model-checkpointing.html>
    """
    if artifact.format not in NAMES:
        return
    inner = text(artifact.detail, "inner")
    path = f"{artifact.path.rstrip('/')}/{inner}"
    spread = _spread(artifact)
    fix = Fix(f"load `{inner}`", safety="manual", python=_code(artifact, path))
    if spread and artifact.format == "deepspeed":
        fix = _together(artifact)
    elif spread:
        fix = Fix("convert it with the tool of Megatron that wrote it", safety="manual")
    yield Finding(
        f"`{artifact.name}` is {NAMES[artifact.format]}: the weights are spread over several files"
        if spread
        else f"`{artifact.name}` is {NAMES[artifact.format]}: the model in it is `{inner}`",
        at=here(artifact, None if spread else inner),
        fix=fix,
        covers=(("torch/J15" if spread else "torch/J14"),)
        if artifact.format == "deepspeed"
        else (),
    )


def _spread(artifact: Artifact) -> bool:
    """Whether no file holds all weights."""
    detail = artifact.detail
    if artifact.format == "megatron":
        return detail.get("ranks") != 1
    return text(detail, "zero") == "3" or any(map(detail.get, ("splits", "layers", "experts")))


def _together(artifact: Artifact) -> Fix:
    """Return how DeepSpeed itself puts the files of its ranks together."""
    folder, tag = artifact.path.rstrip("/"), ""
    if not text(artifact.detail, "tag") and "/" in folder:  # the folder of one step
        folder, _, tag = folder.rpartition("/")
    if text(artifact.detail, "zero") == "3" and not artifact.detail.get("splits"):
        return Fix(
            "put the weights of all ranks together, if you trust their source",
            safety="manual",
            shell="python -m deepspeed.utils.zero_to_fp32 "
            + (f"--tag {quoted(tag)} " if tag else "")
            + f"{quoted(folder)} {quoted(artifact.path.rstrip('/') + '-fp32')}",
        )
    return Fix(
        "load it with DeepSpeed, in as many ranks as saved it, if you trust their source",
        safety="manual",
        python="import deepspeed\n\n"
        "engine, *_ = deepspeed.initialize(model=model, config=config)  # as in the training\n"
        f"engine.load_checkpoint({folder!r}{f', tag={tag!r}' if tag else ''}, "
        "load_module_only=True)\n",
    )


def _code(artifact: Artifact, path: str) -> str:
    if text(artifact.detail, "inner_format") == "safetensors":
        return f"from safetensors.torch import load_file\n\nstate = load_file({path!r})\n"
    entry = {"deepspeed": "['module']", "megatron": "['model']"}.get(artifact.format, "")
    return f"import torch\n\nstate = torch.load({path!r}, map_location='cpu'){entry}\n"
