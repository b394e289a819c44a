"""Which known architecture a state dict is of, told by its names and shapes alone.

The names of a state dict are the paths of modules, so they make a tree. Each child of a module has
two digests: of its structure (names, with every index of a list alike, and numbers of axes) and of
its shapes. A table of public classes (`data/architectures.txt`, by `scripts/architectures.py`)
holds those of the children of each class's root; the module of the file whose children agree most
with a class is of that class, wherever it lies in the file.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from typing import Any, Final

from loadstone.core.classes import dataclass
from loadstone.core.facts import TensorFact
from loadstone.statedict.configured import Configured, Sizes, configured
from loadstone.statedict.known import Known, Size, table
from loadstone.statedict.trees import Module, grown, modules, shapes_in

LEAST: Final = 0.75  # of the names of both sides, so that a class is named at all
MOST_KEYS: Final = 200_000
MOST_CHILDREN: Final = 64  # of a module that is looked up; no class of the table has half as many
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


@dataclass(frozen=True, slots=True)
class Architecture:
    """What a state dict, or a part of it, is."""

    library: str
    name: str
    call: str  # the constructor with the arguments that differ from its defaults
    prefix: str  # that its keys have in the file: "module.", "encoder."
    exact: bool  # names and shapes are those that `call` gives, buffers of `RECOMPUTED` apart
    open: tuple[str, ...] = ()  # arguments of `call` that shapes leave open: the number of heads
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
    known = table()
    best: list[tuple[float, int, str, int]] = []
    for path, module in modules(root):
        if len(module.children) > MOST_CHILDREN:
            continue
        met: dict[int, int] = defaultdict(int)
        wholes: dict[int, int] = {}
        for name, child in module.children.items():
            for number, whole in known.with_child(name, child.structure):
                met[number] += child.names
                wholes[number] = min(whole, wholes.get(number, whole))  # the less with tied ones
        for number, agreed in met.items():
            share = min(agreed / (module.names + wholes[number] - agreed), 1.0)
            if share >= LEAST:
                best.append((share, -path.count("."), path, number))
    if not best:
        return None
    most = max(best)[:3]
    module = _at(root, most[2])
    head = _head(tensors)
    alike = [_sized(module, known.known(item[3]), head) for item in best if item[:3] == most]
    alike.sort(key=_rank, reverse=True)
    top = _rank(alike[0])[:2]
    return _told(root, most[2], module, [item for item in alike if _rank(item)[:2] == top])


def _at(root: Module, path: str) -> Module:
    module = root
    for part in path.split(".")[:-1]:
        module = module.children[part]
    return module


@dataclass(frozen=True, slots=True)
class _Sized:
    """A class of the table with the arguments that the shapes of the file ask for."""

    entry: Known
    values: Mapping[str, int]
    equal: float  # share of the file's tensors that have the shapes of the class
    whole: bool = False  # of a configuration: whether all have, and nothing is too short or long
    usual: bool = True  # whether no list of modules is of one alone, where others are not like it
    open: tuple[str, ...] = ()


def _sized(module: Module, entry: Known, head: int) -> _Sized:
    if entry.shapes is not None:
        equal = sum(
            child.tensors
            for name, child in module.children.items()
            if entry.shapes.get(name) == child.shapes
        )
        return _Sized(entry, _values(module, entry), equal / max(module.tensors, 1))
    made = configured(module, entry.tree, entry.sizes, head) if entry.sizes else Configured()
    if module.shapes == entry.plain:
        return _Sized(entry, {}, 1.0, whole=True, open=made.open)
    usual = not any(
        entry.single.get(name) == child.structure for name, child in module.children.items()
    )
    return _Sized(entry, made.values, made.equal, made.whole, usual, made.open)


def _head(tensors: Mapping[str, TensorFact]) -> int:
    """Return the size of a head of attention that rotary frequencies tell; 0 where none do."""
    sizes = {
        2 * fact.shape[0]
        for key, fact in tensors.items()
        if key.endswith(".inv_freq") and len(fact.shape) == 1
    }
    return sizes.pop() if len(sizes) == 1 else 0


def _rank(sized: _Sized) -> tuple[bool, float, bool, bool, int, int, int, int]:
    """Return what decides between classes whose names agree as much, largest first.

    The shapes; whether lists are of more modules than one where these are not alike; whether the
    defaults give them; then which is the better known, how few arguments
    have another value than their default, and the shorter name.
    """
    order = {"torchvision": 2, "timm": 1}
    entry = sized.entry
    kind = entry.config.removesuffix("Config")
    known = -_WELL_KNOWN.index(kind) if kind in _WELL_KNOWN else -len(_WELL_KNOWN)
    plain = entry.shapes is None and not sized.values
    place = order.get(entry.library, 0)
    few = -len(sized.values) if entry.shapes is None else 0
    return sized.whole, sized.equal, sized.usual, plain, place, known, few, -len(entry.names[0])


def _told(root: Module, path: str, module: Module, alike: list[_Sized]) -> Architecture:
    first = alike[0]
    entry = first.entry
    calls = [_call(item.entry, name, item.values) for item in alike for name in item.entry.names]
    whole = _with_tied(module, entry)
    missing = [
        name
        for name, (structure, _) in entry.children.items()
        if name not in whole.children
        or whole.children[name].structure not in (structure, entry.single.get(name))
    ]
    besides = tuple(name for name in module.children if name not in entry.children)
    if entry.shapes is None:
        exact = first.whole and not missing and not besides
    else:
        exact = _fits(module, entry, first.values)
    return Architecture(
        library=entry.library,
        name=entry.names[0],
        call=calls[0],
        prefix=path,
        exact=exact,
        open=first.open,
        others=tuple(call for call in dict.fromkeys(calls) if call != calls[0]),
        missing=tuple(missing),
        besides=besides,
        outside=tuple(_outside(root, path)),
    )


def _with_tied(module: Module, entry: Known) -> Module:
    """Return the module with the tensors of the class that are others of it, which files leave out.

    Their shapes are not known, and not asked for.
    """
    shapes = dict(shapes_in(module))
    tied = {key: _axes(entry.tree, key) for key in entry.tied - shapes.keys()}
    if not any(tied.values()):
        return module
    return grown({**shapes, **{key: (0,) * axes for key, axes in tied.items() if axes}})


def _axes(tree: Any, key: str) -> int:
    for part in key.split("."):
        tree = tree.get(part, {}) if isinstance(tree, Mapping) else {}
    return len(tree) if isinstance(tree, list) else 0


def _outside(root: Module, path: str) -> Iterator[str]:
    """Yield the modules and tensors beside those that lead to `path`."""
    above, way = root, ""
    for part in path.split(".")[:-1]:
        yield from (f"{way}{name}" for name in above.children if name != part)
        above, way = above.children[part], f"{way}{part}."


def _values(module: Module, entry: Known) -> dict[str, int]:
    """Return the arguments whose values the shapes tell, those apart from the defaults."""
    found: dict[str, int] = {}
    for size in entry.arguments:
        value = _value(module, size)
        if value is not None and value != size.default:
            found.setdefault(size.argument, value)
    return found


def _value(module: Module, size: Size) -> int | None:
    for part in size.key.split("."):
        if part not in module.children:
            return None
        module = module.children[part]
    if module.shape is None or size.axis >= len(module.shape):
        return None
    return module.shape[size.axis]


def _fits(module: Module, entry: Known, values: Mapping[str, int]) -> bool:
    """Whether, with the arguments' defaults put back, the shapes are those of the class."""
    if entry.shapes is None or module.children.keys() != entry.children.keys():
        return False
    shapes = dict(shapes_in(module))
    for size in entry.arguments:
        shape = shapes.get(size.key)
        if size.argument in values and shape is not None:
            if shape[size.axis] != values[size.argument]:
                return False
            shapes[size.key] = (*shape[: size.axis], size.default, *shape[size.axis + 1 :])
    again = grown(shapes)
    return all(again.children[name].shapes == digest for name, digest in entry.shapes.items())


