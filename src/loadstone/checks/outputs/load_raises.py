"""LS611: the library refuses the file, or the file holds nothing that predicts."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import elsewhere_predicted, here
from loadstone.core import Artifact, Finding, Fix, Load, Row, check
from loadstone.core.words import listed

COVERS = ("tensorflow/d09", "tensorflow/d10")
TOLD = ("unaudited", "unread", "old", "companion", "changed", "process-died")
_NO_MODEL = ("object", "missing", "backend")  # nothing was raised by the library


@check("LS611", since="0.1", covers=COVERS)
def load_raises(artifact: Artifact, load: Load) -> Iterator[Finding]:
    """The load was tried and failed: a library is missing, raises, or gives no model.

    ## Why it breaks
    The file is whole and what it names is audited, but the library that is there is another
    version than the one that wrote it, or is not there at all. Or what comes out is no model: a
    dictionary of several, an array, a clustering that only labels the rows it was fitted on.

    ## Example
    ```python fails=LS611
    artifact("model.pkl", format="pickle", content="object", opening_runs_code="library")
    load(
        where="/envs/old/bin/python",
        error="library-missing",
        why="ModuleNotFoundError: No module named 'lightgbm'",
        missing="lightgbm",
    )
    ```

    ## Fix
    Load it where the named library is installed, in the version that the file was written with. A
    class of one's own for Keras has to take every argument that its `get_config` gives, and what
    Keras gives each layer (`name`, `dtype`, `trainable`): `__init__() got an unexpected keyword
    argument 'name'`.

    ## See also
    <https://scikit-learn.org/stable/model_persistence.html>
    """
    if not load.error or load.error in TOLD or _keras.refuses_lambdas(artifact, load):
        return
    fix = Fix("load it with the versions that it was written with", safety="manual")
    if not load.elsewhere:
        fix = elsewhere_predicted(artifact) or fix
    if load.missing and load.error == "library-missing":
        message = f"`{artifact.name}` needs `{load.missing}`, which {_place(load)} does not have"
        if "." not in load.missing:  # of a library that is there, another version has the module
            fix = Fix(f"load it where `{load.missing}` is installed", safety="manual")
    elif load.error in _NO_MODEL:
        message = f"`{artifact.name}` does not predict: {load.why}"
        title = "give a file of one fitted model"
        if load.error == "missing":
            title = "install what is named"
        if load.error != "backend":
            fix = _source(artifact, load) or Fix(title, safety="manual")
    else:
        message = f"loading `{artifact.name}` raises {load.why}"
        fix = _source(artifact, load) or fix
    rows = load.lines if load.error not in _NO_MODEL else ()
    yield Finding(
        message,
        at=here(artifact),
        headings=("the traceback ends", ""),
        rows=tuple(Row(line.strip()) for line in rows),
        notes=(f"it was loaded in {_place(load)}",) if load.elsewhere else (),
        fix=fix,
    )


def _source(artifact: Artifact, load: Load) -> Fix | None:
    """Return that the source is wanted of a class of one's own that Keras did not find."""
    found = _keras.refusing(artifact, load)
    if found:
        return Fix(
            f"let {listed(found[:4])} take what the file holds of it, and `**kwargs` of Keras",
            safety="manual",
            python="def __init__(self, OWN_ARGUMENTS, **kwargs):\n    super().__init__(**kwargs)\n",
        )
    told = _keras.names(artifact, "custom") if artifact.framework == "keras" else []
    lacks = [name for name in told if name.rpartition(">")[2] in load.why]
    if not lacks:
        return None
    return Fix(f"give the source that has {listed(lacks[:4])}: `--code FILE.py`", safety="manual")


def _place(load: Load) -> str:
    return load.where if load.where.startswith("this ") else f"`{load.where}`"
