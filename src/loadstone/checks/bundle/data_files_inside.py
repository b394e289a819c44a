"""LS803: files of this machine that the code opens, and that are in the bundle now."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Row, SaveFacts, check
from loadstone.core.words import count, size

_SHOWN = 8


@check("LS803", since="0.2", severity="note")
def data_files_inside(artifact: Artifact, saving: SaveFacts) -> Iterator[Finding]:
    """Files that the code opens were put into the bundle: who has it, has them.

    ## Why it breaks
    It does not: without them the bundle would not predict elsewhere. The code reads what they held
    at the save, wherever it is loaded, and what is written to them later is not seen.

    ## Example
    ```python fails=LS803
    artifact("review.lode", format="bundle", content="bundle")
    saving(kept=[("vocab.txt", 130)])
    ```

    ## Fix
    None is needed. Where one is not to be given away, load it into a variable as far as the code
    needs it, or let an argument of `predict` name it.

    ## See also
    <https://docs.python.org/3/library/functions.html#open>
    """
    if not saving.kept:
        return
    rows = [Row(item.name, size(item.size)) for item in saving.kept[:_SHOWN]]
    yield Finding(
        f"{count(len(saving.kept), 'file')} that the code opens "
        f"{'is' if len(saving.kept) == 1 else 'are'} in the bundle, as read at the save",
        at=here(artifact),
        headings=("opened as", "size"),
        rows=tuple(rows),
        more=len(saving.kept) - len(rows),
    )
