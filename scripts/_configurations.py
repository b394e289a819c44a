"""How the sizes of a class of transformers follow its configuration, found by making it.

Each number of the configuration is changed alone, and the axes that change with it are told by how
much: `c·a^n·b^m… + d`, the sum of two such products, or the square of one. Then several are changed
together, which shows whether what was found holds; an axis of which nothing holds is marked as
unknown. A number that adds modules or takes some away is left as it is, or to follow the others.
"""

from __future__ import annotations

import copy
import json
import random
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, replace
from fractions import Fraction
from itertools import islice, product
from math import isqrt, prod
from typing import Any

Shapes = dict[str, tuple[int, ...]]
Tree = dict[str, Any]
Sizes = dict[str, int]  # the axes, and lengths of lists, of a class by their places
NOT_SIZES = ("_id", "_token", "_index", "_ids")  # ends of names that number something
UNKNOWN = -1
OF_HEADS = ("num_labels", "vocab_size")  # sizes of heads, which the first class may not have
TOGETHER = 3  # configurations at least in which several numbers are changed
MOST_TOGETHER = 12  # where fewer give two rules the same sizes
TRIES = 60
MOST_TENSORS = 4_000  # of a class that is made again and again
FEW = 4  # layers, where there are more
FLOORED = ("patch", "stride")  # in names: what an image has to be a multiple of
DIVIDING = ("head", "group")  # in names: what a width has to be a multiple of
WIDTHS = ("hidden_size", "d_model", "n_embd", "embed_dim", "dim")  # tried first
PRIME = 5
POWERS = (1, -1, 2, -2)
MOST_SUMS = 64  # that are tried
OFFSETS = (0, 1, 2, -1)  # tokens of classes beside those of patches, and the like
BEYOND = (0, 3)  # what is added to a square: three distances to and from the token of a class


@dataclass(frozen=True)
class Rule:
    """What an axis follows: `(c·a^n·b^m… + e·g^k… + offset)^exponent + beyond`."""

    terms: tuple[tuple[Fraction, tuple[tuple[str, int], ...]], ...]  # factors, and powers
    offset: int = 0
    exponent: int = 1
    beyond: int = 0

    @classmethod
    def of(cls, factor: Fraction | int, offset: int, powers: Mapping[str, int]) -> Rule:
        """Return the rule of one product."""
        return cls(((Fraction(factor), tuple(sorted(powers.items()))),), offset)

    def value(self, values: Mapping[str, int]) -> Fraction:
        """Return the size that these numbers give."""
        whole = self.offset + sum(
            factor * prod(Fraction(values[path]) ** power for path, power in powers)
            for factor, powers in self.terms
        )
        return whole**self.exponent + self.beyond

    def paths(self) -> set[str]:
        """Return the numbers of the configuration that are in it."""
        return {path for _, powers in self.terms for path, _ in powers}

    def line(self, paths: list[str]) -> list[Any]:
        """Return the rule as the table has it."""
        terms = [
            [factor.numerator, factor.denominator, [[paths.index(at), by] for at, by in powers]]
            for factor, powers in self.terms
        ]
        more = [self.exponent, self.beyond] if self.exponent != 1 else []
        return [self.offset, terms, *more]


