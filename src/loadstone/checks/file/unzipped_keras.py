"""LS018: the archive that Keras wrote was unpacked into a folder, or never packed."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, suffix
from loadstone.core import Artifact, Environment, Finding, Fix, PackFolder, check

SINCE = (3, 4)  # reads a folder


@check("LS018", since="0.2")
def unzipped_keras(artifact: Artifact, environment: Environment | None) -> Iterator[Finding]:
    """What Keras keeps in an archive lies in a folder.

    ## Why it breaks
    A `.keras` file is a zip archive, and a browser or an operating system unpacked it; Keras 3.4
    and later also write it so when asked (`zipped=False`). Before, Keras says `File format not
    supported`, or `File not found … accessible .keras zip file`, and tf.keras `SavedModel file does
    not exist at`. A folder whose own name ends in `.keras` none of them reads: since 3.4 it is
    `Is a directory`.

    ## Example
    ```python fails=LS018
    artifact(
        "model.keras",
        format="keras",
        content="model",
        framework="keras",
        is_folder=True,
        detail={"holds": "model", "generation": 3},
    )
    ```

    ## Fix
    Safe: `--fix` packs the folder beside it, without compressing. Each file is read back from the
    archive and its digest compared, and the archive is read as a model before it gets its name.

    ## See also
    <https://keras.io/guides/serialization_and_saving/>
    """
    if artifact.format != "keras" or not artifact.is_folder or artifact.damage:
        return
    named = suffix(artifact) == ".keras"
    keras, old = _keras.here(environment, "keras"), _keras.here(environment, *_keras.TENSORFLOW)
    if not named and keras >= SINCE:
        return
    path = artifact.path.rstrip("/\\")
    file = f"{path.removesuffix('.keras')}.packed.keras"
    fails = named or bool(keras) or bool(old)
    yield Finding(
        f"`{artifact.name}` is the unpacked content of a `.keras` archive"
        + ("" if named else ", which Keras before 3.4 does not load"),
        at=here(artifact),
        fix=Fix(
            f"pack it into `{file.rpartition('/')[2]}`",
            (PackFolder(file.rpartition("/")[2]),),
            proof="every file is read back from the archive with its digest",
        ),
        severity="error" if fails else "note",
    )
