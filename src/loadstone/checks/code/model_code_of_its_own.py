"""LS332: the folder's model is of code that lies beside it, which transformers does not run."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, ModelType, Row, Target, check


@check("LS332", since="0.2", supersedes=("LS700",), covers=("torch/K11",))
def model_code_of_its_own(
    artifact: Artifact, model_type: ModelType | None, target: Target | None
) -> Iterator[Finding]:
    """The config names classes of code that lies beside it, and not of transformers.

    ## Why it breaks
    `auto_map` in the config leads to files of Python. transformers asks before it runs them, and
    without an answer refuses: `The repository … contains custom code which must be executed to
    correctly load the model`. Where the type is one that it has itself, it takes its own class
    instead, without a word.

    ## Example
    ```python fails=LS332
    artifact(
        "own",
        format="transformers",
        content="model",
        is_folder=True,
        detail={"model_type": "own", "auto_map": "modeling_own.Own"},
    )
    ```

    ## Fix
    Read the files that are named: loading the model runs them. Then load it with
    `trust_remote_code=True`. What lies in another repository has to be fetched with it.

    ## See also
    <https://huggingface.co/docs/transformers/custom_models>
    """
    named = [name for name in text(artifact.detail, "auto_map").split(", ") if name]
    if artifact.format != "transformers" or not named or target is not None:
        return
    own = model_type is not None and model_type.known
    gone = text(artifact.detail, "auto_map_absent").split(", ")
    rows = [Row(name, "not here" if name in gone else "here") for name in dict.fromkeys(named)]
    kind = text(artifact.detail, "model_type")
    message = (
        f"the config names `{named[0]}` for a `{kind}`, and transformers takes its own class"
        if own
        else f"the model is of its own code, `{named[0]}`, which transformers does not run unasked"
    )
    yield Finding(
        message,
        at=here(artifact, "config.json"),
        headings=("named in the config", "file"),
        rows=tuple(rows[:4]),
        more=max(0, len(rows) - 4),
        notes=("loading it runs that code, whoever wrote it",),
        fix=Fix(
            "fetch the files of its code into the folder"
            if gone[0]
            else "read its code, and load it with `trust_remote_code=True`",
            safety="manual",
            python=""
            if gone[0]
            else "import transformers\n\ntransformers.AutoModel.from_pretrained("
            f"{artifact.path!r}, trust_remote_code=True)\n",
        ),
        severity="warning" if own else None,
    )
