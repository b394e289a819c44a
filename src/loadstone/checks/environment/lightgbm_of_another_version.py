"""LS212: a LightGBM model that the lightgbm at hand reads otherwise, or not at all."""

from collections.abc import Iterator
from typing import NamedTuple

from loadstone.checks._common import here, quoted, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.facts import ModuleFact

LINEAR = (3, 2)  # the first with linear trees
UNDERSCORE = (4, 0)  # the first that keeps a booster's text under `_handle`
FITTED = (3, 3)  # a wrapper without `fitted_` is none that was fitted: measured in 3.3.5
COVERS = ("sklearn/G10", "sklearn/G11")


class Misread(NamedTuple):
    """What the lightgbm at hand does with the file, and which lightgbm reads it."""

    effect: str
    why: str
    saved: str
    wants: str
    rows: tuple[str, ...] = ()


@check("LS212", since="0.2", covers=COVERS)
def lightgbm_of_another_version(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The model is of a lightgbm that the one here reads otherwise.

    ## Why it breaks
    Before 3.2 the slopes of linear trees are passed over without a word: each leaf gives a
    constant. A pickled booster keeps its text under `_handle` as of 4.0, and under `handle` before:
    `'Booster' object has no attribute 'handle'`. The wrappers of scikit-learn read attributes that
    older pickles do not have.

    ## Example
    ```python fails=LS212
    artifact(
        "model.txt",
        format="lightgbm-text",
        content="model",
        framework="lightgbm",
        detail={"linear_tree": "1"},
    )
    environment(installed={"lightgbm": "3.1.1"})
    ```

    ## Fix
    Install a lightgbm of the range that is named. The text of `save_model` is read across versions,
    and is inside every pickle.

    ## See also
    <https://github.com/lightgbm-org/LightGBM/releases/tag/v3.2.0>
    """
    installed = environment.distributions.get("lightgbm", "")
    if not version(installed):
        return
    found = _of_pickle(artifact, version(installed)) or _of_trees(artifact, version(installed))
    if found is None:
        return
    yield Finding(
        f"`{artifact.name}` is of lightgbm {found.saved}, and lightgbm {installed} {found.effect}",
        at=here(artifact),
        headings=("saved by", "here"),
        rows=(Row(f"lightgbm {found.saved}", f"lightgbm {installed}"),),
        notes=(found.why,),
        fix=Fix(
            "install a lightgbm that reads it"
            if found.wants
            else "predict with a lightgbm of the time that it was saved",
            safety="manual",
            shell=f"pip install 'lightgbm{found.wants}'"
            if found.wants
            else f"loadstone predict {quoted(artifact.path)} -i rows.json",
        ),
        covers=found.rows,
    )


def _of_trees(artifact: Artifact, now: tuple[int, ...]) -> Misread | None:
    if artifact.detail.get("linear_tree") not in ("1", "true", True) or now >= LINEAR:
        return None
    why = "its leaves are linear, and their slopes are left out without a word"
    effect = "loads it and predicts other values"
    return Misread(effect, why, "3.2 or later", ">=3.2", ("sklearn/G10",))


def _of_pickle(artifact: Artifact, now: tuple[int, ...]) -> Misread | None:
    for module in artifact.modules:
        if module.module.partition(".")[0] != "lightgbm":
            continue
        if module.name == "Booster" and "_handle" in module.attributes and now < UNDERSCORE:
            why = "its text is under `_handle`: `'Booster' object has no attribute 'handle'`"
            effect = "loads it and raises when it predicts"
            return Misread(effect, why, "4.0 or later", ">=4.0", ("sklearn/G11",))
        if module.name.startswith("LGBM") and (found := _of_wrapper(module, now)):
            return found
    return None


def _of_wrapper(module: ModuleFact, now: tuple[int, ...]) -> Misread | None:
    held, effect = module.attributes, "loads it and raises when it predicts"
    if "_n_classes" not in held:
        return None  # it was not fitted, or is of a version that was not looked at
    if "fitted_" not in held and now >= FITTED:
        why = "it has no `fitted_`: `Estimator not fitted, call fit before exploiting the model`"
        return Misread(effect, why, "3.0 or earlier", "")
    if held["_n_classes"] is None and now >= UNDERSCORE:
        why = (
            "`_n_classes` is `None`: `'>' not supported between instances of 'NoneType' and 'int'`"
        )
        return Misread(effect, why, "3.3 or earlier", "<4")
    return None
