"""LS232: the tokenizers that is installed is older than the folder's `tokenizer.json`."""

from collections.abc import Iterator

from packaging.version import InvalidVersion, Version

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check


@check("LS232", since="0.2", covers=("torch/K09",))
def tokenizers_too_old(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The library that is installed cannot read the folder's `tokenizer.json`.

    ## Why it breaks
    Releases of tokenizers write parts that older ones do not know, and those give up on the whole
    file: `data did not match any variant of untagged enum ModelWrapper at line …`. Since 0.20 the
    merges of a BPE are pairs.

    ## Example
    ```python fails=LS232
    artifact(
        "llm",
        format="transformers",
        content="model",
        is_folder=True,
        detail={
            "tokenizer_since": "0.20.0",
            "tokenizer_last_without": "0.19.1",
            "tokenizer_part": "merges as pairs",
        },
    )
    environment(installed={"tokenizers": "0.19.1"})
    ```

    ## Fix
    Install the release that is named, with a transformers that takes it.

    ## See also
    <https://github.com/huggingface/transformers/issues/31789>
    """
    installed = environment.distributions.get("tokenizers", "")
    what, since = (text(artifact.detail, f"tokenizer_{word}") for word in ("part", "since"))
    if not what or not _is_of(installed, text(artifact.detail, "tokenizer_last_without")):
        return
    asked = f"'tokenizers>={since}'" if since else "tokenizers"
    yield Finding(
        f"`tokenizer.json` is of a newer tokenizers than {installed}, which is installed: {what}",
        at=here(artifact, "tokenizer.json"),
        headings=("in the file", "here"),
        rows=(Row(what, f"tokenizers {installed}"),),
        fix=Fix(
            f"install tokenizers {since} or newer, and a transformers that takes it"
            if since
            else "install the newest tokenizers, and a transformers that takes it",
            safety="manual",
            shell=f"pip install -U {asked} transformers",
        ),
    )


def _is_of(installed: str, last: str) -> bool:
    """Whether the release that is installed is no newer than the last one without a part."""
    try:
        return Version(installed) <= Version(last)
    except InvalidVersion:
        return False
