"""LS305: the target's own code raises when it is imported or built."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, TargetProblem, check
from loadstone.core.findings import Place


@check("LS305", since="0.1")
def target_raises(artifact: Artifact, problem: TargetProblem) -> Iterator[Finding]:
    """The target's own code raises while it is imported or built.

    ## Why it breaks
    The module or the constructor failed before the file was looked at: a missing dependency, a
    file that it reads at import, an argument that it refuses.

    ## Example
    ```python fails=LS305
    save({"fc.weight": zeros(2, 3)})
    no_target("net:Net", "constructor-raised", why="ZeroDivisionError: division by zero")
    ```

    ## Fix
    Mend the line shown; the file has no part in it.

    ## See also
    <https://docs.python.org/3/tutorial/errors.html>
    """
    if problem.kind not in ("module-raised", "constructor-raised"):
        return
    module, _, call = problem.reference.partition(":")
    name = call.partition("(")[0]
    call = call if "(" in call else f"{call}()"
    importing = problem.kind == "module-raised"
    yield Finding(
        f"importing `{module}` raises {problem.why}"
        if importing
        else f"building `{problem.reference}` raises {problem.why}",
        at=here(artifact),
        code_at=Place(problem.file, line=problem.line) if problem.file else None,
        notes=("the file has no part in it",),
        fix=Fix(
            "mend the code; this shows the whole traceback",
            safety="manual",
            shell=f"python -c 'import {module}'"
            if importing
            else f"python -c 'from {module} import {name}; {call}'",
        ),
    )
