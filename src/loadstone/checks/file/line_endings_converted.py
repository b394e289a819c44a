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
PROVED = "every checksum of the archive matches once it is undone"


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
    Transfer it again in binary mode, with `*.pth binary` in `.gitattributes`. Safe only if every
    checksum matches once the change is undone: the original is written beside it as
    `model.fixed.pth`, and read whole. A format without checksums is offered as unsafe, if with the
    change undone every length in the file fits.

    ## See also
    <https://git-scm.com/docs/gitattributes>
    """
    for item in damage(artifact, "crlf")[:1]:
        recovers, reads = item.detail.get("recovers"), item.detail.get("reads")
        notes = [NOTES[recovers]]
        if reads and recovers is None:
            notes.append(f"with the change undone, it is read to its end as {_words(reads)}")
        yield Finding(
            f"a text-mode transfer converted the line endings of `{artifact.name}`",
            at=here(artifact, offset=item.at),
            notes=tuple(notes),
            fix=_fix(artifact.name, recovers, reads),
        )


def _fix(name: str, recovers: object, reads: object) -> Fix:
    edits = (UndoLineEndings(_fixed(name)),)
    if recovers is True:
        return Fix("undo the change", edits, proof=PROVED)
    if recovers is None and reads:
        proof = f"every length that {_words(reads)} has fits once it is undone; no checksum tells"
        return Fix("undo the change", edits, safety="unsafe", proof=proof)
    return Fix("transfer it again in binary mode", safety="manual")


def _words(word: object) -> str:
    return str(word).replace("-", " ")


def _fixed(name: str) -> str:
    stem, dot, suffix = name.rpartition(".")
    return f"{stem}.fixed.{suffix}" if dot and stem else f"{name}.fixed"
