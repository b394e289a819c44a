"""LS302: a library that the file needs is not installed."""

import re
from collections.abc import Iterator

from loadstone.checks._common import here, top
from loadstone.checks._extract import extraction
from loadstone.checks.code.class_missing import missing
from loadstone.core import (
    Artifact,
    Code,
    Finding,
    Fix,
    Row,
    Target,
    Weights,
    check,
)
from loadstone.core.facts import CodeName, GlobalFact
from loadstone.core.words import listed
from loadstone.statedict.match import Match

BY_VALUE = ("dill", "cloudpickle")
LIGHTNING = ("pytorch-lightning", "lightning", "fastai")
COVERS = ("torch/D07", "torch/B14", "torch/K30", "sklearn/B16", "sklearn/P09")


@check("LS302", since="0.1", supersedes=("LS107", "LS143", "LS307", "LS700"), covers=COVERS)
def library_missing(
    artifact: Artifact,
    code: Code,
    weights: Weights | None,
    target: Target | None,
    match: Match | None,
) -> Iterator[Finding]:
    """The file needs a library that is not installed here.

    ## Why it breaks
    A pickle holds names of classes and functions, and opening it imports their modules:
    `No module named 'dill'`, `No module named 'pytorch_lightning'`. Often only a config or a
    callback needs them, and the tensors do not.

    ## Example
    ```python fails=LS302
    artifact("model.pkl", format="pickle", content="object", globals=["dill._dill._create_type"])
    code("dill._dill._create_type", "module-missing", distribution="dill")
    ```

    ## Fix
    Where the tensors can be taken without the library, that is offered. Otherwise install it.
    torchtext has no release for torch after 2.3: rebuild what it held as plain dictionaries, in
    an environment of its time.

    ## See also
    <https://github.com/pytorch/text/issues/2272>
    """
    absent = [  # of torch itself, LS200 tells
        item
        for item in missing(artifact, code, installed=False)
        if item.distribution is None or item.distribution != "torch"
        if not item.module.startswith("sklearn.externals.joblib")  # LS147 tells of it
    ]
    libraries = list(dict.fromkeys(item.distribution or item.module for item in absent))
    if not libraries:
        return
    whole = artifact.content == "module"
    dead = "torchtext" in libraries
    yield Finding(
        f"the file needs {listed(libraries)}, which {'is' if len(libraries) == 1 else 'are'} not "
        "installed here",
        at=here(artifact, f"{absent[0].module}.{absent[0].name}"),
        headings=("named in the file", "library"),
        rows=tuple(
            Row(f"{item.module}.{item.name}", item.distribution or "") for item in absent[:4]
        ),
        more=max(0, len(absent) - 4),
        notes=_notes(weights, dead=dead),
        fix=extraction(artifact, weights, target, match) or _install(libraries, absent, dead=dead),
        severity="warning" if weights and not whole else None,
        covers=tuple(
            dict.fromkeys(row for name in libraries for row in _rows(name, artifact.framework))
        ),
    )


def _notes(weights: Weights | None, *, dead: bool) -> tuple[str, ...]:
    notes = []
    if dead:
        notes.append("torchtext ended with 0.18, for torch 2.3: it does not import beside today's")
    if weights:
        notes.append("its tensors are read without the library")
    return tuple(notes)


def _install(libraries: list[str], absent: list[CodeName], *, dead: bool) -> Fix:
    if dead:
        return Fix(
            "open it once in an environment of its time, and save its vocabulary as a dictionary",
            safety="manual",
            shell="uv run --python 3.11 --with torch==2.3.1 --with torchtext==0.18.0 "
            "--with 'numpy<2' python",
        )
    first = GlobalFact(absent[0].module, absent[0].name)
    asked = [_asked(name, absent) for name in libraries]
    return Fix(
        f"install {listed(libraries)}" + ("" if top(first) == libraries[0] else " (its library)"),
        safety="manual",
        shell=f"pip install {' '.join(asked)}",
    )


def _asked(library: str, absent: list[CodeName]) -> str:
    """Return a library as it is installed, in the versions that have all that the file names."""
    specs = [item.versions for item in absent if item.distribution == library and item.versions]
    oldest = min(specs, key=_numbers, default="")
    return f"'{library}{oldest}'" if oldest else library


def _numbers(spec: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", spec))


def _rows(library: str, framework: str | None) -> tuple[str, ...]:
    if library == "torchtext":
        return ("torch/K30",)
    if library in BY_VALUE:
        return ("torch/B14",) if framework == "torch" else ("sklearn/B16",)
    if library == "pandas":
        return ("sklearn/P09",)
    return ("torch/D07",) if library in LIGHTNING else ()
