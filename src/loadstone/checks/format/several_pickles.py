"""LS142: several pickles follow each other in one file."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use, number, text
from loadstone.core import Artifact, Finding, Fix, Target, check
from loadstone.core.words import count


@check("LS142", since="0.1", severity="warning", covers=("sklearn/A29", "sklearn/A30"))
def several_pickles(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file holds more than one pickle, and one load reads the first alone.

    ## Why it breaks
    Each `pickle.dump` into an open file adds a pickle behind the last. One `pickle.load` gives the
    first object, often a scaler, and says nothing of the others; one load too many says
    `EOFError: Ran out of input`.

    ## Example
    ```python fails=LS142
    artifact("model.pkl", format="pickle", content="model", detail={"pickles": 2})
    ```

    ## Fix
    Load as often as there are pickles, if you trust whoever made the file.

    ## See also
    <https://docs.python.org/3/library/pickle.html#pickle.load>
    """
    held = number(artifact.detail, "pickles") or 1
    if artifact.format not in ("pickle", "joblib") or held < 2 or is_torch_use(artifact, target):
        return
    first = text(artifact.detail, "root")
    path = artifact.path
    yield Finding(
        f"`{artifact.name}` holds {count(held, 'pickle')}, and one load reads the first",
        at=here(artifact),
        notes=(f"the first is an {first}" if first[:1] in "aeiou" else f"the first is a {first}",)
        if first
        else (),
        fix=Fix(
            "load as often as there are pickles, if you trust whoever made it",
            safety="manual",
            python=(
                f"import pickle\n\nwith open({path!r}, 'rb') as file:\n"
                f"    values = [pickle.load(file) for _ in range({held})]\n"
            ),
        ),
        covers=("sklearn/A30",),
    )
