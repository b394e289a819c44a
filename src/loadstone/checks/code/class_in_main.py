"""LS300: the file names classes or functions of a script that is not running."""

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
from loadstone.core.classes import replace
from loadstone.core.facts import CodeName
from loadstone.core.words import listed
from loadstone.statedict.match import Match

COVERS = ("torch/D01", "torch/D02", "torch/D08", "sklearn/B01", "sklearn/B19")
SUPERSEDES = ("LS107", "LS143", "LS301", "LS302", "LS307", "LS700")


@check("LS300", since="0.1", supersedes=SUPERSEDES, covers=COVERS)
def class_in_main(
    artifact: Artifact,
    code: Code,
    weights: Weights | None,
    target: Target | None,
    match: Match | None,
) -> Iterator[Finding]:
    """The file names a class of `__main__`: of the script or notebook that saved it.

    ## Why it breaks
    A pickle holds the name of a class, not its code. Saved from a script, that name is
    `__main__.Net`, and in another process `__main__` is another script:
    `Can't get attribute 'Net' on <module '__main__'>`.

    ## Example
    ```python fails=LS300
    artifact(content="module", modules=["__main__.Net"], state={"fc.weight": zeros(2, 3)})
    code("__main__.Net", "main", found=["net:Net"])
    ```

    ## Fix
    Of a whole model the tensors are taken from the pickle without running it: into the target whose
    names and shapes they have, or without one as the state dict that the modules register (unsafe
    where the model holds tensors that no module registers). For another pickle give Loadstone the
    script or the notebook, `--code train.py`: of it only the definitions are run that the file
    names, with what they need. Without Loadstone the class has to be imported into the script that
    loads, by its bare name. When saving, save `model.state_dict()`, or the model with its own code:
    `loadstone.save`.

    ## See also
    <https://github.com/pytorch/pytorch/issues/7812>
    """
    needed = {item.name for item in artifact.globals if item.module == "__main__"}
    needed |= {item.name for item in artifact.modules if item.module == "__main__"}
    names = [item for item in code.names if item.state == "main" and item.name in needed]
    if not names:
        return
    whole = artifact.content == "module"
    taken = extraction(artifact, weights, target, match)
    yield Finding(
        f"the file needs {listed([f'__main__.{item.name}' for item in names])}, "
        f"of the script that saved it",
        at=here(artifact, f"__main__.{names[0].name}"),
        headings=("named in the file", "defined here"),
        rows=tuple(Row(f"__main__.{item.name}", ", ".join(item.found[:4])) for item in names[:4]),
        more=max(0, len(names) - 4),
        notes=_notes(names, taken=taken is not None and target is None),
        fix=replace(taken, python=_imports(names)) if taken else _import(artifact, names),
        severity="warning" if weights and not whole else None,
        covers=_rows(artifact),
    )


def _rows(artifact: Artifact) -> tuple[str, ...]:
    if artifact.framework != "torch" and artifact.format in ("pickle", "joblib"):
        return ("sklearn/B01", "sklearn/B19")
    return ("torch/D01", "torch/D02") if artifact.content == "module" else ("torch/D08",)


def _notes(names: list[CodeName], *, taken: bool) -> tuple[str, ...]:
    notes = ["a pickle holds the name of a class, not its code"]
    places = [item.found[0] for item in names if item.found]
    if taken and places:
        notes.append(f"`--into {places[0]}` compares its tensors with the class that is here")
    return tuple(notes)


def _imports(names: list[CodeName]) -> str:
    places = [item.found[0] for item in names if item.found]
    lines = [f"from {place.replace(':', ' import ')}" for place in places]
    return "".join(f"{line}  # in the script that loads\n" for line in lines)


def _import(artifact: Artifact, names: list[CodeName]) -> Fix:
    imports, shell = _imports(names), giving(artifact, names)
    title = "import it into the script that loads" if imports else "bring back the code of it"
    return Fix(
        f"give the source of it, or {title}" if shell else title,
        safety="manual",
        python=imports,
        shell=shell,
    )
