"""Tensors of a safetensors file as torch tensors that share the file's memory.

https://huggingface.co/docs/safetensors/index#format
"""

import json
import struct
from typing import Any, Dict

WORDS = {
    "BOOL": "bool",
    "U8": "uint8",
    "I8": "int8",
    "U16": "uint16",
    "I16": "int16",
    "U32": "uint32",
    "I32": "int32",
    "U64": "uint64",
    "I64": "int64",
    "F16": "float16",
    "BF16": "bfloat16",
    "F32": "float32",
    "F64": "float64",
    "F8_E4M3": "float8_e4m3fn",
    "F8_E5M2": "float8_e5m2",
}


def torch_tensors(data: Any) -> Dict[str, Any]:
    """Return name to tensor; `data` is writable memory, which the tensors share.

    Raises `ValueError` where the header does not fit the bytes.
    """
    import numpy as np
    import torch

    view = memoryview(data)
    if len(view) < 8:
        raise ValueError("it ends inside its header")
    (length,) = struct.unpack("<Q", view[:8])
    if length > len(view) - 8:
        raise ValueError("its header is longer than the file")
    header = json.loads(bytes(view[8 : 8 + length]).decode("utf-8"))
    header.pop("__metadata__", None)
    start = 8 + length
    tensors = {}
    for name, item in header.items():
        dtype = getattr(torch, WORDS[item["dtype"]])
        first, last = item["data_offsets"]
        count = 1
        for size in item["shape"]:
            count *= size
        size = torch.empty((), dtype=dtype).element_size()
        if not 0 <= first <= last <= len(view) - start or last - first != count * size:
            raise ValueError("`{}` does not lie inside the file".format(name))  # noqa: EM103 - messages read better where they are raised
        if count == 0:
            tensors[name] = torch.empty(item["shape"], dtype=dtype)
            continue
        bits = np.frombuffer(view[start + first : start + last], dtype=_bits(WORDS[item["dtype"]]))
        if (start + first) % size:  # not aligned: a copy is
            bits = bits.copy()
        tensors[name] = of_bits(bits, WORDS[item["dtype"]]).reshape(item["shape"])
    return tensors


def _bits(word: str) -> str:
    """Return the dtype of numpy for the bytes of an element type: its own, or a whole number."""
    return {"bfloat16": "int16"}.get(word, "uint8" if word.startswith("float8") else word)


def of_bits(bits: Any, word: str) -> Any:
    """Return an array as a tensor of an element type of the same width, sharing its memory.

    Before torch 1.8, which knew no view of other bits, one of bfloat16 is a copy.
    """
    import numpy as np
    import torch

    flat = torch.from_numpy(bits)
    dtype = getattr(torch, word)
    if flat.dtype == dtype:
        return flat
    try:
        return flat.view(dtype)
    except TypeError:
        if word != "bfloat16":
            raise
        wide = np.left_shift(bits.view(np.uint16).astype(np.uint32), 16)
        return torch.from_numpy(wide.view(np.float32)).to(dtype)
