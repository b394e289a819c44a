"""LS217: the folder says which versions its model needs, and others are installed."""

from collections.abc import Iterator
from typing import Final

from packaging.specifiers import InvalidSpecifier, SpecifierSet
from packaging.version import InvalidVersion

from loadstone.checks._common import here, quoted, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.classes import dataclass
from loadstone.runtime.kinds import KINDS

SHOWN: Final = 4
PACKERS: Final = ("mlflow", "mlflow-skinny", "bentoml", "mlem")  # the model does not need them


@dataclass(frozen=True, slots=True)
class Unmet:
    """One requirement of the folder, and the version that is installed."""

    name: str
    asked: str
    installed: str


@check("LS217", since="0.2", severity="note", covers=("sklearn/M01", "sklearn/W12"))
def requirement_unmet(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The folder asks for other versions of libraries than those that are installed.

    ## Why it breaks
    MLflow writes the versions that a model was made with into `requirements.txt`, and loads it
    beside others with a line in the log. spaCy writes the range that a pipeline was made for into
    `meta.json`, and warns: `[W095] Model was trained with spaCy v3.4.4 and may not be 100%
    compatible`. Whether predictions move is not told by either. A pipeline of spaCy 2 has no
    `config.cfg`, without which spaCy 3 does not load it.

    ## Example
    ```python fails=LS217
    artifact(
        "en_pipeline",
        format="spacy",
        content="model",
        framework="spacy",
        is_folder=True,
        requires={"spacy": ">=3.4.4,<3.5.0"},
    )
    environment(installed={"spacy": "3.7.5"})
    ```

    ## Fix
    Predict in the environment that the folder asks for, which `loadstone predict` builds beside
    yours where it predicts with the model; else make one.

    ## See also
    <https://mlflow.org/docs/latest/ml/model/dependencies/>
    """
    if not artifact.is_folder:
        return
    here_now = {_normal(name): version for name, version in environment.distributions.items()}
    unmet = [
        Unmet(name, asked, here_now[_normal(name)])
        for name, asked in artifact.requires.items()
        if asked
        and _normal(name) in here_now
        and _normal(name) not in PACKERS
        and not _is_met(asked, here_now[_normal(name)])
    ]
    if not unmet:
        return
    first = unmet[0]
    old = artifact.format == "spacy" and artifact.detail.get("generation") == 2
    ranged = [item for item in unmet if not item.asked.startswith("==")]
    yield Finding(
        f"the folder asks for `{first.name}{first.asked}`, and {first.installed} is installed",
        at=here(artifact),
        headings=("the folder asks for", "here"),
        rows=tuple(
            Row(f"{item.name}{item.asked}", f"{item.name} {item.installed}")
            for item in unmet[:SHOWN]
        ),
        more=max(0, len(unmet) - SHOWN),
        notes=("spaCy 3 reads `config.cfg`, which spaCy 2 did not write: `[E053]`",)
        if old
        else (
            (
                "a range is what the model was said to work with, a single version what it was "
                "made with; that others are here does not say that it predicts something else"
            ),
        ),
        fix=_fix(artifact, unmet),
        severity="error" if old else "warning" if ranged else None,
        covers=("sklearn/W12",) if artifact.format == "spacy" else ("sklearn/M01",),
    )


def _fix(artifact: Artifact, unmet: list[Unmet]) -> Fix:
    """Predict with what is predicted with here, the file in a container; else install."""
    inner = text(artifact.detail, "inner")
    path = f"{artifact.path.rstrip('/')}/{inner}" if inner else artifact.path
    known = text(artifact.detail, "inner_format") if inner else artifact.format
    if known in KINDS and artifact.framework != "torch":
        return Fix(
            "predict in the environment that it asks for",
            safety="manual",
            shell=f"loadstone predict {quoted(path)} -i rows.json",
        )
    asked = " ".join(quoted(f"{item.name}{item.asked}") for item in unmet[:SHOWN])
    return Fix(
        "load it in an environment of its own",
        safety="manual",
        shell=f"python -m venv its-own\nits-own/bin/pip install {asked}",
    )


def _is_met(asked: str, installed: str) -> bool:
    """Whether a version is in a range; a range that cannot be read asks for nothing."""
    try:
        return SpecifierSet(asked).contains(installed, prereleases=True)
    except (InvalidSpecifier, InvalidVersion):
        return True


def _normal(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(".", "-")
