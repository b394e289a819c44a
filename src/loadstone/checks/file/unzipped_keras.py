"""LS018: the archive that Keras wrote was unpacked into a folder, or never packed."""

from collections.abc import Iterator

from loadstone.checks import _keras
from loadstone.checks._common import here, suffix
from loadstone.core import Artifact, Environment, Finding, Fix, check

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
    Pack it again, without compressing: the files stay as they are.

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
            safety="manual",
            python="import pathlib\nimport zipfile\n\n"
            f"folder = pathlib.Path({path!r})\n"
            f"with zipfile.ZipFile({file!r}, 'w') as archive:\n"
            "    for path in sorted(folder.rglob('*')):\n"
            "        archive.write(path, path.relative_to(folder))\n",
        ),
        severity="error" if fails else "note",
    )
