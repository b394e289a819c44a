"""LS233: torchvision and torch are installed here in releases that are no pair."""

from collections.abc import Iterator
from typing import Final

from packaging.version import InvalidVersion, Version

from loadstone.checks._common import here, top
from loadstone.core import Artifact, Environment, Finding, Fix, Row, TargetProblem, check

FIRST: Final = {2: 15, 1: 1}  # torchvision 0.15 is for torch 2.0, 0.14 for 1.13, 0.8 for 1.7
OLDEST: Final = Version("1.7")


@check("LS233", since="0.2", covers=("torch/K31",))
def torchvision_of_another_torch(
    artifact: Artifact, environment: Environment, problem: TargetProblem | None
) -> Iterator[Finding]:
    """The torchvision here was built for another torch, and the model needs it.

    ## Why it breaks
    torchvision is compiled against one release of torch, and pins it. Beside another its operators
    are not there: `RuntimeError: operator torchvision::nms does not exist`, or an
    `undefined symbol`. One from PyPI for Linux is built for CUDA, and does not go with a torch for
    CPUs either.

    ## Example
    ```python fails=LS233
    artifact("m.pkl", format="pickle", content="object", globals=["torchvision.ops.misc.Permute"])
    environment(installed={"torch": "2.13.0", "torchvision": "0.27.1"})
    ```

    ## Fix
    Install the torchvision of that torch, from the index that the torch is from.

    ## See also
    <https://github.com/pytorch/vision#installation>
    """
    torch, vision = (environment.distributions.get(name, "") for name in ("torch", "torchvision"))
    named = any(top(item) == "torchvision" for item in artifact.globals)
    raised = problem is not None and "torchvision::" in problem.why
    wanted = _pair(torch)
    if not (named or raised) or not vision or not wanted:
        return
    built = Version(vision) if _is_version(vision) else None
    if built is None or built.major != 0:
        return
    cpu = "+cpu" in torch and "+" not in vision and environment.platform == "linux"
    if built.minor == wanted and not cpu:
        return
    told = "" if built.minor != wanted else ", which is for CPUs"
    index = " --index-url https://download.pytorch.org/whl/cpu" if "+cpu" in torch else ""
    yield Finding(
        f"torchvision {vision} was built for another torch than {torch}{told}, and the model "
        "needs it",
        at=here(artifact),
        headings=("here", "goes with"),
        rows=(Row(f"torch {torch}", f"torchvision 0.{wanted}"),),
        notes=("`operator torchvision::nms does not exist`",),
        fix=Fix(
            f"install torchvision 0.{wanted}",
            safety="manual",
            shell=f"pip install 'torchvision==0.{wanted}.*'{index}",
        ),
        severity="warning" if artifact.tensors and artifact.content != "module" else None,
    )


def _pair(torch: str) -> int:
    """Return the minor version of the torchvision for a torch; 0 where it is not known."""
    if not _is_version(torch) or Version(torch) < OLDEST:
        return 0
    version = Version(torch)
    return FIRST[version.major] + version.minor if version.major in FIRST else 0


def _is_version(text: str) -> bool:
    try:
        Version(text)
    except InvalidVersion:
        return False
    return True
