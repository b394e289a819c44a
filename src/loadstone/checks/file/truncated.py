"""LS006: the file ends before its content does."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Row, Weights, check
from loadstone.core.words import count

ROWS_OF = {
    "torch-zip": "torch/A04",
    "torch-legacy": "torch/A05",
    "safetensors": "torch/A16",
}
SUPERSEDES = ("LS007", "LS014", "LS400", "LS401", "LS406")


@check("LS006", since="0.1", supersedes=SUPERSEDES, covers=tuple(ROWS_OF.values()))
def truncated(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The file ends before its content does.

    ## Why it breaks
    The download or the copy was interrupted, or the disk was full while saving. A zip archive has
    its directory at the very end, so torch cannot find it (`failed finding central directory`; for
    some sizes `Invalid argument`). The legacy format says `unexpected EOF`, safetensors
    `incomplete metadata, file not fully covered`.

    ## Example
    ```python fails=LS006
    artifact(damage=[damage("truncated", have=3_000, need=5_000, whole=2, of=6)])
    ```

    ## Fix
    Copy or download it again, and compare the size. Unsafe, and offered only if every tensor lies
    wholly before the cut: they are taken as they are. Checksums stand at the end of an archive, so
    nothing says that these bytes are the ones that were saved. A model with some of its tensors is
    not that model.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    for item in damage(artifact, "truncated")[:1]:
        have, need = number(item.detail, "have"), number(item.detail, "need")
        whole, of = number(item.detail, "whole"), number(item.detail, "of")
        notes = [item.why]
        if whole is not None and of is not None:
            notes.append(f"{whole:,} of {count(of, 'tensor')} lie wholly before the cut")
        short = f": {need - have:,} bytes are missing" if have is not None and need else ""
        rows = () if have is None or need is None else (Row(f"{have:,} bytes", f"{need:,} bytes"),)
        covers = ROWS_OF.get(artifact.format)
        yield Finding(
            f"`{artifact.name}` is cut off{short}",
            at=here(artifact, offset=item.at),
            headings=("here", "needed"),
            rows=rows,
            notes=tuple(notes),
            fix=_salvage(weights)
            if weights and whole is not None and whole == of
            else Fix("copy or download it again, and compare the size", safety="manual"),
            covers=(covers,) if covers else (),
        )


def _salvage(weights: Weights) -> Fix:
    return Fix(
        f"take the {count(len(weights), 'tensor')} that lie before the cut",
        (ExtractTensors("archive"),),
        safety="unsafe",
        proof="every tensor is there with its exact size; its checksum is cut off",
    )
