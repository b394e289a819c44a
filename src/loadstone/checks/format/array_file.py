"""LS125: numpy's arrays are given where a model is meant, or a model is pickled in an array."""

from collections.abc import Iterator

from loadstone.checks._common import PICKLE_SUFFIXES, here, suffix, text
from loadstone.core import Artifact, Finding, Fix, Row, check
from loadstone.core.words import count

ROWS = 4
COVERS = ("sklearn/A23", "sklearn/A24")


@check("LS125", since="0.1", supersedes=("LS020", "LS101"), covers=COVERS)
def array_file(artifact: Artifact) -> Iterator[Finding]:
    """The file is numpy's: neither `pickle` nor a bare `numpy.load` opens it.

    ## Why it breaks
    `numpy.save(path, model)` pickles the model inside an array of objects: `numpy.load` then says
    `Object arrays cannot be loaded when allow_pickle=False`. A `.npy` that is named `.pkl` makes
    `pickle.load` say `unpickling stack underflow`, a `.npz` `invalid load key, 'P'`.

    ## Example
    ```python fails=LS125
    artifact(
        "model.pkl",
        format="npy",
        content="tensor",
        framework="numpy",
        state={"": zeros(2, 3)},
        detail={"pickled": False},
    )
    ```

    ## Fix
    Arrays are read with `numpy.load`. A model inside an array of objects is unpickled by it, which
    runs what the pickle calls: save it with the library's own format afterwards.

    ## See also
    <https://numpy.org/doc/stable/reference/generated/numpy.load.html>
    """
    if artifact.format not in ("npy", "npz") or artifact.damage:
        return
    if artifact.detail.get("pickled"):
        yield _objects(artifact)
    elif suffix(artifact) in PICKLE_SUFFIXES:
        yield _arrays(artifact)


def _arrays(artifact: Artifact) -> Finding:
    tensors = artifact.state_dicts[0].tensors if artifact.state_dicts else {}
    rows = tuple(Row(name or "the array", str(fact)) for name, fact in tensors.items())
    return Finding(
        f"`{artifact.name}` holds {count(len(tensors), 'array')} of numpy, and no pickle",
        at=here(artifact),
        headings=("array", "is"),
        rows=rows[:ROWS],
        more=max(0, len(rows) - ROWS),
        fix=Fix(
            "read the arrays with numpy",
            safety="manual",
            python=f"import numpy\n\narrays = numpy.load({artifact.path!r}, allow_pickle=False)\n",
        ),
        covers=("sklearn/A23",) if artifact.format == "npy" else (),
    )


def _objects(artifact: Artifact) -> Finding:
    held = text(artifact.detail, "holds") or "objects"
    names = text(artifact.detail, "pickled")
    inside = f"the array `{names.split(', ')[0]}` of `{artifact.name}`" if names else ""
    is_model = artifact.framework not in (None, "numpy")
    known = artifact.opening_runs_code in ("no", "library")
    return Finding(
        f"{inside or f'`{artifact.name}`'} is pickled inside an array ({held}): `numpy.load` "
        "refuses it",
        at=here(artifact, names.split(", ")[0] or None),
        severity=None if is_model or artifact.format == "npy" else "note",
        notes=("the pickle calls nothing but constructors of known libraries",) if known else (),
        fix=Fix(
            "unpickle it, and save it in the library's own format"
            if known
            else "look at what the pickle calls before it is opened: `loadstone inspect`",
            safety="manual",
            python=_code(artifact, names.split(", ")[0]) if known else "",
        ),
        covers=("sklearn/A24",),
    )


def _code(artifact: Artifact, name: str) -> str:
    whole = f"numpy.load({artifact.path!r}, allow_pickle=True)"
    member = f"[{name!r}]" if name else ""
    shapes = [fact.shape for state in artifact.state_dicts for fact in state.tensors.values()]
    is_scalar = shapes[:1] == [()] if not name else False
    return f"import numpy\n\nheld = {whole}{member}{'.item()' if is_scalar else ''}\n"
