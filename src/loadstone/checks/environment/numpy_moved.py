"""LS204: the file names modules of numpy 2, and numpy 1 is installed."""

from collections.abc import Iterator
from typing import Final

from loadstone.checks._common import here, suffix, version
from loadstone.core import Artifact, Environment, Finding, Fix, RenameGlobals, Row, check

# https://numpy.org/doc/2.0/numpy_2_0_migration_guide.html; what pickles hold, tried with both
NAMES: Final = {
    ("numpy._core", "_ufunc_reconstruct"): ("numpy.core", "_ufunc_reconstruct"),
    ("numpy._core.multiarray", "_reconstruct"): ("numpy.core.multiarray", "_reconstruct"),
    ("numpy._core.multiarray", "scalar"): ("numpy.core.multiarray", "scalar"),
    ("numpy._core.numeric", "_frombuffer"): ("numpy.core.numeric", "_frombuffer"),
    ("numpy.rec", "recarray"): ("numpy", "recarray"),
    ("numpy.rec", "record"): ("numpy", "record"),
    ("numpy.char", "chararray"): ("numpy", "chararray"),
    ("numpy", "bool"): ("numpy", "bool_"),
}
PROOF: Final = "both names mean the same; whatever else the pickle makes reads back equal"
# a class of them is an argument that numpy 1 does not take: it wants its name
_GENERATORS = frozenset(
    f"numpy.random.{name}"
    for name in ("_mt19937.MT19937", "_pcg64.PCG64", "_pcg64.PCG64DXSM", "_philox.Philox")
) | {"numpy.random._sfc64.SFC64"}
_RENAMED = (1, 26)  # it answers to `numpy._core`, by stubs of these modules alone
_STUBS = ("multiarray", "_multiarray_umath", "umath", "_internal", "_dtype", "_dtype_ctypes")
_NEW = "numpy._core"
_PLACES = ("numpy.rec", "numpy.char")
COVERS = ("torch/B11", "sklearn/C36", "sklearn/C37")


@check("LS204", since="0.1", supersedes=("LS301", "LS302", "LS307", "LS310"), covers=COVERS)
def numpy_moved(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The file was written beside numpy 2, and numpy 1 is installed here.

    ## Why it breaks
    numpy 2 renamed `numpy.core` to `numpy._core`, and a pickle holds the name:
    `No module named 'numpy._core'`. numpy 2 still answers to the old name; numpy 1.26 answers to
    some of the new ones: `No module named 'numpy._core.numeric'`. Records say that they are of
    `numpy.rec`, which is no module in numpy 1, and `numpy.bool_` is pickled as `numpy.bool`, which
    numpy before 1.20 takes for Python's own `bool`.

    ## Example
    ```python fails=LS204
    artifact(content="checkpoint", globals=["numpy._core.multiarray.scalar"])
    environment(numpy="1.24.4")
    ```

    ## Fix
    Safe, where all of them have a name in numpy 1: a pickle, a file of joblib or an archive of
    torch is written with those names, and whatever else it makes stays as it is. Random
    generators, text of variable length, and (by protocol 5) arrays whose axes were turned are
    pickled otherwise since numpy 2: install numpy 2 for them, or save the file again without them.
    An estimator of another scikit-learn is brought to the libraries here as a whole, which is
    proved by its predictions.

    ## See also
    <https://github.com/numpy/numpy/issues/28340>
    """
    installed = environment.distributions.get("numpy", "")
    if not installed:
        return
    lacking = [
        f"{item.module}.{item.name}"
        for item in artifact.globals
        if _lacks(item.module, item.name, version(installed))
    ]
    if not lacking:
        return
    first = lacking[0]
    yield Finding(
        f"the file holds a random generator as numpy 2 pickles it; numpy {installed} cannot read it"
        if first in _GENERATORS
        else f"the file names `{first}`, which numpy {installed} does not have",
        at=here(artifact, first),
        headings=("saved beside", "here"),
        rows=(Row("numpy 2", f"numpy {installed}"),),
        fix=_renamed(artifact, environment)
        or Fix("install numpy 2", safety="manual", shell="pip install 'numpy>=2'"),
    )


def lacks_numpy_1(module: str, name: str) -> bool:
    """Whether numpy 1 has nothing that means what a name of numpy 2 means."""
    return (module, name) not in NAMES and _is_new(module, name)


def _is_new(module: str, name: str) -> bool:
    """Whether a name is one that pickles of numpy 2 alone hold."""
    generator = f"{module}.{name}" in _GENERATORS
    return generator or module in _PLACES or f"{module}.".startswith(f"{_NEW}.")


def _renamed(artifact: Artifact, environment: Environment) -> Fix | None:
    """Return the fix, where nothing else stands against it, and nothing inside is of more use."""
    told, here = artifact.producer.get("scikit-learn"), environment.distributions
    if artifact.damage or (told and told != here.get("scikit-learn")):
        return None
    if artifact.format not in ("pickle", "joblib", "torch-zip") or len(artifact.parts) > 1:
        return None
    if artifact.detail.get("booster") or (artifact.format == "torch-zip" and artifact.state_dicts):
        return None
    if any(lacks_numpy_1(item.module, item.name) for item in artifact.globals):
        return None
    given = suffix(artifact)
    name = f"{artifact.name.removesuffix(given)}.fixed{given or '.pkl'}"
    return Fix(f"write `{name}` with the names of numpy 1", (RenameGlobals(name),), proof=PROOF)


def _lacks(module: str, name: str, numpy: tuple[int, ...]) -> bool:
    """Whether a version of numpy has no such name, which numpy 2 has."""
    if numpy >= (2,) or not ((module, name) in NAMES or _is_new(module, name)):
        return False
    stub = module[len(_NEW) + 1 :] in _STUBS or module == _NEW
    return numpy < _RENAMED or not stub
