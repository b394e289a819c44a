"""LS204: the file names modules of numpy 2, and numpy 1 is installed."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

RENAMED = (1, 26)  # numpy 1.26 already answers to `numpy._core`


@check("LS204", since="0.1", supersedes=("LS301", "LS302", "LS307", "LS310"), covers=("torch/B11",))
def numpy_moved(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The file was written beside numpy 2, and numpy 1 is installed here.

    ## Why it breaks
    numpy 2 renamed `numpy.core` to `numpy._core`, and a pickle holds the name:
    `No module named 'numpy._core'`. numpy 2 still answers to the old name.

    ## Example
    ```python fails=LS204
    artifact(content="checkpoint", globals=["numpy._core.multiarray.scalar"])
    environment(numpy="1.24.4")
    ```

    ## Fix
    Install numpy 2, or save the file again without numpy values (`float(x)`).

    ## See also
    <https://github.com/numpy/numpy/issues/28340>
    """
    new = [str(item) for item in artifact.globals if item.module.startswith("numpy._core")]
    installed = environment.distributions.get("numpy", "")
    if not new or not installed or version(installed) >= RENAMED:
        return
    yield Finding(
        f"the file names `{new[0]}`, which numpy {installed} does not have",
        at=here(artifact, new[0]),
        headings=("saved beside", "here"),
        rows=(Row("numpy 2", f"numpy {installed}"),),
        fix=Fix("install numpy 2", safety="manual", shell="pip install 'numpy>=2'"),
    )
