"""LS204: the file names modules of numpy 2, and numpy 1 is installed."""

from collections.abc import Iterator

from loadstone.checks._common import here, version
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check

_RENAMED = (1, 26)  # it answers to `numpy._core`, by stubs of these modules alone
_STUBS = ("multiarray", "_multiarray_umath", "umath", "_internal", "_dtype", "_dtype_ctypes")
_NEW = "numpy._core"
COVERS = ("torch/B11", "sklearn/C36", "sklearn/C37")


@check("LS204", since="0.1", supersedes=("LS301", "LS302", "LS307", "LS310"), covers=COVERS)
def numpy_moved(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The file was written beside numpy 2, and numpy 1 is installed here.

    ## Why it breaks
    numpy 2 renamed `numpy.core` to `numpy._core`, and a pickle holds the name:
    `No module named 'numpy._core'`. numpy 2 still answers to the old name; numpy 1.26 answers to
    some of the new ones: `No module named 'numpy._core.numeric'`.

    ## Example
    ```python fails=LS204
    artifact(content="checkpoint", globals=["numpy._core.multiarray.scalar"])
    environment(numpy="1.24.4")
    ```

    ## Fix
    Install numpy 2, or save the file again without numpy values (`float(x)`). An estimator of
    scikit-learn is brought to the numpy here by `loadstone check FILE --fix`.

    ## See also
    <https://github.com/numpy/numpy/issues/28340>
    """
    installed = environment.distributions.get("numpy", "")
    if not installed:
        return
    lacking = [str(item) for item in artifact.globals if _lacks(item.module, version(installed))]
    if not lacking:
        return
    yield Finding(
        f"the file names `{lacking[0]}`, which numpy {installed} does not have",
        at=here(artifact, lacking[0]),
        headings=("saved beside", "here"),
        rows=(Row("numpy 2", f"numpy {installed}"),),
        fix=Fix("install numpy 2", safety="manual", shell="pip install 'numpy>=2'"),
    )


def _lacks(module: str, numpy: tuple[int, ...]) -> bool:
    """Whether a version of numpy has no such module, which numpy 2 has."""
    if module != _NEW and not module.startswith(f"{_NEW}."):
        return False
    stub = module[len(_NEW) + 1 :] in _STUBS or module == _NEW
    return numpy < _RENAMED or (numpy < (2,) and not stub)
