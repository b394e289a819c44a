"""Names of tensors as a tree of modules, in which alike neighbours are folded: `layers.{0..11}`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from loadstone.core.classes import dataclass, field
from loadstone.core.facts import TensorFact

DEEPEST = 24  # parts of a name; what is left stays in the last one


@dataclass(slots=True)
class Node:
    """A module, or a tensor; a folded one stands for `times` that are alike."""

    name: str
    fact: TensorFact | None = None
    children: dict[str, Node] = field(default_factory=dict)
    times: int = 1
    tensors: int = 0  # in it and below
    elements: int = 0
    nbytes: int = 0
    alike: int = 0  # equal for nodes of one structure


class Line(NamedTuple):
    """One line of the tree."""

    depth: int
    name: str
    times: int
    fact: TensorFact | None
    tensors: int
    elements: int
    nbytes: int


def lines(tensors: Mapping[str, TensorFact], most: int | None = None) -> list[Line]:
    """Return the tree's lines; with `most`, only as deep as fits, and at least the top."""
    mark = "/" if 2 * sum("/" in key for key in tensors) > len(tensors) else "."
    root = _folded(_grown(tensors, mark), mark)
    if most is None:
        return list(_walk(root, 0, DEEPEST))
    found: list[Line] = []
    for deepest in range(DEEPEST + 1):
        deeper = list(_walk(root, 0, deepest))
        if found and (len(deeper) > most or len(deeper) == len(found)):
            break
        found = deeper
    return found


def _grown(tensors: Mapping[str, TensorFact], mark: str) -> Node:
    root = Node("")
    seen: dict[object, int] = {}
    for key, fact in tensors.items():
        node = root
        for part in key.split(mark, DEEPEST):
            node = node.children.setdefault(part, Node(part))
        node.fact = fact
    _named(root, mark, seen)
    return root


def _named(node: Node, mark: str, seen: dict[object, int]) -> None:
    """Join chains in which a module holds one module and nothing else; count what is below."""
    for child in node.children.values():
        _named(child, mark, seen)
    if node.name and node.fact is None and len(node.children) == 1:
        (only,) = node.children.values()
        node.name = f"{node.name}{mark}{only.name}"
        node.children, node.fact = only.children, only.fact
    below = node.children.values()
    own = node.fact
    node.tensors = sum(child.tensors for child in below) + (own is not None)
    node.elements = sum(child.elements for child in below) + (own.count if own else 0)
    node.nbytes = sum(child.nbytes for child in below) + (own.nbytes if own else 0)
    inner = tuple((key, child.alike) for key, child in node.children.items())
    node.alike = seen.setdefault((node.name.partition(mark)[2], own, inner), len(seen))


def _folded(node: Node, mark: str) -> Node:
    """Fold neighbours whose names are numbers in a row, and which are alike."""
    children: dict[str, Node] = {}
    run: list[tuple[str, Node]] = []
    for key, child in node.children.items():
        if run and not _follows(run, key, child):
            _close(run, children)
            run = []
        run.append((key, _folded(child, mark)))
    _close(run, children)
    node.children = children
    if node.name and node.fact is None and len(children) == 1:
        (only,) = children.values()
        node.name = f"{node.name}{mark}{only.name}"
        node.children, node.fact, node.times = only.children, only.fact, only.times
    return node


def _follows(run: list[tuple[str, Node]], key: str, child: Node) -> bool:
    last, node = run[-1]
    numbers = last.isdecimal() and key.isdecimal() and len(key) < 10
    return numbers and int(key) == int(last) + 1 and child.alike == node.alike


def _close(run: list[tuple[str, Node]], children: dict[str, Node]) -> None:
    if not run:
        return
    (first, node), (last, _) = run[0], run[-1]
    if len(run) > 1:
        rest = node.name.removeprefix(first)
        node.name = f"{{{first}..{last}}}{rest}" if len(run) > 2 else f"{{{first},{last}}}{rest}"
        node.times = len(run)
        for name in ("tensors", "elements", "nbytes"):
            setattr(node, name, sum(getattr(item, name) for _, item in run))
    children[first] = node


def _walk(node: Node, depth: int, deepest: int) -> Iterator[Line]:
    for child in node.children.values():
        shown = child.fact if not child.children else None
        yield Line(
            depth, child.name, child.times, shown, child.tensors, child.elements, child.nbytes
        )
        if child.children and depth < deepest:
            yield from _walk(child, depth + 1, deepest)
