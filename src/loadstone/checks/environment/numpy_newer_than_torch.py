"""LS210: a torch built for numpy 1, beside numpy 2."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

FOR_NUMPY_2 = (2, 3)  # the first torch that is built for numpy 2


@check("LS210", since="0.1", severity="warning", covers=("torch/B12",))
def numpy_newer_than_torch(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The torch installed here was built for numpy 1, and numpy 2 is beside it.

    ## Why it breaks
    Compiled code is built for one layout of numpy's. `tensor.numpy()` and `from_numpy` say
    `RuntimeError: Numpy is not available`, although it is.

    ## Example
    ```python fails=LS210
    save({"fc.weight": zeros(2, 3)})
    environment(torch="2.2.2", numpy="2.0.0")
    ```

    ## Fix
    Install numpy 1, or torch 2.3 or later.

    ## See also
    <https://github.com/pytorch/pytorch/issues/132179>
    """
    torch = environment.distributions.get("torch", "")
    numpy = environment.distributions.get("numpy", "")
    if artifact.framework != "torch" or not torch or not numpy:
        return
    if version(torch) >= FOR_NUMPY_2 or version(numpy) < (2,):
        return
    yield Finding(
        f"torch {torch} was built for numpy 1, and numpy {numpy} is installed",
        at=here(artifact),
        headings=("here", "built for"),
        rows=(Row(f"numpy {numpy}", "numpy 1"),),
        fix=Fix("install numpy 1", safety="manual", shell="pip install 'numpy<2'"),
    )
