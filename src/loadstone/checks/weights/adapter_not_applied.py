"""LS428: a model that was loaded is not the base with its adapter."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Applied, Artifact, Finding, Fix, Row, check
from loadstone.core.words import count, listed


@check("LS428", since="0.2", covers=("torch/K26",))
def adapter_not_applied(artifact: Artifact, applied: Applied) -> Iterator[Finding]:
    """A model that your code loaded is not the base with its adapter.

    ## Why it breaks
    The base loads, and the adapter beside it is never put on it; or it is put on another base.
    Nothing is raised, and the model answers as if it had not been trained.

    ## Example
    ```python fails=LS428
    artifact("adapter", format="peft-adapter", content="state-dict", is_folder=True)
    applied(bare=["h.0.attn.weight", "h.1.attn.weight"])
    ```

    ## Fix
    Load the adapter on top of the base that it was trained on. Every tensor of the base was
    compared, bit for bit, and what is merged, with the base and the adapter added.

    ## See also
    <https://huggingface.co/docs/peft/package_reference/peft_model>
    """
    wrong = (*applied.bare, *applied.other)
    if not wrong:
        return
    if applied.other:
        message = (
            f"{count(len(applied.other), 'tensor')} of the loaded `{applied.name}` are neither of "
            f"the base nor of the base with the adapter: {listed(list(applied.other))}"
        )
    else:
        message = (
            f"the adapter is not in the loaded `{applied.name}`: "
            f"{count(len(applied.bare), 'tensor')} that it changes are the base's, bit for bit"
        )
    yield Finding(
        message,
        at=here(artifact, wrong[0]),
        headings=("in the model", "it is"),
        rows=tuple(
            Row(name, "another" if name in applied.other else "the base's, unchanged")
            for name in (*applied.other, *applied.bare)[:4]
        ),
        more=max(0, len(wrong) - 4),
        fix=Fix(
            "put the adapter on the base that it was trained on",
            safety="manual",
            python="import peft\n\n"
            f"model = peft.PeftModel.from_pretrained(base, {artifact.path!r})\n",
        ),
    )
