"""How much a lock makes uv download, and torch for a machine without a GPU.

PyPI's torch for Linux brings the libraries of CUDA with it, 3 to 5 GB. PyTorch's own index has it
without: uv knows which of its parts fits this machine.
https://docs.astral.sh/uv/guides/integration/pytorch/
"""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import Callable, Sequence
from typing import Any, Final

from loadstone.core.words import size as in_words
from loadstone.environment import uv
from loadstone.toml import loads

LARGE: Final = 300_000_000  # bytes, from which on a download is announced
_OF_TORCH: Final = ("torch", "torchvision", "torchaudio", "triton")
_OF_CUDA: Final = ("nvidia-", "cuda-")
_CHOICES: Final = ("UV_TORCH_BACKEND", "UV_INDEX", "UV_DEFAULT_INDEX", "UV_INDEX_URL")


def announced(text: str) -> str:
    """Return how much the lock in `text` downloads at most, in words; empty where it is little."""
    sizes = {item["name"]: _size(item) for item in loads(text).get("packages", [])}
    total = sum(sizes.values())
    if total < LARGE:
        return ""
    largest = sorted((name for name in sizes if sizes[name] > total // 20), key=sizes.__getitem__)
    told = ", ".join(f"{name} {in_words(sizes[name])}" for name in largest[:-4:-1])
    return f"; up to {in_words(total)} to download, of it {told}"


def without_cuda(
    text: str,
    wanted: Sequence[str],
    places: Sequence[str],
    compiled: Callable[[Sequence[str], Sequence[str]], str],
) -> str:
    """Return the lock with PyTorch's own wheels, where the one in `text` brings CUDA for no GPU.

    `compiled` resolves requirements with uv's arguments. Where the user chose an index, that one
    decides; and where PyTorch's cannot be had, or has CUDA too for the GPU here, `text` stays.
    """
    held = {item["name"]: str(item.get("version", "")) for item in loads(text).get("packages", [])}
    chosen = bool(places) or any(os.environ.get(name) for name in _CHOICES)
    if chosen or "torch" not in held or not _brings_cuda(held):
        return text
    pinned = [f"{name}=={held[name].partition('+')[0]}" for name in _OF_TORCH[:3] if name in held]
    # PyTorch's index does not say when a file came: the pins do.
    exempt = [part for name in _OF_TORCH for part in ("--exclude-newer-package", f"{name}=false")]
    try:
        other = compiled([*wanted, *pinned], ["--torch-backend", "auto", *exempt])
    except uv.UvFailedError:
        return text
    names = [item["name"] for item in loads(other).get("packages", [])]
    return text if _brings_cuda(names) else other


def _brings_cuda(names: Any) -> bool:
    return any(name.startswith(_OF_CUDA) for name in names)


def _size(package: dict[str, Any]) -> int:
    """Return the bytes of the largest file that may be taken here; 0 where the index says none."""
    files = package.get("wheels") or [package.get("sdist") or {}]
    fitting = [item for item in files if _fits(str(item.get("url", "")))]
    return max((int(item.get("size", 0)) for item in fitting or files), default=0)


def _fits(url: str) -> bool:
    """Whether the last tag of a wheel is of this system and processor, or of any."""
    tag = url.rpartition("/")[2].rpartition("-")[2]
    system = {"win32": "win", "darwin": "macosx"}.get(sys.platform, "linux")
    return tag.startswith("any.") or (system in tag and platform.machine().lower() in tag)
