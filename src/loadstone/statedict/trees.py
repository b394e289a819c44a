"""The tree of modules that the keys of a state dict are the paths of, with its digests.

Digests that are made from those of the children make a Merkle tree (Merkle, "A digital signature
based on a conventional encryption function", 1987): two modules with the same digest are alike in
all that is in them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Final

from loadstone.core.classes import dataclass, field

try:  # `hashlib` gives the same, and imports OpenSSL first
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# made anew by the module that holds them, or counted beside the training: absent in older files
RECOMPUTED: Final = frozenset(
    {"num_batches_tracked", "position_ids", "inv_freq", "relative_position_index", "attn_mask"}
)
DEEPEST: Final = 6  # modules above the one that is looked for


@dataclass(slots=True)
class Module:
    """A module, or a tensor, as the names tell."""

    children: dict[str, Module] = field(default_factory=dict)
    shape: tuple[int, ...] | None = None  # of a tensor
    structure: str = ""  # digest of names and numbers of axes
    shapes: str = ""  # digest of names and shapes
    names: int = 0  # tensors in it, those of a list's items counted once
    tensors: int = 0


def grown(shapes: Mapping[str, tuple[int, ...]]) -> Module:
    """Return the tree of modules that the keys are the paths of, with its digests."""
    root = Module()
    for key, shape in shapes.items():
        *path, leaf = key.split(".", 64)
        if leaf in RECOMPUTED:
            continue
        module = root
        for part in path:
            module = module.children.setdefault(part, Module())
        module.children.setdefault(leaf, Module()).shape = shape
    _digest(root)
    return root


def _digest(module: Module) -> None:
    seen: dict[tuple[str, str], int] = {}
    shapes: list[str] = []
    for name, child in module.children.items():
        _digest(child)
        seen.setdefault(("*" if name.isdecimal() else name, child.structure), child.names)
        shapes.append(f"{name}:{child.shapes}")
        module.tensors += child.tensors
    module.names = sum(seen.values())
    if module.shape is not None:
        shapes.append(str(module.shape))
        module.names += 1
        module.tensors += 1
    module.structure = structure_of(seen, None if module.shape is None else len(module.shape))
    module.shapes = _hashed(shapes)


def structure_of(children: Iterable[tuple[str, str]], axes: int | None) -> str:
    """Return the digest of a module with these names and digests in it, or of a tensor."""
    own = [] if axes is None else [str(axes)]
    return _hashed([*(f"{name}:{digest}" for name, digest in children), *own])


def _hashed(parts: Iterable[str]) -> str:
    return blake2b("\n".join(sorted(parts)).encode(), digest_size=6).hexdigest()


def modules(root: Module) -> Iterator[tuple[str, Module]]:
    """Yield each module that could be a whole model, with the prefix of its keys."""
    waiting = [("", root, 0)]
    while waiting:
        path, module, depth = waiting.pop()
        yield path, module
        if depth < DEEPEST:
            waiting += [
                (f"{path}{name}.", child, depth + 1)
                for name, child in module.children.items()
                if child.children and not name.isdecimal()
            ]


def shapes_in(module: Module, path: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    """Yield the key of each tensor in the module, and its shape."""
    if module.shape is not None:
        yield path, module.shape
    for name, child in module.children.items():
        yield from shapes_in(child, f"{path}.{name}" if path else name)
