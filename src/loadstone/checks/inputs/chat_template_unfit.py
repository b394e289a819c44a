"""LS510: the chat template is of another tokenizer, is there twice, or is missing."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import listed

_GENERATES = ("ForCausalLM", "LMHeadModel", "ForConditionalGeneration")


@check("LS510", since="0.2", severity="warning")
def chat_template_unfit(artifact: Artifact) -> Iterator[Finding]:
    """The chat template has markers that are no tokens, is twice, or is missing.

    ## Why it breaks
    A template writes `<|im_start|>` around every message. Where that is no token of the tokenizer,
    it is cut into pieces that the model never saw as a marker. Where two templates differ, the
    version of transformers decides. Without one, a prompt without markers is what the model
    completes, and it does not answer as it was trained to.

    ## Example
    ```python fails=LS510
    seen = {"architectures": "LlamaForCausalLM", "template_unknown": "<|im_start|>"}
    artifact("chat", format="transformers", content="model", is_folder=True, detail=seen)
    ```

    ## Fix
    Bring back the template that was saved with the tokenizer.

    ## See also
    <https://huggingface.co/docs/transformers/chat_templating>
    """
    detail = artifact.detail
    if artifact.format != "transformers":
        return
    unknown = text(detail, "template_unknown")
    tokens = text(detail, "chat_tokens")
    if unknown:
        names = listed(unknown.split(", "))
        told, note = f"the chat template writes {names}, which the tokenizer does not know", ""
    elif detail.get("templates_apart") is True:
        told = "`chat_template.jinja` and `tokenizer_config.json` hold two chat templates"
        note = "an older transformers reads the one in `tokenizer_config.json`"
    elif tokens and text(detail, "architectures").endswith(_GENERATES):
        told = f"the tokenizer has {listed(tokens.split(', '))}, and there is no chat template"
        note = (
            "`apply_chat_template` raises; a prompt without markers is not what it was trained on"
        )
    else:
        return
    yield Finding(
        told,
        at=here(artifact),
        notes=(note,) if note else (),
        severity="note" if tokens else None,
        fix=Fix("bring back the template that was saved with the tokenizer", safety="manual"),
    )
