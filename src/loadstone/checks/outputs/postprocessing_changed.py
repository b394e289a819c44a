"""LS601: the postprocessing makes something else of the same model outputs."""

from collections.abc import Iterator

from loadstone.checks._replay import edited, fed, rows, stage
from loadstone.core import Artifact, Bundle, Finding, Fix, Replay, check
from loadstone.core.findings import Place
from loadstone.core.words import count


@check("LS601", since="0.1", supersedes=("LS800",))
def postprocessing_changed(
    artifact: Artifact, replay: Replay, bundle: Bundle | None
) -> Iterator[Finding]:
    """The postprocessing makes something else of the model's outputs than it did.

    ## Why it breaks
    A list of labels in another order, a threshold, a softmax more or less: the model gives what it
    gave, and the answer is another.

    ## Example
    ```python fails=LS601
    artifact("net.lode", format="bundle", content="bundle")
    replay(model="identical", postprocess="differs")
    ```

    ## Fix
    Use the postprocessing that is in the bundle. If it was changed on purpose, save again.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Softmax.html>
    """
    found = stage(replay, "postprocess")
    if found is None or found.result != "differs" or found.error:
        return
    notes = [fed(replay)]
    if bundle is not None and "postprocess" in bundle.replaced:
        notes.append("the postprocessing was replaced for this load (`--postprocess`)")
    yield Finding(
        f"the postprocessing differs on {found.moved or 'some'} of "
        f"{count(replay.witnesses, 'witness', 'witnesses')}: it is not the weights",
        at=Place(artifact.path, name="postprocess"),
        headings=("recorded at save", "now"),
        rows=rows(found.example),
        notes=(*notes, *edited(bundle)),
        fix=Fix("bring back the postprocessing that the model was saved with", safety="manual"),
    )
