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
        flat = torch.from_numpy(np.frombuffer(view[start + first : start + last], dtype=np.uint8))
        if (start + first) % size:  # not aligned: a copy is
            flat = flat.clone()
        tensors[name] = flat.view(dtype).reshape(item["shape"])
    return tensors
