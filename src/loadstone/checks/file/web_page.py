"""LS002: a web page saved under the name of a model."""

from collections.abc import Iterator

from loadstone.checks._common import here, quoted, suffix, text
from loadstone.core import Artifact, Finding, Fix, check

ROWS = {".safetensors": "torch/A15", ".joblib": "sklearn/A40"}
ADVICE = (
    ("google drive", "Google Drive answers large or much-visited files with a page first"),
    ("github", "GitHub's `blob` address is a page about the file; the `raw` address is the file"),
    ("accessdenied", "the storage refused the download: the address is private or has expired"),
    ("sign in", "the download needs to be signed in"),
    ("log in", "the download needs to be signed in"),
)


@check("LS002", since="0.1", covers=("torch/A02", "torch/A15", "sklearn/A40"))
def web_page(artifact: Artifact) -> Iterator[Finding]:
    """The file is a web page: the download gave a page and not the model.

    ## Why it breaks
    The address was that of a page about the file (a quota or virus-scan page, a sign-in, an
    `AccessDenied`), and what came was saved under the model's name. torch reads `<` as a pickle
    opcode: `Unsupported operand 60`, or `invalid load key, '<'`.

    ## Example
    ```python fails=LS002
    artifact(format="html", content="none", size=2300, detail={"title": "Google Drive - Quota"})
    ```

    ## Fix
    Delete it, also from any download cache, and take the address of the file itself.

    ## See also
    <https://github.com/wkentaro/gdown>
    """
    if artifact.format not in ("html", "xml"):
        return
    title = text(artifact.detail, "title")
    kind = "a web page" if artifact.format == "html" else "an XML answer"
    said = f", titled `{title}`" if title else ""
    advice = next((why for word, why in ADVICE if word in title.lower()), "")
    yield Finding(
        f"`{artifact.name}` is {kind}, not the model{said}",
        at=here(artifact),
        notes=(advice,) if advice else (),
        fix=Fix(
            "delete it and download the file itself, not the page about it",
            safety="manual",
            shell=f"rm {quoted(artifact.path)} && curl --fail --location "
            f"--output {quoted(artifact.path)} ADDRESS_OF_THE_FILE",
        ),
        covers=(ROWS.get(suffix(artifact), "torch/A02"),),
    )
