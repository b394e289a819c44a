"""LS227: an XGBoost model that is pickled, where another xgboost is here, or none."""

from collections.abc import Iterator

from loadstone.checks._common import PICKLE_SUFFIXES, here, suffix, text, version
from loadstone.core import Artifact, CutModel, Environment, Finding, Fix, check
from loadstone.core.facts import ModuleFact

COVERS = ("sklearn/X03", "sklearn/X04", "sklearn/X05", "sklearn/X07", "sklearn/X35", "sklearn/X36")
SUFFIXES = {"binary": ".model", "json": ".json", "ubjson": ".ubj"}
WHOLE = "its bytes are those in the pickle, and are read to their end"
PROOF = f"{WHOLE}; `--fix` predicts with both, where the pickle's environment can be had"
WITHOUT = (None, "nan")  # of `missing`: what is missing is what XGBoost takes for it anyway


@check("LS227", since="0.2", severity="warning", covers=COVERS)
def booster_in_a_pickle(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """A model of XGBoost is in a pickle, which other versions need not read.

    ## Why it breaks
    A pickle needs the classes of the version that wrote it: `Can't get attribute
    'XGBoostLabelEncoder'`, `header == serialisation_header_`, `'XGBModel' object has no attribute
    'callbacks'`. The whole model is inside, in XGBoost's own format, and that is read by others.

    ## Example
    ```python fails=LS227
    artifact(
        "model.pkl",
        format="pickle",
        content="model",
        framework="xgboost",
        producer={"xgboost": "1.3.3"},
        detail={"booster": "json"},
    )
    environment(installed={"xgboost": "3.4.1"})
    ```

    ## Fix
    Safe: the model is cut out of the pickle as it stands there, without XGBoost. Where the
    environment of the pickle can be built, both are predicted with there, on rows that are made for
    it, and nothing is written unless they predict the same. What only the
    pickle has is not in it: the names of classes, where training stopped early, and up to 1.3 the
    names of columns. `Booster.predict` gives probabilities. Nothing is offered where the xgboost
    here is older than the file: 3.1 and later write what older ones read otherwise. Nor is a model
    that takes another value than `nan` for missing, which would predict something else. Up to 0.90
    it is the old binary format, which 3.1 and later do not read.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>
    """
    written = text(artifact.detail, "booster")
    if artifact.format not in ("pickle", "joblib") or artifact.framework != "xgboost":
        return
    told = artifact.producer.get("xgboost")
    installed = environment.distributions.get("xgboost") or environment.distributions.get(
        "xgboost-cpu"
    )
    if not written or (told and told == installed):
        return
    wrapper = next((item for item in artifact.modules if item.name.startswith("XGB")), None)
    wrote = f"xgboost {told}" if told else "a version of xgboost that it does not tell"
    now = f"xgboost {installed} is here" if installed else "no xgboost is here"
    yield Finding(
        f"`{artifact.name}` is a pickle of {wrote}, and {now}",
        at=here(artifact),
        notes=("the whole model is inside, in a format that other versions read", *_lost(wrapper)),
        fix=(None if _is_newer(told, installed) else _cut(artifact, written, wrapper))
        or Fix(
            "load it with the version that wrote it, and save the model there",
            safety="manual",
            python="import pickle\n\n"
            f"with open({artifact.path!r}, 'rb') as file:\n    model = pickle.load(file)\n"
            "model.save_model('model.json')\n",
        ),
    )


def _lost(wrapper: ModuleFact | None) -> tuple[str, ...]:
    if wrapper is None:
        return ()
    told = "the names of classes, and where training stopped early"
    return (f"what only `{wrapper.name}` knows is not in it: {told}",)


def _is_newer(told: str | None, installed: str | None) -> bool:
    """Whether the xgboost here is older than the one that wrote it, and need not read its files."""
    return bool(told and installed) and version(told or "") > version(installed or "")


def _cut(artifact: Artifact, written: str, wrapper: ModuleFact | None) -> Fix | None:
    missing = wrapper.attributes.get("missing") if wrapper is not None else None
    if written not in SUFFIXES or missing not in WITHOUT:
        return None
    given = suffix(artifact)
    stem = artifact.name.removesuffix(given) if given in PICKLE_SUFFIXES else artifact.name
    name = stem + SUFFIXES[written]
    return Fix(f"write `{name}`, the model inside", (CutModel(name),), proof=PROOF)
