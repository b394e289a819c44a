"""LS209: transformers loads no pickle beside a torch older than 2.6."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here, version
from loadstone.core import Artifact, Environment, ExtractTensors, Finding, Fix, Row, Weights, check
from loadstone.core.words import count

SAFE_SINCE = (2, 6)


@check("LS209", since="0.1", severity="warning", covers=("torch/C14",))
def pickle_refused_by_transformers(
    artifact: Artifact, environment: Environment, weights: Weights | None
) -> Iterator[Finding]:
    """Transformers does not load this file beside the torch that is installed.

    ## Why it breaks
    Before torch 2.6 even a weights-only load could run code, so transformers refuses
    `pytorch_model.bin` there: `we now require users to upgrade torch to at least v2.6`.

    ## Example
    ```python fails=LS209
    save({"fc.weight": zeros(2, 3)}, "pytorch_model.bin")
    environment(torch="2.4.1", transformers="5.23.0")
    ```

    ## Fix
    Safe: the tensors are written as they are into a safetensors file, which is not refused. Or
    install torch 2.6 or later.

    ## See also
    <https://github.com/huggingface/transformers/issues/37785>
    """
    torch = environment.distributions.get("torch", "")
    named = artifact.name.startswith("pytorch_model") and artifact.name.endswith(".bin")
    if not named or artifact.format not in TORCH_ARCHIVES:
        return
    if "transformers" not in environment.distributions or not torch:
        return
    if version(torch) >= SAFE_SINCE:
        return
    yield Finding(
        f"transformers does not load `{artifact.name}` beside torch {torch}",
        at=here(artifact),
        headings=("here", "required"),
        rows=(Row(f"torch {torch}", "torch 2.6 or later"),),
        fix=Fix(
            f"write {count(len(weights), 'tensor')} as safetensors",
            (ExtractTensors("archive"),),
            proof="every storage is in the archive with its exact size",
        )
        if weights and artifact.content == "state-dict"
        else Fix("install a later torch", safety="manual", shell="pip install 'torch>=2.6'"),
    )
