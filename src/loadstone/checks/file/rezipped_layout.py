"""LS010: the archive was packed again with another layout."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here
from loadstone.core import Artifact, ExtractTensors, Finding, Fix, Row, Weights, check
from loadstone.core.words import count


@check("LS010", since="0.1", supersedes=("LS011", "LS014"), covers=("torch/A12",))
def rezipped_layout(artifact: Artifact, weights: Weights | None) -> Iterator[Finding]:
    """The archive was unpacked and packed again with its records in another place.

    ## Why it breaks
    torch expects all records in one top folder, `model/data.pkl`. Packed without it torch says
    `file in archive is not in a subdirectory`; one folder deeper, `Expected hasRecord("version")`.

    ## Example
    ```python fails=LS010
    artifact(damage=[damage("layout-flat")], state={"fc.weight": zeros(2, 3)})
    ```

    ## Fix
    Safe: the tensors are taken from the archive as they are. Offered only if nothing else was
    found wrong.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    for item in damage(artifact, "layout-flat", "layout-nested")[:1]:
        flat = item.kind == "layout-flat"
        sound = all(other.kind in ("layout-flat", "layout-nested") for other in artifact.damage)
        stored = count(len(weights), "tensor") if weights else ""
        yield Finding(
            f"`{artifact.name}` was unpacked and packed again "
            + ("without its top folder" if flat else "one folder deeper"),
            at=here(artifact),
            headings=("here", "as torch writes it"),
            rows=(Row("data.pkl" if flat else "folder/model/data.pkl", "model/data.pkl"),),
            fix=Fix(
                f"take {stored} out of the archive",
                (ExtractTensors("archive"),),
                proof="every storage is in the archive with its exact size",
            )
            if weights and sound
            else None,
        )
