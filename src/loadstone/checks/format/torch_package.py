"""LS106: an archive of `torch.package`."""

from collections.abc import Iterator

from loadstone.checks._common import here, text
from loadstone.core import Artifact, Finding, Fix, Target, check

SUPERSEDES = ("LS107", "LS301", "LS302", "LS307", "LS700")


@check("LS106", since="0.1", supersedes=SUPERSEDES, covers=("torch/J11",))
def torch_package(artifact: Artifact, target: Target | None) -> Iterator[Finding]:
    """The file is an archive of `torch.package`, which `PackageImporter` reads.

    ## Why it breaks
    The archive holds the model together with its source. `torch.load` does not find its own
    records (`failed locating file data.pkl`) and says that the file is likely corrupted. It is not.

    ## Example
    ```python fails=LS106
    artifact("model.pt", format="torch-package", content="container")
    ```

    ## Fix
    If you trust its source, load it with `torch.package.PackageImporter`: the Python in the
    archive runs.

    ## See also
    <https://docs.pytorch.org/docs/stable/package.html>
    """
    if artifact.format != "torch-package":
        return
    held = text(artifact.detail, "pickles").split(", ")[0] or "model/model.pkl"
    package, _, resource = held.rpartition("/")
    code = (
        "from torch.package import PackageImporter\n\n"
        f"importer = PackageImporter({artifact.path!r})\n"
        f"model = importer.load_pickle({package.replace('/', '.')!r}, {resource!r})\n"
    )
    yield Finding(
        f"`{artifact.name}` is an archive of `torch.package`: `PackageImporter` reads it",
        at=here(artifact),
        notes=("the Python source in the archive runs when it is loaded",),
        fix=Fix(
            "load it with `PackageImporter`, if you trust its source", safety="manual", python=code
        ),
        severity=None if target is not None else "warning",
    )
