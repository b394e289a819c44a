"""LS222: a random state of numpy 1.24 to 1.26, where an older numpy would make it."""

from collections.abc import Iterator

from loadstone.checks._common import here, text, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

TWO = (1, 24)  # the first whose constructor takes a second argument


@check("LS222", since="0.2", covers=("sklearn/C39", "sklearn/W05"))
def random_state_newer_than_numpy(
    artifact: Artifact, environment: Environment
) -> Iterator[Finding]:
    """The file holds a random state that the numpy here cannot make.

    ## Why it breaks
    numpy 1.24 to 1.26 pickle a `RandomState` with two arguments of its constructor, of which
    earlier ones take one: `__randomstate_ctor() takes from 0 to 1 positional arguments but 2 were
    given`. Estimators that were given one hold it, and so do models of gensim.

    ## Example
    ```python fails=LS222
    artifact(
        "model.pkl",
        format="pickle",
        content="object",
        framework=None,
        detail={"random_state": "two arguments"},
    )
    environment(numpy="1.22.4")
    ```

    ## Fix
    Install numpy 1.24 or later.

    ## See also
    <https://github.com/cloudpipe/cloudpickle/issues/493>
    """
    numpy = environment.distributions.get("numpy", "")
    told = text(artifact.detail, "random_state")
    if told != "two arguments" or not version(numpy) or version(numpy) >= TWO:
        return
    yield Finding(
        f"the file holds a random state of numpy 1.24 or later, which numpy {numpy} cannot make",
        at=here(artifact),
        headings=("saved beside", "here"),
        rows=(Row("numpy 1.24 to 1.26", f"numpy {numpy}"),),
        fix=Fix(
            "install numpy 1.24 or later", safety="manual", shell="pip install 'numpy>=1.24,<2'"
        ),
    )
