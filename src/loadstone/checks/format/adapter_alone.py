"""LS157: an adapter, which changes a base model that is not in the folder."""

import json
from collections.abc import Iterator

from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Environment, Finding, Fix, MergeAdapter, Target, Weights, check
from loadstone.core.facts import Applied, Base
from loadstone.core.words import count
from loadstone.statedict.adapter import CannotMergeError, plan


@check("LS157", since="0.2", supersedes=("LS400", "LS401"), covers=("torch/K24", "torch/K25"))
def adapter_alone(  # noqa: PLR0917 - the facts that it needs
    artifact: Artifact,
    weights: Weights | None,
    environment: Environment | None,
    target: Target | None,
    base: Base | None,
    applied: Applied | None,
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
    Load the base model, and the adapter onto it; or merge the two with `--base PATH --fix`, without
    peft: each weight becomes `W + scale · B·A`, where every tensor of the adapter fits one of the
    base; with DoRA its rows get the lengths that the adapter keeps. The files do not tell whether
    it is the base that the adapter was trained on. Adapters that change more than that (PiSSA, new
    tokens) are refused.

    ## See also
    <https://huggingface.co/docs/peft/tutorial/peft_integrations>
    """
    if artifact.format != "peft-adapter" or applied is not None:
        return
    named = text(artifact.detail, "base_model")
    elsewhere = named.startswith(("/", "./", "../", "~")) or "\\" in named or named[1:3] == ":/"
    without = environment is None or "peft" not in environment.distributions
    notes = []
    if not named:
        notes.append("it does not say which: `base_model_name_or_path` is empty")
    if elsewhere:
        notes.append("that is a path on the machine where it was trained")
    if without:
        notes.append("peft is not installed here")
    fix = None
    if base is not None:
        fix, why = _merged(artifact, weights, base)
        notes = [f"it is not merged with `{base.path}`: {why}"] if why else []
    elif artifact.detail.get("peft_type") == "LORA":
        command = f"loadstone check {quoted(artifact.path)} --base BASE --fix"
        notes.append(f"`{command}` merges the two, without peft")
    code = (
        "import peft\nimport transformers\n\n"
        f"base = transformers.AutoModel.from_pretrained({named or 'BASE'!r})\n"
        f"model = peft.PeftModel.from_pretrained(base, {artifact.path!r})\n"
    )
    yield Finding(
        f"`{artifact.name}` is an adapter: the model that it changes"
        + (f", `{named}`," if named else "")
        + " is not in it",
        at=here(artifact),
        severity="error" if not named or elsewhere or without or target or base else "note",
        notes=tuple(notes),
        fix=fix
        or Fix("load the base model, and the adapter onto it", safety="manual", python=code),
        covers=("torch/K25",) if elsewhere or not named else ("torch/K24",),
    )


def _merged(artifact: Artifact, weights: Weights | None, base: Base) -> tuple[Fix | None, str]:
    """Return how the adapter is merged into the base, or why it is not."""
    if base.why:
        return None, base.why
    if weights is None or artifact.damage or artifact.disagreements:
        return None, "the adapter is not whole"
    try:
        settings = json.loads(text(artifact.detail, "settings") or "{}")
        found = plan(weights, settings, base.tensors, tied=base.tied)
    except CannotMergeError as error:
        return None, str(error)
    replaced = f", {count(len(found.replaced), 'tensor')} replaced" if found.replaced else ""
    return Fix(
        f"merge the adapter into {count(len(found.pairs), 'weight')} of `{base.path}`",
        (MergeAdapter(f"{artifact.name}.merged.safetensors", base.path, base.entry),),
        proof="every tensor of the adapter fits one of the base, by name, shape and rank"
        f"{replaced}; that it is the base of the training is your word",
    ), ""
