"""LS304: the target's constructor needs arguments."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted
from loadstone.core import Artifact, Finding, Fix, TargetProblem, check
from loadstone.core.findings import Place
from loadstone.core.words import listed


@check("LS304", since="0.1")
def constructor_arguments(artifact: Artifact, problem: TargetProblem) -> Iterator[Finding]:
    """The target's constructor needs arguments that were not given.

    ## Why it breaks
    A state dict does not record how its model was built. The class is called to get the names and
    shapes that it expects, and it cannot be called without arguments.

    ## Example
    ```python fails=LS304
    save({"fc.weight": zeros(2, 3)})
    no_target("net:Net", "arguments-missing", nearest=["classes"])
    ```

    ## Fix
    Give the arguments in the reference, as Python literals: `--into 'net:Net(10, classes=5)'`. Or
    name a function without arguments that builds the model.

    ## See also
    <https://docs.python.org/3/library/ast.html#ast.literal_eval>
    """
    if problem.kind != "arguments-missing":
        return
    bare, _, given = problem.reference.removesuffix(")").partition("(")
    needed = problem.nearest
    kept = [given] if needed and given else []
    named = ", ".join([*kept, *(f"{name}=…" for name in needed)]) or "…"
    message = f"`{bare}` cannot be built without arguments"
    if "(" in problem.reference:
        message = f"`{bare}` does not take the arguments of `{problem.reference}`"
    yield Finding(
        message + (f": it needs {listed(needed)}" if needed else ""),
        at=here(artifact),
        code_at=Place(problem.file, line=problem.line) if problem.file else None,
        code_text=bare.partition(":")[2],
        notes=(problem.why,),
        fix=Fix(
            "give its arguments in the reference",
            safety="manual",
            shell=f"loadstone check {quoted(artifact.path)} --into '{bare}({named})'",
        ),
    )
