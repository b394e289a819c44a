"""LS152: a folder of a model that has a config and no weights under a name that a load knows."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

LOADERS = {
    "transformers": "transformers.{kind}.from_pretrained({path})",
    "sentence-transformers": "sentence_transformers.SentenceTransformer({path})",
    "diffusers": "diffusers.DiffusionPipeline.from_pretrained({path})",
}


@check("LS152", since="0.2", supersedes=("LS014",), covers=("torch/K05",))
def folder_without_weights(artifact: Artifact) -> Iterator[Finding]:
    """The folder says what the model is, and its weights are not in it.

    ## Why it breaks
    A load looks for fixed names at the top of the folder: `model.safetensors`,
    `pytorch_model.bin`, or an index of shards. Weights under another name, or in a folder of a
    training step, are not found: `Error no file named model.safetensors, or pytorch_model.bin`.

    ## Example
    ```python fails=LS152
    artifact(
        "bert",
        format="transformers",
        content="model",
        is_folder=True,
        damage=[damage("no-weights", others="checkpoint-500/model.safetensors")],
    )
    ```

    ## Fix
    Load the folder that the weights lie in, or fetch them again.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/model>
    """
    found = damage(artifact, "no-weights")
    if not found:
        return
    item = found[0]
    others = [name for name in text(item.detail, "others").split(", ") if name]
    unfinished = damage(artifact, "incomplete")
    inside = [name.rpartition("/")[0] for name in others if "/" in name]
    notes = [f"weights of other names are here: {listed(others)}"] if others else []
    notes += [unfinished[0].why] if unfinished else []
    folder = f"{artifact.path.rstrip('/')}/{inside[-1]}" if inside else artifact.path
    yield Finding(
        f"`{artifact.name}` holds no weights under a name that a load looks for",
        at=here(artifact, text(item.detail, "member")),
        notes=tuple(notes),
        fix=Fix(
            "load the folder that they lie in" if inside else "fetch the weights into the folder",
            safety="manual",
            python=_code(artifact, folder) if inside else "",
        ),
    )


def _code(artifact: Artifact, folder: str) -> str:
    call = LOADERS.get(artifact.format)
    if call is None:
        return ""
    kinds = text(artifact.detail, "architectures").split(", ")
    call = call.replace("{kind}", kinds[0] or "AutoModel").replace("{path}", repr(folder))
    return f"import {call.partition('.')[0]}\n\nmodel = {call}\n"
