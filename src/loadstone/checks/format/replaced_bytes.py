"""LS145: the file was read and written as text, and every byte that is none is gone."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number
from loadstone.core import Artifact, Finding, Fix, check

SUPERSEDES = ("LS006", "LS007", "LS012", "LS014")


@check("LS145", since="0.2", supersedes=SUPERSEDES, covers=("sklearn/A18",))
def replaced_bytes(artifact: Artifact) -> Iterator[Finding]:
    r"""The file was read and written as text, and its bytes were replaced by U+FFFD.

    ## Why it breaks
    Something decoded the bytes as UTF-8, with `errors="replace"`, and wrote the text: a web
    framework, an editor, a clipboard. Each byte that is no UTF-8 became the three bytes
    `EF BF BD`. `pickle.load` says `invalid load key, '\xef'`, torch says `invalid header or archive
    is corrupted`.

    ## Example
    ```python fails=LS145
    artifact(
        "model.pkl",
        format="unknown",
        content="none",
        framework=None,
        damage=[damage("replaced", at=0, replaced=120)],
    )
    ```

    ## Fix
    None: which byte stood where is not in the file. Copy it again, as bytes.

    ## See also
    <https://docs.python.org/3/library/codecs.html#error-handlers>
    """
    for item in damage(artifact, "replaced")[:1]:
        found = number(item.detail, "replaced") or 0
        yield Finding(
            f"`{artifact.name}` was copied as text: bytes that are no UTF-8 were replaced",
            at=here(artifact, offset=item.at),
            notes=(f"`EF BF BD` stands {found:,} times in the first MB; the bytes are lost",),
            fix=Fix("copy it again as bytes, from where it is whole", safety="manual"),
        )
