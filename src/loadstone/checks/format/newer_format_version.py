"""LS110: the archive's own version is newer than any reader's."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

NEWEST = 10  # of torch 2.13: the largest version that its reader accepts


@check("LS110", since="0.1", supersedes=("LS014",), covers=("torch/B04",))
def newer_format_version(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """The file format is of a later version than this torch reads.

    ## Why it breaks
    The archive records the version of its layout, and torch refuses one that it does not know:
    `Attempted to read a PyTorch file with version 99, but the maximum supported version is 10`.

    ## Example
    ```python fails=LS110
    artifact(damage=[damage("version", version=99)])
    ```

    ## Fix
    Install the torch that wrote it, or a later one.

    ## See also
    <https://github.com/pytorch/pytorch/issues/43766>
    """
    for item in damage(artifact, "version")[:1]:
        written = number(item.detail, "version")
        installed = (environment.distributions if environment else {}).get("torch")
        yield Finding(
            f"`{artifact.name}` is of a file format that torch does not read yet"
            + ("" if written is None else f": version {written}"),
            at=here(artifact, offset=item.at),
            headings=("saved", "read"),
            rows=() if written is None else (Row(f"version {written}", f"up to {NEWEST}"),),
            notes=(f"torch {installed} is installed here",) if installed else (),
            fix=Fix("install a later torch", safety="manual", shell="pip install --upgrade torch"),
        )
