"""LS303: the target is not where its reference says."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, TargetProblem, check
from loadstone.core.findings import Place
from loadstone.core.words import as_argument, listed


@check("LS303", since="0.1", covers=("torch/D06",))
def target_missing(artifact: Artifact, problem: TargetProblem) -> Iterator[Finding]:
    """The target's module or class does not exist under the name given.

    ## Why it breaks
    The class was renamed or moved since, the name is mistyped, the folder that holds the module is
    not the current one and not on the path, or it is a library's that is not installed.

    ## Example
    ```python fails=LS303
    save({"fc.weight": zeros(2, 3)})
    no_target("net:TinyNet", "name-missing", nearest=["TinyNetwork"])
    ```

    ## Fix
    Give the name that exists. A class in the same module whose names and shapes are exactly those
    of the file is named first.

    ## See also
    <https://docs.python.org/3/reference/import.html>
    """
    if problem.kind not in ("module-missing", "name-missing"):
        return
    module, _, name = problem.reference.partition(":")
    what = (
        f"there is no module `{module}`"
        if problem.kind == "module-missing"
        else f"`{module}` has no `{name.partition('(')[0]}`"
    )
    notes = [f"`{item}` accepts every key of this file" for item in problem.accepting[:4]]
    near = [item for item in problem.nearest if item not in problem.accepting]
    if near and not problem.accepting and not problem.distribution:
        notes.append(f"near to it: {listed(near)}")
    yield Finding(
        what,
        at=here(artifact),
        code_at=Place(problem.file, line=problem.line) if problem.file else None,
        notes=tuple(notes),
        fix=_fix(artifact, problem, module),
        covers=("torch/D06",) if problem.accepting else (),
    )


def _fix(artifact: Artifact, problem: TargetProblem, module: str) -> Fix:
    path = quoted(artifact.path)
    if len(problem.accepting) == 1:
        known = problem.accepting[0]
        return Fix(
            f"load it into `{known}`",
            safety="manual",
            shell=f"loadstone check {path} --into {as_argument(_full(known, module))}",
        )
    if problem.kind == "name-missing" and problem.nearest:
        return Fix(
            "give the name that the module has",
            safety="manual",
            shell=f"loadstone check {path} --into {as_argument(_full(problem.nearest[0], module))}",
        )
    if problem.distribution:
        return Fix(
            f"install {problem.distribution}",
            safety="manual",
            shell=f"pip install {problem.distribution}",
        )
    return Fix(
        "run it where the module is, or put its folder on the path",
        safety="manual",
        shell=f"PYTHONPATH=FOLDER loadstone check {path} --into {as_argument(problem.reference)}",
    )


def _full(name: str, module: str) -> str:
    return name if ":" in name else f"{module}:{name}"
