"""LS007: bytes inside the archive are not those that were written."""

from collections.abc import Iterator, Sequence

from loadstone.checks._common import damage, here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.facts import Damage
from loadstone.core.words import count, listed


@check("LS007", since="0.1", supersedes=("LS014",), covers=("torch/A08", "tensorflow/a23"))
def corrupt_bytes(artifact: Artifact) -> Iterator[Finding]:
    """Bytes inside the archive do not match their checksum.

    ## Why it breaks
    A disk, memory or transfer changed them. torch does not compare checksums when it reads, so
    the file loads without a word and predicts something else, or NaN. TensorFlow compares those of
    its checkpoints: `Checksum does not match`.

    ## Example
    ```python fails=LS007
    artifact(damage=[damage("crc", member="model/data/0")])
    ```

    ## Fix
    Restore a good copy. Which bits were changed cannot be told from a checksum.

    ## See also
    <https://github.com/pytorch/pytorch/issues/126952>
    """
    broken = damage(artifact, "crc")
    if not broken:
        return
    if artifact.framework == "tensorflow":
        yield _tensors(artifact, broken)
        return
    members = [text(item.detail, "member") for item in broken]
    yield Finding(
        f"{count(len(broken), 'member')} of the archive changed after saving: {listed(members)}",
        at=here(artifact, members[0], broken[0].at),
        notes=("torch does not compare checksums: it loads, and predicts something else",),
        fix=Fix("restore a good copy", safety="manual"),
        covers=("torch/A08",),
    )


def _tensors(artifact: Artifact, broken: Sequence[Damage]) -> Finding:
    """TensorFlow's index has a checksum of every tensor, and of its own blocks."""
    names = [text(item.detail, "key") for item in broken]
    held = [name for name in names if name]
    return Finding(
        f"{count(len(held), 'tensor')} changed after saving: {listed(held)}"
        if held
        else f"the index of `{artifact.name}` changed after saving",
        at=here(artifact, text(broken[0].detail, "member"), broken[0].at),
        notes=("TensorFlow refuses it: `Checksum does not match`",) if held else (),
        fix=Fix("restore a good copy", safety="manual"),
        covers=("tensorflow/a23",),
    )
