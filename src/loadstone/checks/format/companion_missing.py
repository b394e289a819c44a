"""LS141: an array of a pickle lies in a file of its own, which is not here."""

from collections.abc import Iterator

from loadstone.checks._common import damage, here, number, quoted, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count

ROWS = 6


@check(
    "LS141",
    since="0.1",
    supersedes=("LS014", "LS140"),
    covers=("sklearn/B24", "sklearn/B26", "sklearn/W06"),
)
def companion_missing(artifact: Artifact) -> Iterator[Finding]:
    """Files of arrays that belong to the pickle are not beside it.

    ## Why it breaks
    Before 0.10, `joblib.dump` wrote each array to a file of its own: `model.pkl_01.npy`,
    `model.pkl_02.npy`. The pickle holds their names. Where they were not copied too, or were
    renamed with it, `joblib.load` says `No such file or directory`. gensim keeps its large arrays
    the same way, `model.wv.vectors.npy`, and asks for them by the name that the pickle has now.

    ## Example
    ```python fails=LS141
    artifact(
        "model.pkl",
        format="joblib",
        content="model",
        damage=[damage("missing-member", member="model.pkl_01.npy", members=1, of=2)],
    )
    ```

    ## Fix
    Copy the files named beside the pickle. Where they are here under another name, give them the
    names that are asked for.

    ## See also
    <https://joblib.readthedocs.io/en/latest/persistence.html>
    """
    if artifact.format != "joblib" and artifact.framework != "gensim":
        return
    for item in damage(artifact, "missing-member")[:1]:
        member = text(item.detail, "member")
        renamed = text(item.detail, "renamed")
        missing = number(item.detail, "members") or 1
        of = number(item.detail, "of") or missing
        folder = artifact.path[: len(artifact.path) - len(artifact.name)]
        shell = f"cp {quoted(folder + renamed)} {quoted(folder + member)}" if renamed else ""
        lost = [part.path for part in artifact.parts if part.size == 0]
        yield Finding(
            f"`{member}`, which `{artifact.name}` needs, is not beside it"
            + (f"; `{renamed}` is" if renamed else ""),
            at=here(artifact, member),
            headings=(f"{missing} of {count(of, 'file')} missing", ""),
            rows=tuple(Row(name) for name in lost[:ROWS]),
            more=max(0, len(lost) - ROWS),
            fix=Fix(
                "give the files the names that are asked for"
                if renamed
                else "copy the files of arrays beside it",
                safety="manual",
                shell=shell,
            ),
            covers=(_row(artifact, renamed),),
        )


def _row(artifact: Artifact, renamed: str) -> str:
    if artifact.framework == "gensim":
        return "sklearn/W06"
    return "sklearn/B26" if renamed else "sklearn/B24"
