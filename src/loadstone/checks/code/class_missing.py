"""LS301: a class or function that the file names is not where it was."""

from collections.abc import Iterator

from loadstone.checks._code import giving
from loadstone.checks._common import here
from loadstone.checks._extract import extraction
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
from loadstone.core.facts import CodeName
from loadstone.core.words import listed
from loadstone.statedict.match import Match

ROWS = {"": ("torch/D05",), "module-missing": ("torch/D03",)}
ROWS_PICKLE = {"": ("sklearn/B03",), "module-missing": ("sklearn/B02", "sklearn/B06")}
COVERS = (
    "torch/D03",
    "torch/D04",
    "torch/D05",
    "torch/D06",
    "sklearn/B02",
    "sklearn/B03",
    "sklearn/B06",
)


@check("LS301", since="0.1", supersedes=("LS107", "LS143", "LS307", "LS700"), covers=COVERS)
def class_missing(
    artifact: Artifact,
    code: Code,
    weights: Weights | None,
    target: Target | None,
    match: Match | None,
) -> Iterator[Finding]:
    """The file names a class that is not where it was when it was saved.

    ## Why it breaks
    A pickle holds the dotted name of every class. If the module is not on the path, was renamed,
    or the installed version of its library does not have the class: `No module named 'models'`,
    `Can't get attribute 'C3k2' on <module 'ultralytics.nn.modules.block'>`. A file `models.py` of
    one's own hides a package `models`: `'models' is not a package`.

    ## Example
    ```python fails=LS301
    artifact(content="module", modules=["models.yolo.Model"], state={"fc.weight": zeros(2, 3)})
    code("models.yolo.Model", "module-missing")
    ```

    ## Fix
    Of a whole model the tensors are taken from the pickle without running it: into the target whose
    names and shapes they have, or without one as the state dict that the modules register (unsafe
    where the model holds tensors that no module registers). Another pickle is given the source of
    what is your own, wherever it is now: `--code new_place.py`. For anything else put the code on
    the path, or install the version of the library that has the class.

    ## See also
    <https://docs.python.org/3/library/pickle.html#what-can-be-pickled-and-unpickled>
    """
    absent = missing(artifact, code)
    if not absent:
        return
    whole = artifact.content == "module"
    yield Finding(
        f"the file needs {listed([f'{item.module}.{item.name}' for item in absent])}, "
        f"which {'is' if len(absent) == 1 else 'are'} not here",
        at=here(artifact, f"{absent[0].module}.{absent[0].name}"),
        headings=("named in the file", "here"),
        rows=tuple(Row(f"{item.module}.{item.name}", _state(item)) for item in absent[:4]),
        more=max(0, len(absent) - 4),
        fix=extraction(artifact, weights, target, match) or _manual(artifact, absent[0]),
        severity="warning" if weights and not whole else None,
        covers=tuple(dict.fromkeys(row for item in absent for row in _rows(artifact, item))),
    )


def missing(artifact: Artifact, code: Code, *, installed: bool = True) -> list[CodeName]:
    """Return the names that are not here, of the project and of installed libraries.

    With `installed=False`, those of libraries that are not installed instead.
    """
    if artifact.framework == "keras":
        return []  # its classes are registered, or given to `load_model`
    needed = {(item.module, item.name) for item in artifact.globals}
    needed |= {(item.module, item.name) for item in artifact.modules}
    return [
        item
        for item in code.names
        if item.state in ("module-missing", "name-missing")
        and (item.module, item.name) in needed
        and (_library_absent(item) != installed)
        and not item.moved_to
        and not (item.versions and item.library_here)
    ]


def _library_absent(item: CodeName) -> bool:
    """Whether the whole library is absent, and not only a part of it.

    A class of its name in the project is another one: no project names a module like a library.
    """
    return (
        item.state == "module-missing" and item.distribution is not None and not item.library_here
    )


def _state(item: CodeName) -> str:
    if item.found:
        return ", ".join(item.found[:4])
    if item.shadow:
        return f"`{item.shadow}`, which is no package"
    if item.state == "module-missing":
        return f"no module `{item.module}`"
    return f"`{item.module}` has no `{item.name}`"


def _rows(artifact: Artifact, item: CodeName) -> tuple[str, ...]:
    if item.found:
        return ("torch/D06",)
    if item.shadow:
        return ("torch/D04",)
    plain = artifact.framework != "torch" and artifact.format in ("pickle", "joblib")
    rows = ROWS_PICKLE if plain else ROWS
    return rows.get(item.state, rows[""])


def _manual(artifact: Artifact, item: CodeName) -> Fix:
    if item.found:
        place, _, name = item.found[0].partition(":")
        return Fix(
            f"let `{item.module}.{item.name}` be found where it is now, and save it again",
            safety="manual",
            shell=giving(artifact, [item]),
            python=(
                f"import sys\n\nimport {place}\n\n"
                f"sys.modules[{item.module!r}] = {place}  # has `{name}`\n"
            ),
        )
    if item.distribution:
        return Fix(
            f"install the version of `{item.distribution}` that the file was saved with",
            safety="manual",
            shell=f"pip install {item.distribution}==VERSION",
        )
    top = item.module.partition(".")[0]
    if item.shadow:
        return Fix(
            f"rename your `{item.shadow}`, and put the folder that holds the package `{top}` on "
            "the path",
            safety="manual",
            shell=f"mv {item.shadow} my_{item.shadow}\nPYTHONPATH=FOLDER python …",
        )
    if item.state == "name-missing":
        return Fix(
            f"let the `{top}` of the model be found first: the one that is found here is another",
            safety="manual",
            shell="PYTHONPATH=FOLDER python …",
        )
    return Fix(
        f"put the folder that holds `{top}` on the path",
        safety="manual",
        shell="PYTHONPATH=FOLDER python …",
    )
