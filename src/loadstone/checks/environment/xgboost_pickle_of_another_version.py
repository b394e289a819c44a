"""LS211: a pickled XGBoost model, and an xgboost that does not take this pickle."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from packaging.specifiers import SpecifierSet

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.classes import dataclass
from loadstone.core.facts import ModuleFact

HALF: Final = "[5E-1]"  # what an older xgboost takes in the stead of a vector


@dataclass(frozen=True, slots=True)
class Pair:
    """Pickles of some versions in some others, and what happens there."""

    saved: SpecifierSet | None  # None: up to 0.90, which does not tell its version
    here: SpecifierSet
    effect: str
    why: str
    rows: tuple[str, ...] = ()
    lacks: str = ""  # an attribute that the wrapper of the file has to lack for it
    of: tuple[str, ...] = ()  # classes; none: any booster


def _pair(  # noqa: PLR0917 - the columns of a table
    saved: str, here: str, effect: str, why: str, rows: str = "", lacks: str = "", of: str = ""
) -> Pair:
    wrote = None if saved == "0.x" else SpecifierSet(saved)
    return Pair(
        wrote, SpecifierSet(here), effect, why, tuple(rows.split()), lacks, tuple(of.split())
    )


_REFUSES: Final = "does not load it"
_RAISES: Final = "loads it and raises when it predicts"
# Measured: boosters and wrappers of 0.90, 1.3.3, 1.7.6, 2.1.4, 3.0.5 and 3.4.1, each loaded in each
# of these and in 3.1.0. What stands between two of them is said only where both ends agree.
TABLE: Final = (
    _pair(
        "0.x",
        ">=1.0",
        _REFUSES,
        "up to 0.90 the bytes are of the old binary format alone: "
        "`Check failed: header == serialisation_header_`",
        "sklearn/X03 sklearn/X36",
    ),
    _pair(
        ">=1.0",
        "<1.0",
        "ends the process that loads it",
        "0.90 takes the bytes for its old binary format",
    ),
    _pair(
        ">=1.0,<1.6",
        ">=3.1",
        _REFUSES,
        "up to 1.5 the bytes are JSON, and 3.1 and later take UBJSON alone: "
        "`Invalid serialization file`",
    ),
    _pair(
        ">=1.6",
        "<1.6",
        _REFUSES,
        "as of 1.6 the bytes are UBJSON, which 1.5 and earlier take for JSON: "
        '`Expecting: """, got: "76 "`',
    ),
    _pair(
        ">=1.0,<1.6",
        "==1.7.*",
        _RAISES,
        "the wrapper of 1.7 reads an attribute that older ones did not have: "
        "`'XGBModel' object has no attribute 'callbacks'`",
        "sklearn/X05",
        "callbacks",
        "XGBClassifier XGBRegressor XGBRanker XGBRFClassifier XGBRFRegressor XGBModel",
    ),
    _pair(
        ">=2.0",
        "==1.7.*",
        _RAISES,
        "the wrapper of 1.7 reads an attribute that newer ones do not have: "
        "`'XGBClassifier' object has no attribute 'use_label_encoder'`",
        "sklearn/X07",
        "use_label_encoder",
        "XGBClassifier XGBRFClassifier",
    ),
    _pair(
        ">=2.0",
        "==1.7.*",
        _RAISES,
        "the wrapper of 1.7 reads an attribute that newer ones do not have: "
        "`'XGBModel' object has no attribute 'gpu_id'`",
        "sklearn/X06",
        "gpu_id",
        "XGBRegressor XGBRanker XGBRFRegressor XGBModel",
    ),
    _pair(
        ">=3.1",
        ">=1.6,<3.1",
        "loads it and predicts other values",
        "its `base_score` is a vector, in whose stead 0.5 is taken, without a word",
        "sklearn/X37",
    ),
)
COVERS: Final = tuple(row for item in TABLE for row in item.rows)


@check("LS211", since="0.2", covers=COVERS)
def xgboost_pickle_of_another_version(
    artifact: Artifact, environment: Environment
) -> Iterator[Finding]:
    """The pickled XGBoost model is one that the xgboost here reads otherwise.

    ## Why it breaks
    A pickled booster is what `XGBoosterSerializeToBuffer` wrote, and its format changed with 1.0,
    1.6 and 3.1; a pickled `XGBClassifier` is its attributes, which came and went. XGBoost promises
    none of it: `Check failed: header == serialisation_header_`, `'XGBModel' object has no
    attribute 'gpu_id'`. A pickle of 3.1 or later loads in 3.0 without an error, and every
    prediction is shifted.

    ## Example
    ```python fails=LS211
    artifact(
        "model.pkl",
        format="pickle",
        content="model",
        framework="xgboost",
        producer={"xgboost": "3.4.1"},
        modules=["xgboost.core.Booster"],
        detail={"base_score": "[4.9E1]"},
    )
    environment(installed={"xgboost": "3.0.5"})
    ```

    ## Fix
    Predict with the version that saved it: `loadstone predict` rebuilds its environment. To keep
    the model, call `save_model("model.ubj")` there: that format is read across versions.

    ## See also
    <https://xgboost.readthedocs.io/en/stable/tutorials/saving_model.html>
    """
    installed = environment.distributions.get("xgboost") or environment.distributions.get(
        "xgboost-cpu", ""
    )
    boosters = [item for item in artifact.modules if _is_booster(item)]
    if artifact.format in ("xgboost-json", "xgboost-ubj") or not boosters or not installed:
        return
    told = artifact.producer.get("xgboost") or ""
    for item in TABLE:
        module = next((held for held in boosters if _is_meant(artifact, held, item)), None)
        if module is None or not item.here.contains(installed, prereleases=True):
            continue
        wrote = f"xgboost {told}" if told else "xgboost 0.90 or earlier"
        yield Finding(
            f"`{artifact.name}` is a pickle of {wrote}, and xgboost {installed} {item.effect}",
            at=here(artifact, module.path),
            headings=("saved by", "here"),
            rows=(Row(wrote, f"xgboost {installed}"),),
            notes=(item.why,),
            fix=Fix(
                "predict with the version that saved it",
                safety="manual",
                shell=f"loadstone predict {quoted(artifact.path)} -i rows.json",
            ),
            covers=item.rows,
        )
        return


def _is_booster(module: ModuleFact) -> bool:
    return module.module.partition(".")[0] == "xgboost" and (
        module.name == "Booster" or module.name.startswith("XGB")
    )


def _is_meant(artifact: Artifact, module: ModuleFact, item: Pair) -> bool:
    told = artifact.producer.get("xgboost") or ""
    if item.of and module.name not in item.of:
        return False
    if item.lacks in module.attributes:
        return False
    if item.saved is None:
        return artifact.detail.get("booster") == "binary"
    if not told or not item.saved.contains(told, prereleases=True):
        return False
    return item.saved != SpecifierSet(">=3.1") or artifact.detail.get("base_score") != HALF
