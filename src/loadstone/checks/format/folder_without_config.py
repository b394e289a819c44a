"""LS160: a folder of a model of transformers whose config is not there."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, Target, check


@check("LS160", since="0.2", covers=("torch/K04",))
def folder_without_config(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The folder holds weights of transformers, and no `config.json`.

    ## Why it breaks
    The config says which class the model is and how large. transformers speaks of a file that is
    not there: `Unrecognized model in …. Should have a model_type key in its config.json`. What
    shapes tell is not all: how many heads attend, and with which activation, stands nowhere else.

    ## Example
    ```python fails=LS160
    artifact(
        "bert",
        format="transformers",
        content="model",
        is_folder=True,
        detail={"weights": "model.safetensors", "config_missing": True},
    )
    ```

    ## Fix
    Copy `config.json` from where the model was trained, or from the model that it was fine-tuned
    from, with the labels of the training. Into a class of your own, `--into`, it is loaded without.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/configuration>
    """
    if artifact.detail.get("config_missing") is not True or target is not None:
        return
    yield Finding(
        f"`{artifact.name}` holds weights, and no `config.json` that says of which model",
        at=here(artifact, "config.json"),
        notes=("transformers says that its `config.json` should have a `model_type` key",),
        fix=Fix(
            "copy the config from where it was trained",
            safety="manual",
            python=f"model.config.save_pretrained({artifact.path!r})  # where it was trained\n",
        ),
    )
