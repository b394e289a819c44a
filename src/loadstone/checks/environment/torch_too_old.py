"""LS201: the file needs a part of torch that the installed one lacks."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Code, Environment, Finding, Fix, check
from loadstone.core.words import listed

MODULES = ("torch", "torch._utils", "torch.storage", "torch._tensor", "torch.serialization")
SUPERSEDES = ("LS301", "LS302", "LS307", "LS700")


@check("LS201", since="0.1", supersedes=SUPERSEDES, covers=("torch/B05", "torch/B06"))
def torch_too_old(artifact: Artifact, code: Code, environment: Environment) -> Iterator[Finding]:
    """The file was written by a torch that has more than the one installed here.

    ## Why it breaks
    A later torch writes dtypes, storages and helper functions that an earlier one does not have.
    The message advises to allow-list a name that does not exist here.

    ## Example
    ```python fails=LS201
    artifact(globals=["torch._utils._rebuild_tensor_v9"])
    code("torch._utils._rebuild_tensor_v9", "name-missing")
    environment(torch="1.5.1", numpy="1.19.5")
    ```

    ## Fix
    Install a later torch. Where that cannot be, save the file again elsewhere, with dtypes that
    the older one has, or as safetensors.

    ## See also
    <https://github.com/pytorch/pytorch/releases>
    """
    needed = {(item.module, item.name) for item in artifact.globals}
    absent = [
        f"{item.module}.{item.name}"
        for item in code.names
        if item.state == "name-missing"
        and item.module in MODULES
        and (item.module, item.name) in needed
    ]
    if not absent:
        return
    installed = environment.distributions.get("torch", "")
    helper = any("._rebuild" in name for name in absent)
    yield Finding(
        f"torch {installed or 'here'} does not have {listed(absent)}, which the file needs",
        at=here(artifact, absent[0]),
        notes=("the file was written by a later torch",),
        fix=Fix(
            "install a later torch",
            safety="manual",
            shell="pip install --upgrade torch",
        ),
        covers=("torch/B05",) if helper else ("torch/B06",),
    )
