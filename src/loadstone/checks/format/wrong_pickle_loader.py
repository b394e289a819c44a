"""LS140: a pickle that `pickle.load` does not read as it lies."""

from collections.abc import Iterator

from loadstone.checks._common import here, is_torch_use, suffix, text
from loadstone.core import Artifact, Finding, Fix, Target, check

BARE = (".pkl", ".pickle", ".p", ".sav", ".model", ".dat", "")
OPENERS = {"gzip": "gzip", "bzip2": "bz2", "xz": "lzma", "lzma": "lzma"}
COVERS = {
    "": "sklearn/A06",
    "gzip": "sklearn/A04",
    "zlib": "sklearn/A05",
    "xz": "sklearn/A35",
    "zfile": "sklearn/A45",
}
READ_PICKLE = "sklearn/P05"  # `pandas.read_pickle` reads no more of joblib than `pickle.load`
SAYS = {
    "": "invalid load key",
    "gzip": "invalid load key, '\\x1f'",
    "zlib": "invalid load key, 'x'",
    "bzip2": "invalid load key, 'B'",
    "xz": "invalid load key, '\\xfd'",
    "lzma": "unpickling stack underflow",
    "zfile": "invalid load key, 'Z'",
    "lz4": "invalid load key, '\\x04'",
}


@check(
    "LS140",
    since="0.1",
    severity="note",
    covers=(*COVERS.values(), READ_PICKLE),
    own_loader=True,
)
def wrong_pickle_loader(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file is named like a pickle, and `pickle.load` does not read it.

    ## Why it breaks
    `joblib.dump` puts the bytes of arrays between the opcodes of a pickle, and may compress the
    whole; `gzip.open` compresses too. `pickle.load` meets bytes that are no opcodes and says
    `invalid load key`. The file is whole. The reverse is no fault: `joblib.load` reads a file of
    `pickle.dump`.

    ## Example
    ```python fails=LS140
    artifact("model.pkl", format="joblib", content="model", framework="sklearn")
    ```

    ## Fix
    Load it with the library that wrote it, if you trust whoever made it.

    ## See also
    <https://joblib.readthedocs.io/en/latest/persistence.html>
    """
    packed = text(artifact.detail, "compression")
    if artifact.format not in ("joblib", "pickle") or is_torch_use(artifact, target):
        return
    if (
        suffix(artifact) not in BARE
        or artifact.parts
        or not (packed or artifact.format == "joblib")
    ):
        return
    joblib = artifact.format == "joblib"
    loader = "joblib.load" if joblib else f"{OPENERS.get(packed, packed)}.open"
    told = f"compressed with {packed}" if packed and not joblib else "a file of `joblib.dump`"
    yield Finding(
        f"`{artifact.name}` is {told}: `pickle.load` does not read it, `{loader}` does",
        at=here(artifact),
        notes=(f"`pickle.load` says `{SAYS.get(packed, SAYS[''])}`",),
        fix=Fix(
            "load it as it was written, if you trust whoever made it",
            safety="manual",
            python=_code(artifact.path, packed, joblib=joblib),
        ),
        covers=(
            *((COVERS[packed],) if packed in COVERS else ()),
            *((READ_PICKLE,) if joblib and not packed else ()),
        ),
    )


def _code(path: str, packed: str, *, joblib: bool) -> str:
    if joblib or packed not in OPENERS:
        return f"import joblib\n\nmodel = joblib.load({path!r})\n"
    module = OPENERS[packed]
    return (
        f"import {module}\nimport pickle\n\n"
        f"with {module}.open({path!r}, 'rb') as file:\n    model = pickle.load(file)\n"
    )
