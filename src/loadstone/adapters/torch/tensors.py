"""The tensors of a model as named entries of safetensors files, aliases told apart from copies."""

from __future__ import annotations

import json
import struct
from typing import Any

from loadstone.runtime.tensors import WORDS

_CODES = {word: code for code, word in WORDS.items()}
_ALIGN = 64


class Stored:
    """What lies in `model.safetensors` and `extra.safetensors`, and which names share memory.

    `table` is the part of the structure that says how each tensor is made from its entry.
    """

    def __init__(self) -> None:
        self.table: dict[str, dict[str, Any]] = {}
        self.files: dict[str, dict[str, Any]] = {"model": {}, "extra": {}}
        self.loose: list[str] = []  # tensors that no state dict holds
        self.problems: list[tuple[str, str]] = []
        self.aliases: dict[str, str] = {}  # tied: name to the first name
        self._keys: dict[int, str] = {}
        self._alive: list[Any] = []  # ids stay true while the tensors live
        self._storages: dict[int, tuple[str, str, Any]] = {}

    def has(self, tensor: Any) -> bool:
        """Return whether this very tensor is held."""
        return id(tensor) in self._keys

    def key(self, tensor: Any) -> str:
        """Return the key under which this very tensor is held."""
        return self._keys[id(tensor)]

    def add(self, name: str, tensor: Any, file: str, *, loose: bool = False) -> None:
        """Hold `tensor` as `name`, or note that it is another name of one that is held."""
        import torch

        if self.has(tensor):
            self.aliases[name] = self.key(tensor)
            return
        self._keys[id(tensor)] = name
        self._alive.append(tensor)
        entry: dict[str, Any] = {
            "file": file,
            "name": name,
            "parameter": type(tensor).__name__ if isinstance(tensor, torch.nn.Parameter) else "",
            "grad": bool(tensor.requires_grad and tensor.is_leaf),
        }
        self.table[name] = entry
        problem = _problem(tensor)
        if problem:
            self.problems.append((name, problem))
            return
        computed = self.table.keys() & {f"{name}_v", f"{name}_orig"}  # by weight_norm, pruning
        if loose and tensor.numel() and not computed:
            self.loose.append(name)
        self._place(name, tensor.detach(), entry)

    def _place(self, name: str, tensor: Any, entry: dict[str, Any]) -> None:
        pointer = tensor.untyped_storage().data_ptr()
        shared = self._storages.get(pointer)
        if shared is not None and pointer:
            file, first, whole = shared
            inside = whole.numel() * whole.element_size() == whole.untyped_storage().nbytes()
            if inside and whole.is_contiguous() and whole.dtype == tensor.dtype:
                entry.update(file=file, name=first, shape=list(tensor.shape))
                entry.update(stride=list(tensor.stride()), first=tensor.storage_offset())
                self.aliases[name] = first
                return
        word = str(tensor.dtype).split(".")[-1]
        if word not in _CODES:
            entry.update({"as": word, "shape": list(tensor.shape)})
            tensor = tensor.contiguous().reshape(-1).view(_bytes_dtype())
        self.files[entry["file"]][name] = tensor
        self._storages.setdefault(pointer, (entry["file"], name, tensor))

    def parts(self, file: str) -> list[Any]:
        """Return the bytes of a safetensors file in order, without copying what is on the CPU."""
        tensors = self.files[file]
        header: dict[str, Any] = {"__metadata__": {"format": "pt"}}
        parts: list[Any] = [b""]
        at = 0
        # Widest elements first, so that every tensor is aligned to its element.
        for name in sorted(tensors, key=lambda item: -tensors[item].element_size()):
            data = _memory(tensors[name])
            word = _CODES[str(tensors[name].dtype).split(".")[-1]]
            offsets = [at, at + len(data)]
            header[name] = {
                "dtype": word,
                "shape": list(tensors[name].shape),
                "data_offsets": offsets,
            }
            at += len(data)
            parts.append(data)
        text = json.dumps(header, separators=(",", ":")).encode()
        text += b" " * (-(len(text) + 8) % _ALIGN)
        parts[0] = struct.pack("<Q", len(text)) + text
        return parts


def _problem(tensor: Any) -> str:
    import torch

    if hasattr(tensor, "materialize"):  # torch.nn.UninitializedParameter, UninitializedBuffer
        return "it has no shape yet: the model was never called"
    if tensor.is_meta:
        return "it is on the `meta` device and holds no values"
    if tensor.layout is not torch.strided:
        return f"its layout is `{str(tensor.layout).removeprefix('torch.')}`"
    if tensor.is_quantized:
        return "it is quantized"
    return ""


def _bytes_dtype() -> Any:
    import torch

    return torch.uint8


def _memory(tensor: Any) -> memoryview:
    import torch

    tensor = tensor.detach().cpu().resolve_conj().resolve_neg().contiguous()
    if not tensor.numel():
        return memoryview(b"")
    return memoryview(tensor.reshape(-1).view(torch.uint8).numpy())
