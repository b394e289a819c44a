"""LS213: two libraries that are installed do not go together, and the file needs one of them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Final

from packaging.specifiers import SpecifierSet

from loadstone.checks._common import here, top
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.classes import dataclass

Needs = Callable[[Artifact], bool]
NAMES: Final = {
    "xgboost": ("xgboost", "xgboost-cpu"),
    "onnxruntime": ("onnxruntime-gpu",),
    "tensorflow": ("tensorflow-cpu", "tensorflow-macos", "tensorflow-intel"),
}


@dataclass(frozen=True, slots=True)
class Odds:
    """A range of one library beside a range of another, the error, and what mends it."""

    library: str
    versions: SpecifierSet
    beside: str
    others: SpecifierSet
    error: str
    mend: str  # a requirement
    needs: Needs
    rows: tuple[str, ...]
    partly: str = ""  # where it fails, if not everywhere


def _named(*libraries: str) -> Needs:
    return lambda artifact: any(top(item) in libraries for item in artifact.globals)


def _wrapped(prefix: str) -> Needs:
    """Return whether a wrapper for scikit-learn is in a file, such as `XGBClassifier`."""
    return lambda artifact: any(item.name.startswith(prefix) for item in artifact.modules)


def _onnx(artifact: Artifact) -> bool:
    return artifact.framework == "onnx"


def _tensorflow(artifact: Artifact) -> bool:
    return artifact.framework in ("tensorflow", "keras") and artifact.format != "tflite"


def _odds(  # noqa: PLR0917 - the columns of a table
    first: str, second: str, error: str, mend: str, needs: Needs, rows: str, partly: str = ""
) -> Odds:
    library, versions = first.split(" ")
    beside, others = second.split(" ")
    ranges = SpecifierSet(versions), SpecifierSet(others)
    return Odds(
        library, ranges[0], beside, ranges[1], error, mend, needs, tuple(rows.split()), partly
    )


_LAYOUT: Final = "numpy.dtype size changed, may indicate binary incompatibility"
_FINITE: Final = "check_array() got an unexpected keyword argument 'force_all_finite'"
_TAGS: Final = "'super' object has no attribute '__sklearn_tags__'"
_DESCRIPTORS: Final = "Descriptors cannot be created directly."
_UMATH: Final = "numpy.core.umath failed to import"
_VOTES: Final = "The estimator XGBClassifier should be a classifier."
# Tried on both sides of each bound: scikit-learn 1.4.1 and 1.4.2, scipy 1.12 and 1.13, pandas 2.2.1
# and 2.2.2, ONNX Runtime 1.18.1 and 1.19.2 beside numpy 2.2.6; LightGBM 4.5 and 4.6 beside
# scikit-learn 1.8; XGBoost 2.1.3 and 2.1.4 beside scikit-learn 1.6.1 and 1.8. TensorFlow 2.8 and
# 2.10 beside protobuf 3.20.3 and 4.21, 2.15 beside numpy 2.1: up to where, their metadata says.
TABLE: Final = (
    _odds("scikit-learn <1.4.2", "numpy >=2", _LAYOUT, "numpy<2", _named("sklearn"), "sklearn/C48"),
    _odds(
        "scipy <1.13", "numpy >=2", _LAYOUT, "numpy<2", _named("sklearn", "scipy"), "sklearn/C48"
    ),
    _odds("pandas <2.2.2", "numpy >=2", _LAYOUT, "numpy<2", _named("pandas"), ""),
    _odds(
        "onnxruntime <1.19", "numpy >=2", "_ARRAY_API not found", "numpy<2", _onnx, "sklearn/O20"
    ),
    _odds(
        "lightgbm <4.6",
        "scikit-learn >=1.8",
        _FINITE,
        "lightgbm>=4.6",
        _wrapped("LGBM"),
        "sklearn/G13",
    ),
    _odds(
        "xgboost <2.1.4",
        "scikit-learn >=1.6,<1.8",
        _TAGS,
        "xgboost>=2.1.4",
        _wrapped("XGB"),
        "sklearn/X27",
        "`XGBClassifier.load_model` and pipelines raise; a wrapper out of a pickle predicts",
    ),
    _odds(
        "xgboost <2.1.4",
        "scikit-learn >=1.8",
        _VOTES,
        "xgboost>=2.1.4",
        _wrapped("XGBClassifier"),
        "sklearn/X34",
        "`XGBClassifier.load_model` and `VotingClassifier` raise, and folds are not stratified; "
        "a wrapper out of a pickle predicts",
    ),
    _odds(
        "tensorflow <2.12",
        "protobuf >=3.21",
        _DESCRIPTORS,
        "protobuf<3.21",
        _tensorflow,
        "tensorflow/c31",
    ),
    _odds("tensorflow <2.18", "numpy >=2", _UMATH, "numpy<2", _tensorflow, "tensorflow/c32"),
)
COVERS: Final = tuple(dict.fromkeys(row for item in TABLE for row in item.rows))


@check("LS213", since="0.2", covers=COVERS)
def libraries_at_odds(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """Two libraries here do not go together, and the file needs them.

    ## Why it breaks
    Compiled code is built for one layout of numpy's: `numpy.dtype size changed, may indicate
    binary incompatibility`, `_ARRAY_API not found`. Wrappers call scikit-learn by names that it
    changed: `'super' object has no attribute '__sklearn_tags__'`, `check_array() got an unexpected
    keyword argument 'force_all_finite'`. The file is whole, and nothing that is done to it helps.

    ## Example
    ```python fails=LS213
    artifact("model.onnx", format="onnx", content="program", framework="onnx")
    environment(installed={"onnxruntime": "1.16.3", "numpy": "2.2.6"})
    ```

    ## Fix
    Install the range of one of the two that is named.

    ## See also
    <https://numpy.org/doc/stable/dev/depending_on_numpy.html#numpy-2-abi-handling>
    """
    for item in TABLE:
        library = _installed(environment, item.library)
        beside = environment.distributions.get(item.beside, "")
        if not library or not beside or not item.needs(artifact):
            continue
        if not item.versions.contains(library, prereleases=True):
            continue
        if not item.others.contains(beside, prereleases=True):
            continue
        yield Finding(
            f"{item.library} {library} does not go with {item.beside} {beside}, "
            "and the file needs it",
            at=here(artifact),
            headings=("here", "does not go with"),
            rows=(Row(f"{item.beside} {beside}", f"{item.library}{item.versions}"),),
            notes=(f"`{item.error}`", *([item.partly] if item.partly else [])),
            fix=Fix(f"install `{item.mend}`", safety="manual", shell=f"pip install '{item.mend}'"),
            severity="warning" if item.partly else None,
            covers=item.rows,
        )
        return


def _installed(environment: Environment, library: str) -> str:
    names = (library, *NAMES.get(library, ()))
    return next(
        (environment.distributions[name] for name in names if name in environment.distributions), ""
    )
