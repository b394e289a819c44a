"""LS500: the preprocessing gives something else than it did when the model was saved."""

from collections.abc import Iterator

from loadstone.checks._replay import edited, fed, kept, rows, stage
from loadstone.core import Artifact, Bundle, Finding, Fix, Replay, check
from loadstone.core.findings import Place
from loadstone.core.words import count


@check("LS500", since="0.1", supersedes=("LS800",))
def preprocessing_changed(
    artifact: Artifact, replay: Replay, bundle: Bundle | None
) -> Iterator[Finding]:
    """The preprocessing gives something else than it gave when the model was saved.

    ## Why it breaks
    A tokenizer, a vocabulary or a normalisation was changed or exchanged. The weights are those
    that were saved, the model is fed other numbers, and nothing raises.

    ## Example
    ```python fails=LS500
    artifact("review.lode", format="bundle", content="bundle")
    replay(preprocess="differs", model="identical", postprocess="identical")
    ```

    ## Fix
    Use the preprocessing that is in the bundle. If it was changed on purpose, the model has to be
    trained, or at least measured, with it, and saved again.

    ## See also
    <https://developers.google.com/machine-learning/guides/rules-of-ml#training-serving_skew>
    """
    found = stage(replay, "preprocess")
    if found is None or found.result != "differs" or found.error:
        return
    model = stage(replay, "model")
    same = model is not None and model.result in ("identical", "within tolerance")
    replaced = bundle is not None and "preprocess" in bundle.replaced
    notes = [fed(replay)]
    if replaced:
        notes.append("the preprocessing was replaced for this load (`--preprocess`)")
    elsewhere = replay.where == "a clean process"
    if elsewhere:
        notes.append("`hash()` of a text and the order of a set are others in every process")
    yield Finding(
        f"the preprocessing differs on {found.moved or 'some'} of "
        f"{count(replay.witnesses, 'witness', 'witnesses')}"
        + (" in another process" if elsewhere else "")
        + (": it is the preprocessing and not the weights" if same else ""),
        at=Place(artifact.path, name="preprocess"),
        headings=("recorded at save", "now"),
        rows=rows(found.example),
        notes=(*notes, *edited(bundle), *kept(replay)),
        fix=Fix(_advice(elsewhere=elsewhere, replaced=replaced), safety="manual"),
    )


def _advice(*, elsewhere: bool, replaced: bool) -> str:
    if elsewhere:
        return "keep what it depends on in a variable: a sorted list, a dictionary, a seed"
    if replaced:
        return "use the preprocessing of the bundle"
    return "bring back the preprocessing that the model was saved with"
