"""LS157: an adapter, which changes a base model that is not in the folder."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Target, check


@check("LS157", since="0.2", supersedes=("LS400", "LS401"), covers=("torch/K24", "torch/K25"))
def adapter_alone(
    artifact: Artifact, environment: Environment | None, target: Target | None
) -> Iterator[Finding]:
    """The folder holds an adapter of PEFT, and not the model that it changes.

    ## Why it breaks
    An adapter is a few small matrices beside the layers of a base model. Without peft, a load looks
    for the weights of a whole model: `Error no file named model.safetensors`. With it, the base is
    taken from the name that the config gives, and a path on the machine of the training is taken
    for a name of the hub: `Repo id must be in the form …`.

    ## Example
    ```python fails=LS157
    artifact(
        "adapter",
        format="peft-adapter",
        is_folder=True,
        detail={"base_model": "/home/alice/models/base"},
    )
    ```

    ## Fix
    Load the base model, and the adapter onto it.

    ## See also
    <https://huggingface.co/docs/peft/tutorial/peft_integrations>
    """
    if artifact.format != "peft-adapter":
        return
    base = text(artifact.detail, "base_model")
    elsewhere = base.startswith(("/", "./", "../", "~")) or "\\" in base or base[1:3] == ":/"
    without = environment is None or "peft" not in environment.distributions
    notes = []
    if not base:
        notes.append("it does not say which: `base_model_name_or_path` is empty")
    if elsewhere:
        notes.append("that is a path on the machine where it was trained")
    if without:
        notes.append("peft is not installed here")
    code = (
        "import peft\nimport transformers\n\n"
        f"base = transformers.AutoModel.from_pretrained({base or 'BASE'!r})\n"
        f"model = peft.PeftModel.from_pretrained(base, {artifact.path!r})\n"
    )
    yield Finding(
        f"`{artifact.name}` is an adapter: the model that it changes"
        + (f", `{base}`," if base else "")
        + " is not in it",
        at=here(artifact),
        severity="error" if not base or elsewhere or without or target else "note",
        notes=tuple(notes),
        fix=Fix("load the base model, and the adapter onto it", safety="manual", python=code),
        covers=("torch/K25",) if elsewhere or not base else ("torch/K24",),
    )
