"""Which known architecture a state dict is of, told by its names and shapes alone.

The names of a state dict are the paths of modules, so they make a tree. Each child of a module has
two digests: of its structure (names, with every index of a list alike, and numbers of axes) and of
its shapes. A table of public classes (`data/architectures.txt`, by `scripts/architectures.py`)
holds those of the children of each class's root; the module of the file whose children agree most
with a class is of that class, wherever it lies in the file. Digests that are made from those of the
children are a Merkle tree (Merkle, "A digital signature based on a conventional encryption
function", 1987).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import TensorFact

try:  # `hashlib` gives the same, and imports OpenSSL first
    from _blake2 import blake2b
except ImportError:
    from hashlib import blake2b

# made anew by the module that holds them, or counted beside the training: absent in older files
RECOMPUTED: Final = frozenset(
    {"num_batches_tracked", "position_ids", "inv_freq", "relative_position_index", "attn_mask"}
)
LEAST: Final = 0.75  # of the names of both sides, so that a class is named at all
DEEPEST: Final = 6  # modules above the one that is looked for
MOST_KEYS: Final = 200_000
MOST_CHILDREN: Final = 64  # of a module that is looked up; no class of the table has half as many
_FILE: Final = Path(__file__).parents[1] / "data" / "architectures.txt"
_WELL_KNOWN: Final = (  # of classes of transformers with the same names, these are named first
    *(
        "Bert",
        "Roberta",
        "DistilBert",
        "Albert",
        "Electra",
        "GPT2",
        "T5",
        "Bart",
        "Llama",
        "Mistral",
    ),
    *("Qwen2", "ViT", "CLIP", "Wav2Vec2", "Whisper"),
)


@dataclass(slots=True)
class Module:
    """A module, or a tensor, as the names tell."""

    children: dict[str, Module] = field(default_factory=dict)
    shape: tuple[int, ...] | None = None  # of a tensor
    structure: str = ""  # digest of names and numbers of axes
    shapes: str = ""  # digest of names and shapes
    names: int = 0  # tensors in it, those of a list's items counted once
    tensors: int = 0


@dataclass(frozen=True, slots=True)
class Size:
    """An argument of a constructor, and where its value stands."""

    argument: str
    key: str  # of a tensor; of a list of modules where `axis` is None
    axis: int | None
    default: int


@dataclass(frozen=True, slots=True)
class Known:
    """A class of the table, or several of the same names and shapes."""

    library: str  # "torchvision", "timm", "transformers"
    names: tuple[str, ...]
    children: Mapping[str, tuple[str, int]]  # name to digest of the structure and its tensors
    shapes: Mapping[str, str] | None  # name to digest; None where a configuration gives the sizes
    sizes: tuple[Size, ...] = ()
    config: str = ""  # transformers: the class of the configuration


@dataclass(frozen=True, slots=True)
class Architecture:
    """What a state dict, or a part of it, is."""

    library: str
    name: str
    call: str  # the constructor with the arguments that differ from its defaults
    prefix: str  # that its keys have in the file: "module.", "encoder."
    exact: bool  # names and shapes are those that `call` gives, buffers of `RECOMPUTED` apart
    others: tuple[str, ...] = ()  # calls that give the same names and shapes
    missing: tuple[str, ...] = ()  # children of the class that the file lacks, or has otherwise
    besides: tuple[str, ...] = ()  # children of that module in the file that the class lacks
    outside: tuple[str, ...] = ()  # what the file holds outside of `prefix`

    @property
    def into(self) -> str:
        """What `--into` takes for it; "" where its arguments are no literals."""
        if self.library == "transformers":
            return ""
        module, _, call = self.call.partition("(")
        return f"{'.'.join(module.split('.')[:-1])}:{module.split('.')[-1]}({call}".removesuffix(
            "()"
        )


def identify(tensors: Mapping[str, TensorFact]) -> Architecture | None:
    """Return the known architecture whose names agree most with those of `tensors`.

    None where none agrees in three quarters of them, or where the file has more than 200,000 keys.
    """
    if not tensors or len(tensors) > MOST_KEYS:
        return None
    root = grown({key: fact.shape for key, fact in tensors.items()})
    table = _table()
    best: list[tuple[float, int, str, int]] = []
    for path, module in _modules(root):
        if len(module.children) > MOST_CHILDREN:
            continue
        met: dict[int, int] = defaultdict(int)
        wholes: dict[int, int] = {}
        for name, child in module.children.items():
            for number, whole in table.with_child(name, child.structure):
                met[number] += child.names
                wholes[number] = whole
        for number, agreed in met.items():
            share = agreed / (module.names + wholes[number] - agreed)
            if share >= LEAST:
                best.append((share, -path.count("."), path, number))
    if not best:
        return None
    most = max(best)[:3]
    module = _at(root, most[2])
    alike = [table.known(item[3]) for item in best if item[:3] == most]
    ranked = sorted(alike, key=lambda entry: _rank(module, entry), reverse=True)
    top = _rank(module, ranked[0])[:2]
    return _told(root, most[2], module, [item for item in ranked if _rank(module, item)[:2] == top])


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
    structure = [f"{name}:{digest}" for name, digest in seen]
    if module.shape is not None:
        structure.append(str(len(module.shape)))
        shapes.append(str(module.shape))
        module.names += 1
        module.tensors += 1
    module.structure = _hashed(structure)
    module.shapes = _hashed(shapes)


def _hashed(parts: Iterable[str]) -> str:
    return blake2b("\n".join(sorted(parts)).encode(), digest_size=6).hexdigest()


def _modules(root: Module) -> Iterator[tuple[str, Module]]:
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


def _at(root: Module, path: str) -> Module:
    module = root
    for part in path.split(".")[:-1]:
        module = module.children[part]
    return module


def _equal(module: Module, entry: Known) -> float:
    """Return the share of tensors that lie in children with the class's own shapes."""
    if entry.shapes is None:
        return 0.0
    equal = sum(
        child.tensors
        for name, child in module.children.items()
        if entry.shapes.get(name) == child.shapes
    )
    return equal / max(module.tensors, 1)


