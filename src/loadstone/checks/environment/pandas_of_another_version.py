"""LS214: a pickle holds frames of another pandas than the one that is installed."""

from collections.abc import Iterator
from typing import Final

from packaging.specifiers import SpecifierSet

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Environment, Finding, Fix, Row, check
from loadstone.core.classes import dataclass

PICKLES: Final = ("pickle", "compressed")  # what `pandas.read_pickle` opens


@dataclass(frozen=True, slots=True)
class Held:
    """What a pickle of some versions of pandas holds, and where that does not load."""

    name: str  # that the file looks up, or calls with two arguments
    saved: str  # the versions that write it
    here: SpecifierSet
    error: str
    rows: tuple[str, ...]
    read_pickle: bool = False  # whether pandas' own loader reads it there


STRING: Final = "StringDtype.__init__() takes from 1 to 2 positional arguments but 3 were given"
BLOCK: Final = "pandas.core.internals.blocks.new_block"
# Measured: frames, series and indexes of 0.25.3, 1.2.5, 1.3.5, 1.4.4, 1.5.3, 2.2.3, 2.3.3 and
# 3.1.1, each loaded in each of these.
TABLE: Final = (
    Held(
        "pandas._libs.internals._unpickle_block",
        ">=1.4",
        SpecifierSet("<1.4"),
        "Can't get attribute '_unpickle_block' on <module 'pandas._libs.internals'>",
        ("sklearn/P02",),
    ),
    Held(
        BLOCK,
        ">=1.3,<1.4",
        SpecifierSet("<1.3"),
        "Can't get attribute 'new_block' on <module 'pandas.core.internals.blocks'>",
        ("sklearn/P08",),
    ),
    Held(
        BLOCK,
        ">=1.3,<1.4",
        SpecifierSet(">=2"),
        "Argument 'placement' has incorrect type (expected BlockPlacement, got slice)",
        ("sklearn/P01",),
        read_pickle=True,
    ),
    Held(
        "pandas.StringDtype",
        ">=3",
        SpecifierSet("<2.3"),
        STRING,
        ("sklearn/P03",),
    ),
    Held(
        "pandas.StringDtype",
        ">=3",
        SpecifierSet(">=2.3,<3"),
        "NotImplementedError",
        ("sklearn/P03",),
    ),
    Held(
        "pandas.core.arrays.string_.StringDtype",
        ">=2.3",
        SpecifierSet("<2.3"),
        STRING,
        ("sklearn/P03",),
    ),
)
COVERS: Final = tuple(dict.fromkeys(row for item in TABLE for row in item.rows))


@check(
    "LS214", since="0.2", supersedes=("LS301", "LS302", "LS307", "LS310", "LS311"), covers=COVERS
)
def pandas_of_another_version(artifact: Artifact, environment: Environment) -> Iterator[Finding]:
    """The file holds a frame that the pandas here does not load.

    ## Why it breaks
    A pickled frame is made of pandas' private parts: 1.3 wrote `new_block`, 1.4 and later
    `_unpickle_block`, and 3 gives `StringDtype` a second argument. Each release has its own, and
    takes some of the others': `Argument 'placement' has incorrect type`.

    ## Example
    ```python fails=LS214
    artifact(
        "frame.pkl",
        format="pickle",
        content="object",
        framework=None,
        globals=["pandas._libs.internals._unpickle_block"],
    )
    environment(installed={"pandas": "1.3.5", "numpy": "1.21.6"})
    ```

    ## Fix
    Open it with a pandas of the range that is named. Where `pandas.read_pickle` still reads what
    `pickle.load` refuses, that is offered. A table is kept as Parquet, not as a pickle.

    ## See also
    <https://github.com/pandas-dev/pandas/issues/53300>
    """
    installed = environment.distributions.get("pandas", "")
    if not installed:
        return
    names = {str(item) for item in artifact.globals if item.name != "StringDtype"}
    names.add(text(artifact.detail, "string_dtype"))
    for item in TABLE:
        if item.name not in names or not item.here.contains(installed, prereleases=True):
            continue
        yield Finding(
            f"`{artifact.name}` holds what pandas {item.saved} pickles, "
            f"and pandas {installed} does not load it",
            at=here(artifact, item.name),
            headings=("saved by", "here"),
            rows=(Row(f"pandas {item.saved}", f"pandas {installed}"),),
            notes=(f"`{item.error}`",),
            fix=_fix(artifact, item),
            covers=item.rows,
        )
        return


def _fix(artifact: Artifact, item: Held) -> Fix:
    if item.read_pickle and artifact.format in PICKLES:
        return Fix(
            "open it with `pandas.read_pickle`, which reads what older versions wrote",
            safety="manual",
            python=f"import pandas as pd\n\nvalue = pd.read_pickle({artifact.path!r})\n",
        )
    return Fix(
        "open it with a pandas that reads it",
        safety="manual",
        shell=f"pip install 'pandas{item.saved}'",
    )
