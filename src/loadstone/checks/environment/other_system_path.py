"""LS207: a path object of another operating system is in the file."""

from collections.abc import Iterator

from loadstone.checks._common import here
from loadstone.core import Artifact, Environment, Finding, Fix, Weights, check

PATHS = {"PosixPath": "Linux or macOS", "WindowsPath": "Windows"}


@check("LS207", since="0.1", covers=("torch/B15",))
def other_system_path(
    artifact: Artifact, environment: Environment, weights: Weights | None
) -> Iterator[Finding]:
    """The file holds a path object that only another operating system has.

    ## Why it breaks
    A `pathlib.PosixPath` cannot be made on Windows, nor a `WindowsPath` elsewhere:
    `cannot instantiate 'PosixPath' on your system`. It is part of a config, not of the weights.

    ## Example
    ```python fails=LS207
    artifact(format="pickle", path="run.pkl", content="object", globals=["pathlib.WindowsPath"])
    environment(platform="linux")
    ```

    ## Fix
    Take only the tensors, or let the other class stand in while loading. When saving, save
    `str(path)`.

    ## See also
    <https://github.com/ultralytics/yolov5/issues/11330>
    """
    windows = environment.platform.lower().startswith("win")
    foreign = "PosixPath" if windows else "WindowsPath"
    native = "WindowsPath" if windows else "PosixPath"
    if not environment.platform:
        return
    for item in artifact.globals:
        if item.module.partition(".")[0] != "pathlib" or item.name != foreign:
            continue
        yield Finding(
            f"the file holds a `pathlib.{foreign}`, which only {PATHS[foreign]} can make",
            at=here(artifact, str(item), item.at),
            severity="warning" if weights else None,
            fix=Fix(
                f"let `{native}` stand in while loading",
                safety="manual",
                python=f"import pathlib\n\npathlib.{foreign} = pathlib.{native}\n",
            ),
        )
        return
