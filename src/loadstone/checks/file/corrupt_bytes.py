"""LS007: bytes inside the archive are not those that were written."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, text
from loadstone.core import Artifact, Finding, Fix, check
from loadstone.core.words import count, listed


@check("LS007", since="0.1", supersedes=("LS014",), covers=("torch/A08",))
def corrupt_bytes(artifact: Artifact) -> Iterator[Finding]:
    """Bytes inside the archive do not match their checksum.

    ## Why it breaks
    A disk, memory or transfer changed them. torch does not compare checksums when it reads, so
    the file loads without a word and predicts something else, or NaN.

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
    members = [text(item.detail, "member") for item in broken]
    yield Finding(
        f"{count(len(broken), 'member')} of the archive changed after saving: {listed(members)}",
        at=here(artifact, members[0], broken[0].at),
        notes=("torch does not compare checksums: it loads, and predicts something else",),
        fix=Fix("restore a good copy", safety="manual"),
    )