def _rank(module: Module, entry: Known) -> tuple[float, int, int, int, int]:
    """Return what decides between classes whose names agree as much, largest first.

    The shapes; how many arguments have another value than their default, which a class that fixes
    that size cannot have; then which is the better known, and the shorter name.
    """
    order = {"torchvision": 2, "timm": 1}
    explained = len(_values(module, entry)) if entry.shapes is None else 0
    kind = entry.config.removesuffix("Config")
    known = -_WELL_KNOWN.index(kind) if kind in _WELL_KNOWN else -len(_WELL_KNOWN)
    name = entry.names[0]
    return _equal(module, entry), explained, order.get(entry.library, 0), known, -len(name)


def _told(root: Module, path: str, module: Module, alike: list[Known]) -> Architecture:
    entry = alike[0]
    values = _values(module, entry)
    calls = [_call(item, name, _values(module, item)) for item in alike for name in item.names]
    missing = [
        name
        for name, (structure, _) in entry.children.items()
        if name not in module.children or module.children[name].structure != structure
    ]
    return Architecture(
        library=entry.library,
        name=entry.names[0],
        call=calls[0],
        prefix=path,
        exact=_fits(module, entry, values),
        others=tuple(dict.fromkeys(calls[1:])),
        missing=tuple(missing),
        besides=tuple(name for name in module.children if name not in entry.children),
        outside=tuple(_outside(root, path)),
    )


def _outside(root: Module, path: str) -> Iterator[str]:
    """Yield the modules and tensors beside those that lead to `path`."""
    above, way = root, ""
    for part in path.split(".")[:-1]:
        yield from (f"{way}{name}" for name in above.children if name != part)
        above, way = above.children[part], f"{way}{part}."


