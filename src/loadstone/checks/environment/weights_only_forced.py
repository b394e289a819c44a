"""LS206: an environment variable overrides `weights_only` in the code."""

from collections.abc import Iterator

from loadstone.checks._common import TORCH_ARCHIVES, here
from loadstone.checks._globals import refused
from loadstone.core import Artifact, Environment, Finding, Fix, check

VARIABLE = "TORCH_FORCE_WEIGHTS_ONLY_LOAD"


@check("LS206", since="0.1", severity="warning", covers=("torch/C11",))
def weights_only_forced(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """An environment variable makes every load weights-only, whatever the code says.

    ## Why it breaks
    With `TORCH_FORCE_WEIGHTS_ONLY_LOAD=1`, torch ignores the argument of `torch.load`. The message
    advises the argument that is being ignored.

    ## Example
    ```python fails=LS206
    artifact(content="checkpoint", globals=["my_pkg.Config"])
    code("my_pkg.Config", "present")
    environment(variables={"TORCH_FORCE_WEIGHTS_ONLY_LOAD": "1"})
    ```

    ## Fix
    Unset the variable for this process if the file is trusted, or take only the tensors of it.

    ## See also
    <https://docs.pytorch.org/docs/stable/notes/serialization.html>
    """
    value = environment.variables.get(VARIABLE, "")
    if value.lower() not in ("1", "y", "yes", "true") or artifact.format not in TORCH_ARCHIVES:
        return
    names = refused(artifact)
    if not names:
        return
    yield Finding(
        f"`{VARIABLE}={value}` is set: `torch.load` refuses this file whatever its arguments say",
        at=here(artifact, names[0]),
        fix=Fix(
            "unset the variable, if you trust the source of the file",
            safety="manual",
            shell=f"unset {VARIABLE}",
        ),
    )