def _call(entry: Known, name: str, values: Mapping[str, int]) -> str:
    if entry.library == "transformers":
        given = ", ".join(_arguments(values, entry.sizes))
        return f"transformers.{name}(transformers.{entry.config}({given}))"
    given = ", ".join(f"{argument}={value}" for argument, value in values.items())
    if entry.library == "timm":
        return f"timm.create_model({', '.join(part for part in (repr(name), given) if part)})"
    return f"torchvision.models.{name}({given})"


def _arguments(values: Mapping[str, int], sizes: Sizes | None) -> Iterator[str]:
    """Yield the arguments of a configuration: numbers, lists of them, and configurations in it."""
    nested: dict[str, dict[str, int]] = {}
    for path in values:
        outer, _, inner = path.rpartition(".")
        nested.setdefault(outer, {})[inner] = values[path]
    lists = sizes.lists if sizes else {}
    for outer, numbers in nested.items():
        given: dict[str, Any] = {}
        for name, value in numbers.items():
            whole, indexed, _ = name.partition("[")
            path = f"{outer}.{whole}" if outer else whole
            given[whole] = value
            if indexed:
                given[whole] = [
                    values.get(f"{path}[{at}]", default) for at, default in enumerate(lists[path])
                ]
        if outer:
            yield f"{outer}={given!r}"
        else:
            yield from (f"{name}={value}" for name, value in given.items())