def _values(module: Module, entry: Known) -> dict[str, int]:
    """Return the arguments whose values the shapes tell, those apart from the defaults."""
    found: dict[str, int] = {}
    for size in entry.sizes:
        value = _value(module, size)
        if value is not None and value != size.default:
            found.setdefault(size.argument, value)
    return found


def _value(module: Module, size: Size) -> int | None:
    for part in size.key.split("."):
        if part not in module.children:
            return None
        module = module.children[part]
    if size.axis is None:
        return len(module.children)
    if module.shape is None or size.axis >= len(module.shape):
        return None
    return module.shape[size.axis]


def _fits(module: Module, entry: Known, values: Mapping[str, int]) -> bool:
    """Whether, with the arguments' defaults put back, the shapes are those of the class."""
    if entry.shapes is None or module.children.keys() != entry.children.keys():
        return False
    shapes = dict(_shapes(module))
    for size in entry.sizes:
        shape = shapes.get(size.key)
        if size.argument in values and shape is not None and size.axis is not None:
            if shape[size.axis] != values[size.argument]:
                return False
            shapes[size.key] = (*shape[: size.axis], size.default, *shape[size.axis + 1 :])
    again = grown(shapes)
    return all(again.children[name].shapes == digest for name, digest in entry.shapes.items())


def _shapes(module: Module, path: str = "") -> Iterator[tuple[str, tuple[int, ...]]]:
    if module.shape is not None:
        yield path, module.shape
    for name, child in module.children.items():
        yield from _shapes(child, f"{path}.{name}" if path else name)


def _call(entry: Known, name: str, values: Mapping[str, int]) -> str:
    given = ", ".join(f"{argument}={value}" for argument, value in values.items())
    if entry.library == "timm":
        return f"timm.create_model({', '.join(part for part in (repr(name), given) if part)})"
    if entry.library == "transformers":
        return f"transformers.{name}(transformers.{entry.config}({given}))"
    return f"torchvision.models.{name}({given})"


class _Table:
    """The table as it lies on disk: lines in order, of which those that are asked for are parsed.

    First a line for each child, `digest name names class:whole,class:whole …`, by digest and name;
    then a line for each class, its number and JSON.
    """

    def __init__(self, data: bytes) -> None:
        head = data.index(b"\n")
        self._data = data
        self._start = head + 1
        self._end = self._start + int(data[:head].rpartition(b":")[2].strip(b" }"))
        self._classes: list[bytes] = []

    def with_child(self, name: str, structure: str) -> list[tuple[int, int]]:
        """Return the classes that have this child, each with how many names it has in all."""
        data, key = self._data, f"{structure} {name} ".encode()
        low, high = self._start, self._end
        while low < high:  # the starts of lines
            middle = (low + high) // 2
            start = data.rfind(b"\n", 0, middle) + 1
            if data[start : start + len(key)] < key:
                low = data.index(b"\n", middle) + 1
            else:
                high = start
        if not data.startswith(key, low):
            return []
        classes = data[low : data.index(b"\n", low)].rpartition(b" ")[2]
        pairs = (item.split(b":") for item in classes.split(b","))
        return [(int(number), int(whole)) for number, whole in pairs]

    def known(self, number: int) -> Known:
        """Return the class of that number."""
        import json

        self._classes = self._classes or self._data[self._end :].split(b"\n")
        item: dict[str, Any] = json.loads(self._classes[number])
        return Known(
            library=item["library"],
            names=tuple(item["names"]),
            children={name: (digest, count) for name, digest, count in item["children"]},
            shapes=dict(item["shapes"]) if "shapes" in item else None,
            sizes=tuple(Size(*size) for size in item.get("sizes", ())),
            config=item.get("config", ""),
        )


@cache
def _table() -> _Table:
    return _Table(_FILE.read_bytes())
