"""Pictures and sounds as rows have them, into what the processors of transformers take.

A row is the path of a file on this machine, an array, or an object of Pillow; nothing is fetched.
"""

import importlib
import os
import pathlib
import wave
from typing import Any, List

from .rows import MisfitError

_LOUDEST = 10.0  # floats beyond are whole numbers that were never scaled


def picture(row: Any) -> Any:
    """Return a picture of three colours; of an array, its height, width and colours of 0 to 255.

    Raises `MisfitError` for what is no picture.
    """
    image = importlib.import_module("PIL.Image")
    upright = importlib.import_module("PIL.ImageOps").exif_transpose  # as transformers turns them
    if isinstance(row, (str, pathlib.PurePath)):
        try:
            with image.open(_file(row)) as held:
                return upright(held).convert("RGB")
        except image.UnidentifiedImageError as error:
            raise MisfitError("`{}` is no picture".format(row), "pictures") from error  # noqa: EM103 - messages read better where they are raised
    if isinstance(row, image.Image):
        return upright(row).convert("RGB")
    held = _array(row)
    told = "{} {}".format(held.dtype, "×".join(map(str, held.shape)))
    whole = held.dtype.kind in "iu" and held.ndim == 3 and held.shape[-1] in (3, 4)
    if not whole or not held.size:
        raise MisfitError(_PICTURE.format(told), "pictures")
    if held.min() < 0 or held.max() > 255:
        told += " of {} to {}".format(held.min(), held.max())
        raise MisfitError(_PICTURE.format(told), "pictures")
    return image.fromarray(held.astype("uint8")).convert("RGB")


_PICTURE = "the model takes pictures: files, or whole numbers of 0 to 255, height×width×3; {} given"


def sound(row: Any, rate: int) -> Any:
    """Return the samples of a sound as float32, of -1 to 1, `rate` of them a second.

    An array is taken to be sampled so. Raises `MisfitError` for what is no sound, or is not.
    """
    given = rate
    if isinstance(row, dict) and "sampling_rate" in row:  # as a data set of sounds has it
        given = int(row["sampling_rate"])
        row = row.get("array", row.get("raw"))
    if isinstance(row, (str, pathlib.PurePath)):
        samples, given = _read(_file(row))
    else:
        samples = _array(row)
        if samples.ndim != 1 or samples.dtype.kind != "f":
            told = "{} {}".format(samples.dtype, "×".join(map(str, samples.shape)))
            why = "the model takes sounds: files, or one row of floats of -1 to 1; {} given"
            raise MisfitError(why.format(told), "sounds")
    loudest = float(abs(samples).max()) if len(samples) else 0.0
    if not loudest <= _LOUDEST:
        why = "the samples of a sound are floats of -1 to 1, and these reach {:,.0f}"
        raise MisfitError(why.format(loudest), "sounds")
    if given != rate:
        why = "the sound has {:,} samples a second, and the model takes {:,}: resample it"
        raise MisfitError(why.format(given, rate), "sounds")
    return samples.astype("float32")


def _read(path: str) -> Any:
    """Return the samples of a file, the mean of its channels, and how many are a second."""
    import numpy as np

    try:
        with wave.open(path, "rb") as file:
            width, channels, rate = file.getsampwidth(), file.getnchannels(), file.getframerate()
            held = file.readframes(file.getnframes())
    except (wave.Error, EOFError) as error:
        return _by_library(path, error)
    if width not in (1, 2, 4):
        return _by_library(path, wave.Error("samples of {} bytes".format(width)))
    numbers = np.frombuffer(held, dtype={1: "u1", 2: "<i2", 4: "<i4"}[width]).astype("float64")
    scaled = (numbers - 128) / 128 if width == 1 else numbers / (1 << (8 * width - 1))
    return scaled.reshape(-1, channels).mean(axis=1), rate


def _by_library(path: str, error: Exception) -> Any:
    try:
        library = importlib.import_module("soundfile")
    except ImportError:
        why = "`{}` is no WAV of plain samples ({}), and `soundfile` is not installed"
        raise MisfitError(why.format(os.path.basename(path), error), "sounds") from error
    samples, rate = library.read(path, always_2d=True)
    return samples.mean(axis=1), rate


def _file(row: Any) -> str:
    path = str(row)
    if not os.path.isfile(path):
        raise MisfitError("`{}` names no file here".format(path[:200]), "files")  # noqa: EM103 - as above
    return path


def _array(row: Any) -> Any:
    import numpy as np

    try:
        return np.asarray(row.detach().cpu() if hasattr(row, "detach") else row)
    except ValueError as error:
        raise MisfitError("a row is neither a file nor an array", "shape") from error


def listed(rows: Any) -> List[Any]:
    """Return rows of files, arrays or objects as a list; a table of one column too."""
    from .rows import are_records, column, names_of

    if are_records(rows) and not _are_sounds(rows):
        names = names_of(rows)
        if len(names) != 1:
            raise MisfitError("the model takes files, and the rows have several columns", "files")
        rows = column(rows, names[0])
    return list(rows)


def _are_sounds(rows: Any) -> bool:
    return isinstance(rows, list) and all("sampling_rate" in row for row in rows)
