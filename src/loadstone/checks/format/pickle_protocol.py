"""LS109: a pickle protocol that the default load of torch does not read."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Row, Weights, check
from loadstone.core.words import count

NEWEST = 3  # the weights-only unpickler lacks FRAME, MEMOIZE and STACK_GLOBAL


@check("LS109", since="0.1", covers=("torch/B08",))
def pickle_protocol(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The file was saved with a pickle protocol that the default load does not read.

    ## Why it breaks
    `torch.save(…, pickle_protocol=4)` writes opcodes that the weights-only unpickler of torch does
    not know: `Unsupported operand 149`. The message speaks of trust; the protocol is the cause.

    ## Example
    ```python fails=LS109
    artifact(protocol=4, content="checkpoint")
    ```

    ## Fix
    Safe: the tensors are written as they are, where the file holds one state dict. Otherwise save
    it again with the default protocol, 2.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.save.html>
    """
    if artifact.format not in TORCH_ARCHIVES or (artifact.protocol or 0) <= NEWEST:
        return
    alone = weights is not None and artifact.content == "state-dict"
    yield Finding(
        f"`{artifact.name}` was saved with pickle protocol {artifact.protocol}, which the default "
        "`torch.load` does not read",
        at=here(artifact),
        headings=("saved", "read by default"),
        rows=(Row(f"protocol {artifact.protocol}", "protocol 2, 3"),),
        fix=Fix(
            f"write {count(len(weights), 'tensor')} as safetensors",
            (ExtractTensors("archive"),),
            proof="every storage is in the archive with its exact size",
        )
        if alone and weights is not None
        else Fix(
            "save it again with the default protocol",
            safety="manual",
            python="torch.save(state, path)  # without pickle_protocol\n",
        ),
    )
