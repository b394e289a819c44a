"""LS155: what a booster wrote for people to read, or its settings alone: no loader takes it."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, check

WHAT = {
    "xgboost-dump": "a dump of the trees, as `dump_model` writes it",
    "lightgbm-dump": "a dump of the trees, as `dump_model` gives it",
    "xgboost-config": "the settings of a booster, as `save_config` gives them",
}


@check("LS155", since="0.2", supersedes=("LS012",))
def booster_dump(artifact: Artifact) -> Iterator[Finding]:
    """The file is a dump of a booster, or its settings: there is no model to load.

    ## Why it breaks
    `dump_model` writes the trees for people and for plots, without what a prediction needs, and
    `save_config` writes the settings without the trees. xgboost says `Check failed: str[0] == '{'`,
    `Object of type Null can not be indexed by string`, or `std::bad_alloc`.

    ## Example
    ```python fails=LS155
    artifact("trees.json", format="xgboost-dump", content="none", framework="xgboost")
    ```

    ## Fix
    Where the model was made, write it with `save_model`. A dump does not hold it.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>
    """
    if artifact.format not in WHAT:
        return
    yield Finding(
        f"`{artifact.name}` is {WHAT[artifact.format]}, and holds no model",
        at=here(artifact),
        fix=Fix(
            "write the model with `save_model` where it was made",
            safety="manual",
            python="booster.save_model('model.txt')\n"
            if artifact.framework == "lightgbm"
            else "booster.save_model('model.ubj')\n",
        ),
    )