class Configuration:
    """A class of configurations, with what its numbers do to the models that are made of it."""

    def __init__(self, config: Any, made: Callable[[Callable[[], Any]], Shapes | None]) -> None:
        self.config = config
        self._made = made
        self.plain = _plain(config())
        self.defaults = dict(_numbers(self.plain))
        self.of_several = any(
            isinstance(held, dict) and len(held) > 3 and name.endswith("_config")
            for name, held in self.plain.items()
        )
        self.numbers = dict(self.defaults)
        self.derived = self._derived()
        self.together: list[dict[str, int]] = []
        self.rules: dict[tuple[int, ...], Rule] = {}  # by the sizes that they give when changed
        self.kept: list[Rule] = []
        self.arguments: list[str] = []
        self.divides: dict[str, str] = {}
        self.start: dict[str, int] = {}  # of the configuration that all others are changes of
        self.follow: set[str] = set()  # numbers that are never given, and follow others

    def shapes(self, kind: Any, given: Mapping[str, int]) -> Shapes | None:
        """Return the shapes of a class with numbers changed; None where it cannot be made."""
        filled = copy.deepcopy(self.plain)
        for path in self.follow:
            del filled[path]
        for path, value in {**self.start, **given}.items():
            *way, last = _parts(path)
            at: Any = filled
            for part in way:
                at = at[part]
            at[last] = value
        return self._made(lambda: kind(self.config.from_dict(copy.deepcopy(filled))))

    def _derived(self) -> set[str]:
        """Return the numbers that follow others where they are not given."""
        found = set()
        for path, value in self.numbers.items():
            if len(_parts(path)) > 1:
                continue
            try:
                after = dict(_numbers(_plain(self.config(**{path: value * 2}))))
            except Exception:  # noqa: BLE001, S112 - whatever it raises, it is no such configuration
                continue
            found |= {
                other
                for other, was in self.numbers.items()
                if other != path and after.get(other, was) != was
            }
        return found

    def learn(self, kind: Any) -> bool:
        """Find the rules by the first class that can be made; whether there are any."""
        before = self._shortened(kind) or self.shapes(kind, {})
        if before is None or len(before) > MOST_TENSORS:
            return False
        sizes = measured(before)
        alone = self._alone(kind, before)
        heads = [path for path in OF_HEADS if path in self.numbers]
        self.arguments = [*dict.fromkeys([*alone, *heads])]
        found = {path: [Rule.of(1, 0, {path: 1})] for path in heads}
        found |= {place: list(_rules(place, size, alone)) for place, size in sizes.items()}
        told: dict[tuple[int, ...], Rule | None] = {}
        samples: list[Sizes] = []
        for given, made in self._together(kind):
            self.together.append(given)
            samples.append(measured(made))
            values = [{**self.numbers, **given} for given in ({}, *self.together)]
            told, apart = {}, True
            for place, rules in found.items():
                seen = (
                    tuple(at[place] for at in values)
                    if place in heads
                    else (sizes[place], *(sample.get(place, 0) for sample in samples))
                )
                held = list(zip(values, seen, strict=True))
                holding = (one for one in rules if all(one.value(at) == of for at, of in held))
                rule = next(holding, None)
                if rule is not None:
                    apart &= told.setdefault(seen, rule) == rule
                    if told[seen] != rule:
                        told[seen] = None
            if len(self.together) >= TOGETHER and apart:
                break
        self.rules = {seen: rule for seen, rule in told.items() if rule is not None}
        self.divides = dict(self._divisors(kind, list(alone)))
        return bool(self.together)

    def _divisors(self, kind: Any, sizes: list[str]) -> Iterator[tuple[str, str]]:
        """Yield numbers that no axis may tell, and the size that each has to divide."""
        plain = measured(self.shapes(kind, {}) or {})
        for path in self.numbers:
            if not any(word in path for word in DIVIDING):
                continue
            outer = path.rpartition(".")[0]
            beside = [size for size in sizes if size.rpartition(".")[0] == outer and size != path]
            for size in sorted(beside, key=lambda name: name.rpartition(".")[2] not in WIDTHS):
                more = {size: self.numbers[size] * PRIME}
                whole = self.shapes(kind, {path: PRIME, **more})
                uneven = self.shapes(kind, {path: PRIME})
                if uneven and measured(uneven) == plain:
                    break  # any number will do
                if whole and measured(whole) == measured(self.shapes(kind, more) or {}):
                    yield path, size
                    break

    def _shortened(self, kind: Any) -> Shapes | None:
        """Take fewer layers, which are alike, and return the shapes; None where that cannot be."""
        fewer = {path: FEW for path, value in self.numbers.items() if _counts(path) and value > FEW}
        shapes = self.shapes(kind, fewer)
        if shapes:
            self.numbers.update(fewer)
            self.start = fewer
        return shapes

    def _alone(self, kind: Any, before: Shapes) -> dict[str, tuple[int, int, Sizes]]:
        """Return what changes with each number: its old and new value, and the sizes with it."""
        sizes = measured(before)
        alone: dict[str, tuple[int, int, Sizes]] = {}
        for path in sorted(self.numbers, key=lambda path: path not in self.derived):
            value = self.numbers[path]
            halves = any(word in path for word in FLOORED)
            for new in (value // 2, value * 2) if halves else (value * 2, value + 1, value // 2):
                if new < 1 or new == value:
                    continue
                after = self.shapes(kind, {path: new})
                if after is None:
                    continue
                if _other_modules(before, after):
                    continue
                if (changed := measured(after)) != sizes:
                    alone[path] = value, new, changed
                break
            if path not in alone and path in self.derived and path in self.plain:
                self.follow.add(path)
        return {path: alone[path] for path in self.numbers if path in alone}

    def _together(self, kind: Any) -> Iterator[tuple[dict[str, int], Shapes]]:
        """Yield configurations in which several numbers are changed, and the shapes they give."""
        draw = random.Random(0)  # noqa: S311 - the same numbers each time
        for turn in range(TRIES):
            given = {
                path: _scaled(path, value, draw)
                for path, value in self.numbers.items()
                if path in self.arguments and (turn < TRIES // 3 or draw.random() <= 0.6)
            }
            made = None if given in self.together else self.shapes(kind, given)
            if not made:
                continue
            yield given, made
            if len(self.together) >= MOST_TOGETHER:
                return

    def tree(self, kind: Any) -> Tree | None:
        """Return the modules of a class with the rule of each size; None where none is known."""
        samples = [self.shapes(kind, given) for given in ({}, *self.together)]
        if not all(samples):
            return None
        return self._grown([sample for sample in samples if sample])

    def _grown(self, samples: list[Shapes]) -> Tree:
        trees = [_nested(sample) for sample in samples]
        return self._node(trees)

    def _node(self, nodes: list[Any]) -> Any:
        if any(isinstance(node, tuple) for node in nodes):  # a shape
            if not all(isinstance(node, tuple) and len(node) == len(nodes[0]) for node in nodes):
                return [UNKNOWN]
            return [self._number(axis) for axis in zip(*nodes, strict=True)]
        shared = [name for name in nodes[0] if all(name in node for node in nodes)]
        if not (nodes[0].keys() and all(name.isdecimal() for name in nodes[0])):
            if any(node.keys() != nodes[0].keys() for node in nodes):
                return {name: self._node([node[name] for node in nodes]) for name in shared} | {
                    "#": UNKNOWN
                }
            return {name: self._node([node[name] for node in nodes]) for name in shared}
        items = {name: self._node([node[name] for node in nodes]) for name in shared}
        last = items[shared[-1]]
        told = {name: item for name, item in items.items() if item != last}
        return {**told, "*": last, "#": self._number(tuple(map(len, nodes)))}

    def _number(self, seen: tuple[int, ...]) -> int:
        """Return the number of the rule that gives these sizes."""
        rule = self.rules.get(seen)
        if rule is None and len(set(seen)) == 1:
            rule = Rule.of(seen[0], 0, {})
        if rule is None:
            near = set(self._near(seen))
            if len(near) != 1:
                return UNKNOWN
            rule = near.pop()
        if rule not in self.kept:
            self.kept.append(rule)
        return self.kept.index(rule)

    def _near(self, seen: tuple[int, ...]) -> Iterator[Rule]:
        """Yield rules of the first class times a factor, or with an offset, as heads may have."""
        for known, rule in self.rules.items():
            if len(rule.terms) > 1 or rule.exponent > 1 or rule.offset or not rule.paths():
                continue
            ((factor, powers),) = rule.terms
            times = {Fraction(size, was) for size, was in zip(seen, known, strict=True) if was}
            more = {size - was for size, was in zip(seen, known, strict=True)}
            if len(times) == 1:
                yield Rule(((factor * times.pop(), powers),))
            elif len(more) == 1 and more <= set(OFFSETS):
                yield Rule(rule.terms, more.pop())

    def line(self) -> dict[str, Any]:
        """Return the configuration as the table has it."""
        lists: dict[str, list[int]] = {}
        for path, value in self.defaults.items():
            if path.endswith("]"):
                lists.setdefault(path.partition("[")[0], []).append(value)
        used = {path for rule in self.kept for path in rule.paths()}
        divides = [
            [path, self.defaults[path], size] for path, size in self.divides.items() if size in used
        ]
        paths = [path for path in self.arguments if path in used]
        below = list(_tokens(self.plain, paths))
        return {
            "lists": {
                path: items
                for path, items in lists.items()
                if any(one.startswith(f"{path}[") for one in paths)
            },
            "arguments": [[path, self.defaults[path], int(path in self.derived)] for path in paths],
            "divides": divides,
            **({"below": below} if below else {}),
            "rules": [rule.line(paths) for rule in self.kept],
        }


def _scaled(path: str, value: int, draw: random.Random) -> int:
    """Return a number so changed that what was divided by it before still is."""
    if any(word in path for word in FLOORED):
        return value if value % 2 else value // draw.choice((1, 2))
    small = _counts(path) or any(word in path for word in DIVIDING)
    return value * draw.choice((1, 2) if small else (2, 3))


def _counts(path: str) -> bool:
    """Whether a number is, by its name, how many layers there are."""
    return path.endswith(("layers", "n_layer", "depth"))


def measured(shapes: Shapes) -> Sizes:
    """Return each axis, and the length of each list, by its place."""
    found: Sizes = {}
    for key, shape in shapes.items():
        for axis, size in enumerate(shape):
            found[f"{key}:{axis}"] = size
    waiting = [("", _nested(shapes))]
    while waiting:
        path, node = waiting.pop()
        if isinstance(node, tuple):
            continue
        if node and all(name.isdecimal() for name in node):
            found[f"{path}:#"] = len(node)
        waiting += [(f"{path}.{name}", below) for name, below in node.items()]
    return found


def _nested(shapes: Shapes) -> Tree:
    root: Tree = {}
    for key, shape in shapes.items():
        *path, leaf = key.split(".")
        at = root
        for part in path:
            at = at.setdefault(part, {})
        at[leaf] = shape
    return root


def _other_modules(before: Shapes, after: Shapes) -> bool:
    """Whether there are others, beside whole items of lists."""
    return _new(before, after) or _new(after, before)


def _new(before: Shapes, after: Shapes) -> bool:
    def items(key: str) -> list[str]:
        parts = key.split(".")
        return [".".join(parts[: at + 1]) for at, part in enumerate(parts) if part.isdecimal()]

    held = {item for key in before for item in items(key)}
    return any(held.issuperset(items(key)) for key in after.keys() - before.keys())


Moved = dict[str, tuple[int, int, int]]  # a number's old and new value, and the size with the new


def _rules(place: str, size: int, alone: Mapping[str, tuple[int, int, Sizes]]) -> Iterator[Rule]:
    """Yield what the size may follow."""
    moved = {
        path: (old, new, after[place])
        for path, (old, new, after) in alone.items()
        if place in after and after[place] != size
    }
    if not moved:
        return
    plain = _product(size, moved)
    if plain is not None:
        yield plain
        return
    square = _square(size, moved)
    if square is not None:
        yield square
    if len(moved) == 1:
        ((path, (old, new, now)),) = moved.items()
        slope = Fraction(now - size, new - old)
        offset = size - slope * old
        if offset.denominator == 1:
            yield Rule.of(slope, int(offset), {path: 1})
    else:
        yield from _sums(size, moved)


def _product(size: int, moved: Moved) -> Rule | None:
    for offset in OFFSETS:
        powers = {
            path: power
            for path, (old, new, now) in moved.items()
            for power in POWERS
            if size > offset
            and Fraction(now - offset, size - offset) == Fraction(new, old) ** power
        }
        if len(powers) == len(moved):
            factor = Fraction(size - offset)
            for path, power in powers.items():
                factor /= Fraction(moved[path][0]) ** power
            return Rule.of(factor, offset, powers)
    return None


def _square(size: int, moved: Moved) -> Rule | None:
    for beyond in BEYOND:
        least = min(size, *(now for *_, now in moved.values())) - beyond
        if least < 1:
            continue
        root = isqrt(size - beyond)
        roots = {path: (old, new, isqrt(now - beyond)) for path, (old, new, now) in moved.items()}
        exact = root**2 + beyond == size and all(
            at**2 + beyond == moved[path][2] for path, (*_, at) in roots.items()
        )
        rule = _product(root, roots) if exact else None
        if rule is not None:
            return replace(rule, exponent=2, beyond=beyond)
    return None


def _sums(size: int, moved: Moved) -> Iterator[Rule]:
    """Yield rules of two products, of which one is told by what one number alone changes."""
    for path, (old, new, now) in moved.items():
        for power in POWERS:
            one = (now - size) / (Fraction(new, old) ** power - 1)
            if 0 < one < size and one.denominator == 1:
                yield from _terms((one, size - one), moved, path)


def _terms(sizes: tuple[Fraction, Fraction], moved: Moved, first: str) -> Iterator[Rule]:
    """Yield rules of two products of these sizes; `first` is in the first alone."""
    both = [(one, two) for one in (0, *POWERS) for two in (0, *POWERS) if one or two]
    both.sort(key=lambda way: way[0] != 0 and way[1] != 0)
    ways = [
        [
            (one, two)
            for one, two in both
            if (path != first or not two)
            and sizes[0] * Fraction(new, old) ** one + sizes[1] * Fraction(new, old) ** two == now
        ]
        for path, (old, new, now) in moved.items()
    ]
    for way in islice(product(*ways), MOST_SUMS):
        terms = []
        for at, whole in enumerate(sizes):
            powers = tuple((path, by[at]) for path, by in zip(moved, way, strict=True) if by[at])
            divisor = prod(Fraction(moved[path][0]) ** power for path, power in powers)
            terms.append((whole / divisor, tuple(sorted(powers))))
        if terms[1][1]:
            yield Rule(tuple(sorted(terms)))


def _plain(config: Any) -> dict[str, Any]:
    made = config.to_dict()
    for name in ("id2label", "label2id", "layer_types", "mlp_layer_types"):
        made.pop(name, None)  # follow the number of labels and of layers
    made["num_labels"] = config.num_labels
    plain: dict[str, Any] = json.loads(json.dumps(made, default=str))
    return plain


def _numbers(made: Mapping[str, Any], path: str = "", depth: int = 0) -> Iterator[tuple[str, int]]:
    for name, value in made.items():
        if name.endswith(NOT_SIZES) or name == "chunk_size_feed_forward":
            continue
        if type(value) is int and value >= 1:
            yield f"{path}{name}", value
        elif isinstance(value, list) and 0 < len(value) <= 8:
            if all(type(item) is int and item >= 1 for item in value):
                yield from ((f"{path}{name}[{at}]", item) for at, item in enumerate(value))
        elif isinstance(value, dict) and name.endswith("_config") and not depth:
            yield from _numbers(value, f"{path}{name}.", depth + 1)


def _tokens(made: Mapping[str, Any], paths: list[str]) -> Iterator[list[Any]]:
    """Yield the tokens that fill texts up, for which embeddings have a row, and of what size."""
    for path in paths:
        outer, _, last = path.rpartition(".")
        held = made.get(outer, {}) if outer else made
        token = held.get("pad_token_id") if last == "vocab_size" else None
        if type(token) is int and token > 0:
            yield [f"{outer}.pad_token_id" if outer else "pad_token_id", token, path]


def _parts(path: str) -> list[Any]:
    found: list[Any] = []
    for part in path.split("."):
        name, _, at = part.partition("[")
        found.append(name)
        if at:
            found.append(int(at[:-1]))
    return found
