"""LS158: a model that is given texts, and no tokenizer beside it."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check


@check("LS158", since="0.2", severity="warning", covers=("torch/K08",))
def tokenizer_missing(artifact: Artifact) -> Iterator[Finding]:
    """The folder of a language model holds no tokenizer.

    ## Why it breaks
    The model was saved, and what turns texts into its numbers was not. transformers 5.23 does not
    refuse: `AutoTokenizer` returns one that knows the special tokens alone, and maps every word to
    the unknown one.

    ## Example
    ```python fails=LS158
    artifact(
        "bert",
        format="transformers",
        content="model",
        is_folder=True,
        detail={"model_type": "bert", "takes_text": True, "weights": "model.safetensors"},
    )
    ```

    ## Fix
    Save the tokenizer of the training into the same folder. Another one of the same kind may number
    its words otherwise.

    ## See also
    <https://huggingface.co/docs/transformers/main_classes/tokenizer>
    """
    detail = artifact.detail
    if artifact.format not in ("transformers", "sentence-transformers") or not artifact.is_folder:
        return
    if (
        detail.get("takes_text") is not True
        or text(detail, "tokenizer")
        or not detail.get("weights")
    ):
        return
    yield Finding(
        f"`{artifact.name}` holds a `{text(detail, 'model_type')}` model, and no tokenizer",
        at=here(artifact),
        notes=("its files are `tokenizer.json`, or `vocab` and `merges` or a `.model`",),
        fix=Fix(
            "save the tokenizer that it was trained with into the folder",
            safety="manual",
            python=f"tokenizer.save_pretrained({artifact.path!r})  # where it was trained\n",
        ),
    )
