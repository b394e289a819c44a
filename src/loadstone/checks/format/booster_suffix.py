"""LS150: a booster under a suffix by which its loader takes it for something else."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted, suffix
from loadstone.core import Artifact, Finding, Fix, Row, check

KINDS = {
    "xgboost-json": ("an XGBoost model in JSON", ".json"),
    "xgboost-ubj": ("an XGBoost model in UBJSON", ".ubj"),
    "xgboost-binary": ("an XGBoost model in the old binary format", ".model"),
    "lightgbm-text": ("a LightGBM model in text", ".txt"),
    "catboost": ("a CatBoost model", ".cbm"),
    "catboost-json": ("a CatBoost model in JSON", ".json"),
}
BY_NAME = (".json", ".ubj")  # xgboost goes by these two, and by the content of any other
PICKLES = (".pkl", ".pickle", ".joblib")
LOADERS = {
    "xgboost": "import xgboost\n\nmodel = xgboost.Booster(model_file={path})\n",
    "lightgbm": "import lightgbm\n\nmodel = lightgbm.Booster(model_file={path})\n",
    "catboost": "import catboost\n\nmodel = catboost.CatBoost()\nmodel.load_model({path})\n",
}
COVERS = ("sklearn/A08", "sklearn/X09", "sklearn/X11")


@check("LS150", since="0.2", supersedes=("LS020",), covers=COVERS, own_loader=True)
def booster_suffix(artifact: Artifact) -> Iterator[Finding]:
    """The suffix names another format than the booster in the file is in.

    ## Why it breaks
    xgboost takes a name in `.json` for JSON and one in `.ubj` for UBJSON, whatever is inside:
    `Expecting: "L", got: "34`, or `Check failed: str[0] == '{'`. An `m.ubj` of before 1.6 is the
    old binary format. A booster's own file is no pickle: `pickle.load` says
    `invalid load key, '{'`.

    ## Example
    ```python fails=LS150
    artifact("m.ubj", format="xgboost-json", content="model", framework="xgboost")
    ```

    ## Fix
    Give it the suffix of what it is, or use the loader shown.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>
    """
    given = suffix(artifact)
    if artifact.format not in KINDS or artifact.damage:
        return
    kind, right = KINDS[artifact.format]
    is_xgboost = artifact.format.startswith("xgboost")
    pickled = given in PICKLES
    if not pickled and not (is_xgboost and given in BY_NAME and given != right):
        return
    renamed = artifact.path[: -len(given)] + right
    code = LOADERS[artifact.framework or "xgboost"].replace("{path}", repr(renamed))
    old = artifact.format == "xgboost-binary" and given == ".ubj"
    yield Finding(
        f"`{artifact.name}` is {kind}, whatever its suffix says",
        at=here(artifact),
        headings=("named", "is"),
        rows=(Row(given, kind),),
        notes=("`pickle.load` and `joblib.load` do not read it",) if pickled else (),
        fix=Fix(
            "give it the suffix of what it is",
            safety="manual",
            python=code,
            shell=f"mv {quoted(artifact.path)} {quoted(renamed)}",
        ),
        covers=("sklearn/A08" if pickled else "sklearn/X09" if old else "sklearn/X11",),
    )
