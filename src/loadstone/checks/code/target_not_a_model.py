"""LS306: the target is something else than a model."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Finding, Fix, TargetProblem, check
from loadstone.core.findings import Place
from loadstone.core.words import listed


@check("LS306", since="0.1")
def target_not_a_model(artifact: Artifact, problem: TargetProblem) -> Iterator[Finding]:
    """The target exists, and gives no model.

    ## Why it breaks
    Weights are loaded into a `torch.nn.Module`. The name given is a function that returns
    something else, a dataset, a config, or a class that is no module.

    ## Example
    ```python fails=LS306
    save({"fc.weight": zeros(2, 3)})
    no_target("net:train", "not-a-model", why="it gives a `dict`")
    ```

    ## Fix
    Name the class of the model, or a function that returns one.

    ## See also
    <https://docs.pytorch.org/docs/stable/generated/torch.nn.Module.html>
    """
    if problem.kind != "not-a-model":
        return
    notes = [f"`{item}` accepts every key of this file" for item in problem.accepting[:4]]
    if problem.nearest and not notes:
        notes.append(f"models in the same module: {listed(problem.nearest)}")
    yield Finding(
        problem.why
        if problem.why.startswith(f"`{problem.reference}")
        else f"`{problem.reference}` is no model: {problem.why}",
        at=here(artifact),
        code_at=Place(problem.file, line=problem.line) if problem.file else None,
        notes=tuple(notes),
        fix=Fix("name the class of the model, or a function that builds it", safety="manual"),
    )
