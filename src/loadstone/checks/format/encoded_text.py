"""LS144: the model was written as text: base64, or Python's print of bytes."""

from collections.abc import Iterator

from loadstone.checks._common import here, suffix, text
from loadstone.core import Artifact, DecodeText, Finding, Fix, check

KINDS = {
    "base64": "base64 text",
    "base64url": "base64 text",
    "hex": "hexadecimal text",
    "repr": "the text that Python prints of bytes",
}
BASE64, REPR = "sklearn/A19", "sklearn/A20"
TEXTS = (".b64", ".base64", ".txt")
PROOF = "coded again it gives the same text, and what is written is read to its end"
CODE = {
    "base64": (
        "import base64\nfrom pathlib import Path\n\n"
        "data = base64.b64decode(Path({path}).read_bytes())\n"
    ),
    "base64url": (
        "import base64\nfrom pathlib import Path\n\n"
        "letters = Path({path}).read_bytes().strip()\n"
        "data = base64.urlsafe_b64decode(letters + b'=' * (-len(letters) % 4))\n"
    ),
    "hex": ("from pathlib import Path\n\ndata = bytes.fromhex(Path({path}).read_text())\n"),
    "repr": (
        "import ast\nfrom pathlib import Path\n\n"
        "data = ast.literal_eval(Path({path}).read_text())\n"
    ),
}


@check("LS144", since="0.2", supersedes=("LS003", "LS012"), covers=(BASE64, REPR))
def encoded_text(artifact: Artifact) -> Iterator[Finding]:
    r"""The bytes of the model were written as text.

    ## Why it breaks
    A database column or a secret of Kubernetes holds base64 or hexadecimal digits, and
    `file.write(str(data))` writes `b'\x80\x04…'`, letter by letter. `pickle.load` takes the
    letters for opcodes: `pickle data was truncated`, or `unpickling stack underflow`.

    ## Example
    ```python fails=LS144
    artifact(
        "model.pkl",
        format="text",
        content="none",
        detail={"kind": "base64 text of a pickle", "coding": "base64"},
    )
    ```

    ## Fix
    Safe: the bytes are written beside the text, and only if coding them again gives the same text.
    What they hold is then checked as any file.

    ## See also
    <https://docs.python.org/3/library/base64.html>
    """
    coding = text(artifact.detail, "coding")
    if artifact.format != "text" or coding not in KINDS:
        return
    name = _decoded(artifact)
    yield Finding(
        f"`{artifact.name}` is {text(artifact.detail, 'kind') or KINDS[coding]}, not the bytes",
        at=here(artifact),
        fix=Fix(
            f"write the bytes as `{name}`",
            (DecodeText(name, coding),),
            proof=PROOF,
            python=CODE[coding].replace("{path}", repr(artifact.path)),
        ),
        covers=(REPR if coding == "repr" else BASE64,),
    )


def _decoded(artifact: Artifact) -> str:
    given = suffix(artifact)
    stem = artifact.name[: len(artifact.name) - len(given)]
    if given in TEXTS and "." in stem.strip("."):
        return stem
    return f"{stem}.decoded{'' if given in TEXTS else given}"
