"""LS008: a text-mode transfer put a carriage return before every line feed."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here
from loadstone.core import Artifact, Finding, Fix, UndoLineEndings, check

NOTES: dict[object, str] = {
    True: "with the change undone, every checksum of the archive matches",
    False: "undoing it does not give the original: not every checksum matches then",
    None: "it holds no checksums that would tell whether undoing it gives the original",
}
SUPERSEDES = ("LS006", "LS007", "LS010", "LS014", "LS702")


@check("LS008", since="0.1", supersedes=SUPERSEDES, covers=("torch/A09",))
def line_endings_converted(artifact: Artifact) -> Iterator[Finding]:
    r"""A transfer in text mode changed the line endings inside a binary file.

    ## Why it breaks
    FTP in ASCII mode, an editor, or git's `autocrlf` writes `\r\n` for every `\n`. Every position
    inside the file is off from there on: `invalid header or archive is corrupted`.

    ## Example
    ```python fails=LS008
    artifact(damage=[damage("crlf", recovers=True)])
    ```

    ## Fix
    Transfer it again in binary mode, with `*.pth binary` in `.gitattributes`. Safe, and offered
    only if every checksum matches once the change is undone: the original is written beside it as
    `model.fixed.pth`, and read whole.

    ## See also
    <https://git-scm.com/docs/gitattributes>
    """
    for item in damage(artifact, "crlf")[:1]:
        recovers = item.detail.get("recovers") is True
        yield Finding(
            f"a text-mode transfer converted the line endings of `{artifact.name}`",
            at=here(artifact, offset=item.at),
            notes=(NOTES[item.detail.get("recovers")],),
            fix=Fix(
                "undo the change",
                (UndoLineEndings(_fixed(artifact.name)),),
                proof="every checksum of the archive matches once it is undone",
            )
            if recovers
            else Fix("transfer it again in binary mode", safety="manual"),
        )


def _fixed(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.fixed.{suffix}" if dot and stem else f"{name}.fixed"
