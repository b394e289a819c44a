"""LS147: saved through the joblib that scikit-learn once brought."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

MODULE = "sklearn.externals.joblib"
REMOVED = (0, 23)


@check(
    "LS147",
    since="0.2",
    supersedes=("LS140", "LS310", "LS311"),
    covers=("sklearn/B22",),
    own_loader=True,
)
def joblib_of_sklearn(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """The file was saved through `sklearn.externals.joblib`, which is gone as of 0.23.

    ## Why it breaks
    Up to 0.22 scikit-learn brought a joblib of its own, and its arrays are pickled under that
    name: `No module named 'sklearn.externals.joblib'`.

    ## Example
    ```python fails=LS147
    artifact(
        "model.pkl",
        format="joblib",
        content="model",
        framework="sklearn",
        globals=["sklearn.externals.joblib.numpy_pickle.NumpyArrayWrapper"],
    )
    environment(installed={"scikit-learn": "1.5.2"})
    ```

    ## Fix
    Give joblib that name before the load, and save it again. The estimators in it are of that old
    scikit-learn too: compare what they predict.

    ## See also
    <https://github.com/scikit-learn/scikit-learn/issues/17248>
    """
    named = [item for item in artifact.globals if f"{item.module}.".startswith(f"{MODULE}.")]
    installed = environment.distributions.get("scikit-learn", "") if environment else ""
    if not named or (installed and version(installed) < REMOVED):
        return
    yield Finding(
        f"`{artifact.name}` was saved through `{MODULE}`, which scikit-learn has no more",
        at=here(artifact, str(named[0]), named[0].at),
        headings=("named in the file", "is now"),
        rows=tuple(Row(str(item), str(item).replace(MODULE, "joblib")) for item in named[:4]),
        fix=Fix(
            "give joblib that name before the load, if you trust whoever made the file",
            safety="manual",
            python="import sys\n\nimport joblib\nimport joblib.numpy_pickle\n\n"
            f"sys.modules['{MODULE}'] = joblib\n"
            f"sys.modules['{MODULE}.numpy_pickle'] = joblib.numpy_pickle\n"
            f"model = joblib.load({artifact.path!r})\n",
        ),
    )
