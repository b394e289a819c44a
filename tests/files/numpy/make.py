# /// script
# requires-python = ">=3.6"
# dependencies = ["numpy"]  # run with 1.13.3 under Python 3.6, and with 2.3.5 under 3.13
# ///
"""Arrays of numpy, with what numpy itself says of them: `python make.py`, once for each version."""

import collections
import hashlib
import json
from pathlib import Path

import numpy as np
from numpy.lib import format as npy_format

HERE = Path(__file__).resolve().parent
TAG = f"numpy{np.__version__}"
PICKLED = {"allow_pickle": True}
MAIN = np.arange(6, dtype="<f4").reshape(2, 3)
ARRAYS = {
    "float32": MAIN,
    "big_endian": MAIN.astype(">f8"),
    "fortran": np.asfortranarray(MAIN.astype("<i8")),
    "scalar": np.array(3.5),
    "empty": np.zeros((0, 4), np.uint8),
    "text": np.array(["ab", "\u00e9"]),
    "big_text": np.array(["ab", "c"]).astype(">U3"),
    "bytes": np.array([b"ab", b"c"]),
    "times": np.array(["2020-01-01"], "M8[ns]"),
    "complex": np.array([1 + 2j], ">c16"),
    "half": np.array([1, 2], "f2"),
    "structured": np.zeros(2, [("a", "<f4"), ("b", "<i4", (2,)), ("c", "S3")]),
    "objects": np.array([{"a": 1}, None], dtype=object),
    "ordered": np.array([collections.OrderedDict(a=MAIN)], dtype=object),
}


def told(array):
    return {
        "dtype": array.dtype.str,
        "shape": list(array.shape),
        "itemsize": array.dtype.itemsize,
        "hasobject": array.dtype.hasobject,
        "fields": list(array.dtype.names or ()),
        "sha256": None
        if array.dtype.hasobject
        else hashlib.sha256(
            array.astype(array.dtype.newbyteorder("<")).tobytes(order="C")
        ).hexdigest(),
    }


def main():
    truth = {}
    for name, array in ARRAYS.items():
        path = HERE / f"{name}_{TAG}.npy"
        np.save(path, array)
        loaded = np.load(path, **(PICKLED if array.dtype.hasobject else {}))
        truth[path.name] = {"": told(loaded)}
    for version in ((2, 0), (3, 0)):
        path = HERE / f"version{version[0]}_{TAG}.npy"
        try:
            with path.open("wb") as file:
                npy_format.write_array(file, MAIN, version=version)
        except ValueError:  # numpy 1.13 knows no version 3
            path.unlink()
            continue
        truth[path.name] = {"": told(np.load(path))}
    for kind, save in (("stored", np.savez), ("deflated", np.savez_compressed)):
        path = HERE / f"{kind}_{TAG}.npz"
        save(path, **{key: ARRAYS[key] for key in ("float32", "fortran", "big_endian", "objects")})
        with np.load(path, **PICKLED) as held:
            truth[path.name] = {key: told(held[key]) for key in held.files}
    (HERE / f"truth_{TAG}.json").write_text(json.dumps(truth, indent=1, sort_keys=True) + "\n")


main()
