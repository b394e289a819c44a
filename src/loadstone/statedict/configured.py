"""Which configuration of a class gives the shapes of a file.

A table has, for each axis of a class and for the length of each list of modules, what it follows:
`c·a^n·b^m… + d` of the numbers `a`, `b` … of the configuration, a sum of two such products or the
square of one (`scripts/_configurations.py` found that by making the class). The shapes of a file
are so many equations; what they leave open, as the number of heads where only heads times their
size is seen, has its default, and is named.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from math import gcd, isqrt, log
from typing import TYPE_CHECKING, Any, Final

from loadstone.core.classes import dataclass, field
from loadstone.statedict.trees import Module

if TYPE_CHECKING:
    from fractions import Fraction

_UNKNOWN: Final = -1  # of the rules
_WIDTHS: Final = frozenset(("hidden_size", "d_model", "n_embd", "embed_dim", "dim"))
LENGTH: Final = "#"  # of a list of modules
_MOST: Final = 1 << 16  # whose divisors are tried
_GAPS: Final = -1  # the length of a list whose numbers do not follow each other: of none
_ITEM: Final = "*"  # what each item of a list is that is not named
Equation = tuple[int, int]  # the number of a rule, and the size in the file


@dataclass(frozen=True, slots=True)
class Argument:
    """A number of a configuration: `hidden_size`, `depths[2]`, `text_config.hidden_size`."""

    path: str
    default: int
    derived: bool  # follows others where it is not given


def _fraction(above: int, below: int = 1) -> Fraction:
    from fractions import Fraction  # with `decimal`, it takes longer than most files

    return Fraction(above, below)


@dataclass(frozen=True, slots=True)
class Term:
    """A factor times powers of arguments: their numbers and exponents."""

    factor: Fraction
    powers: tuple[tuple[int, int], ...]

    def value(self, known: Mapping[int, int]) -> Fraction:
        """Return what it is as far as its arguments are known."""
        result = self.factor
        for at, power in self.powers:
            if at in known:
                result *= _fraction(known[at]) ** power
        return result

    def missing(self, known: Mapping[int, int]) -> list[tuple[int, int]]:
        """Return the powers that are not known."""
        return [(at, power) for at, power in self.powers if at not in known]


@dataclass(frozen=True, slots=True)
class Rule:
    """What an axis follows: `(one or two terms + offset)^exponent + beyond`."""

    terms: tuple[Term, ...]
    offset: int
    exponent: int = 1  # or 2
    beyond: int = 0

    @classmethod
    def read(cls, line: list[Any]) -> Rule:
        """Return what a line of the table has."""
        offset, terms, *more = line
        return cls(
            tuple(
                Term(_fraction(above, below), tuple((at, power) for at, power in powers))
                for above, below, powers in terms
            ),
            offset,
            *more,
        )

    def missing(self, known: Mapping[int, int]) -> list[int]:
        """Return the arguments that are not known."""
        return list(dict.fromkeys(at for term in self.terms for at, _ in term.missing(known)))

    def gives(self, size: int, known: Mapping[int, int]) -> bool:
        """Whether it is the size, of which all arguments are known."""
        whole = self.offset + sum(term.value(known) for term in self.terms)
        return whole**self.exponent + self.beyond == size

    def left(self, size: int, known: Mapping[int, int]) -> tuple[Fraction, list[tuple[int, int]]]:
        """Return what the powers that are not known multiply to, and these.

        No powers where that cannot be told: two terms have others that are not known.
        """
        whole = _fraction(size - self.beyond)
        if self.exponent == 2:
            root = isqrt(max(size - self.beyond, 0))
            whole = _fraction(root if root**2 == size - self.beyond else 0)
        whole -= self.offset
        open_ = [term for term in self.terms if term.missing(known)]
        whole -= sum(term.value(known) for term in self.terms if term not in open_)
        if len({tuple(term.missing(known)) for term in open_}) != 1:
            return whole, []
        return whole / sum(term.value(known) for term in open_), open_[0].missing(known)


@dataclass(frozen=True, slots=True)
class Bound:
    """A number of a configuration that a size bounds.

    It has to divide it, as that of heads the width, or is less, as a token than the vocabulary.
    """

    path: str
    default: int
    of: str  # the path of the size


@dataclass(frozen=True, slots=True)
class Sizes:
    """The numbers of a configuration, and the rules that the sizes of its classes follow."""

    arguments: tuple[Argument, ...]
    rules: tuple[Rule, ...]
    lists: Mapping[str, list[int]]  # the defaults of arguments that are lists
    divides: tuple[Bound, ...]
    below: tuple[Bound, ...] = ()

    @classmethod
    def read(cls, line: Mapping[str, Any]) -> Sizes:
        """Return what a line of the table has."""
        return cls(
            tuple(Argument(path, default, bool(own)) for path, default, own in line["arguments"]),
            tuple(Rule.read(rule) for rule in line["rules"]),
            line["lists"],
            tuple(Bound(*item) for item in line["divides"]),
            tuple(Bound(*item) for item in line.get("below", ())),
        )


@dataclass(frozen=True, slots=True)
class Configured:
    """A configuration, and how far it gives the shapes of the file."""

    values: Mapping[str, int] = field(default_factory=dict)  # to be given, by their paths
    equal: float = 0.0  # share of the file's tensors that have the shapes that it gives
    whole: bool = False  # whether all have, and lists of modules the lengths
    open: tuple[str, ...] = ()  # arguments that shapes leave open, as how many heads share a width


def configured(module: Module, tree: Mapping[str, Any], sizes: Sizes, head: int = 0) -> Configured:
    """Return the configuration whose class has the shapes of `module`, as far as one has.

    `head` is the size of an attention head where the file tells it by other means.
    """
    met = list(_met(module, tree))
    equations = dict.fromkeys(equation for _, said in met for equation in said)
    known = {
        number: head
        for number, argument in enumerate(sizes.arguments)
        if head and argument.path == "head_dim"
    }
    guessed = _solve(list(equations), sizes, known)
    values = {at: known.get(at, argument.default) for at, argument in enumerate(sizes.arguments)}
    holding = {one for one in equations if _holds(one, sizes.rules, values)}
    equal = sum(tensors for tensors, said in met if all(one in holding for one in said))
    given = dict(zip((argument.path for argument in sizes.arguments), values.values(), strict=True))
    open_ = [sizes.arguments[at].path for at in guessed]
    for divisor in sizes.divides:
        if divisor.path not in given:
            given[divisor.path] = gcd(divisor.default, given[divisor.of])
            open_.append(divisor.path)
    for token in sizes.below:
        if token.default >= given[token.of]:
            given[token.path] = given[token.of] - 1
            open_.append(token.path)
    default = {item.path: item.default for item in sizes.arguments}
    default |= {item.path: item.default for item in (*sizes.divides, *sizes.below)}
    derived = {sizes.arguments[at].path for at in known if sizes.arguments[at].derived}
    told = {path for path, value in given.items() if value != default[path]}
    shown = {path: given[path] for path in given if path in told or (told and path in derived)}
    whole = equal == module.tensors and len(holding) == len(equations)
    return Configured(shown, equal / max(module.tensors, 1), whole, tuple(open_))


def _met(module: Module, tree: Any) -> Iterator[tuple[int, list[Equation]]]:
    """Yield tensors that the tree has too, how many are alike, and their equations.

    What has no rule is an equation that never holds.
    """
    if isinstance(tree, list):
        if module.shape is not None and len(module.shape) == len(tree):
            yield 1, list(zip(tree, module.shape, strict=True))
        return
    listed = LENGTH in tree
    if listed:
        counted = len(module.children)
        if any(str(at) not in module.children for at in range(counted)):
            counted = _GAPS
        yield 0, [(tree[LENGTH], counted)]
    alike: dict[tuple[str, int], tuple[Module, Any, int]] = {}
    for name, child in module.children.items():
        below = tree.get(name, tree.get(_ITEM) if name.isdecimal() else None)
        if below is not None:
            key = child.shapes if listed else name, id(below)
            alike[key] = child, below, alike[key][2] + 1 if key in alike else 1
    for child, below, number in alike.values():
        for tensors, said in _met(child, below):
            yield tensors * number, said


def _solve(equations: list[Equation], sizes: Sizes, known: dict[int, int]) -> list[int]:
    """Fill `known`; return the arguments whose values the equations leave open."""
    guessed: list[int] = []
    waiting = [(sizes.rules[at], size) for at, size in equations if at != _UNKNOWN]
    while True:
        waiting = _settle(waiting, known)
        if not any(len(rule.missing(known)) > 1 for rule, _ in waiting):
            return guessed
        at, value = _guess(waiting, sizes, known)
        known[at] = value
        guessed.append(at)


def _settle(waiting: list[tuple[Rule, int]], known: dict[int, int]) -> list[tuple[Rule, int]]:
    """Fill `known` with what single equations tell; return those that are not used up."""
    while True:
        waiting = [item for item in waiting if item[0].missing(known)]
        votes: dict[int, Counter[int]] = {}
        for rule, size in waiting:
            missing = rule.missing(known)
            if len(missing) == 1 and (value := _single(rule, size, known)):
                votes.setdefault(missing[0], Counter())[value] += 1
        if not votes:
            return waiting
        at = min(votes)
        known[at] = votes[at].most_common(1)[0][0]


def _single(rule: Rule, size: int, known: Mapping[int, int]) -> int | None:
    """Return the value of the one argument that is left; None where it is no whole number."""
    rest, powers = rule.left(size, known)
    if rest <= 0 or not powers:
        return None
    ((_, power),) = powers
    if power < 0:
        rest = 1 / rest
    if rest.denominator != 1:
        return None
    value = int(rest) if abs(power) == 1 else isqrt(int(rest))
    return value if value ** abs(power) == rest else None


def _guess(
    waiting: list[tuple[Rule, int]], sizes: Sizes, known: Mapping[int, int]
) -> tuple[int, int]:
    """Return an argument that is one of several unknown ones, and a value with which others fit.

    The number of heads, rather than their size, which often follows it: one that divides the width,
    leaves heads of even size, which rotary embeddings ask for, and is near the default.
    """
    arguments = sizes.arguments
    several = [item for item in waiting if len(item[0].missing(known)) > 1]
    rule, size = min(several, key=lambda item: len(item[0].terms))  # the first of the plainest
    at = min(rule.missing(known), key=lambda one: (arguments[one].derived, one))
    (rest, powers), default = rule.left(size, known), arguments[at].default
    single = (at, 1) in powers and rest.denominator == 1 and rest > 0
    wholes = [int(rest)] if single else []
    if "head" in arguments[at].path:  # as configurations ask, whether or not shapes do
        wholes += [held for one, held in known.items() if arguments[one].path in _WIDTHS]
    whole = gcd(*wholes)
    if not 0 < whole <= _MOST:
        return at, default

    def odd(value: int) -> tuple[bool, bool, bool, float]:
        found = {**known, at: value}
        open_ = any(len(one.missing(found)) == 1 for one, _ in _settle(waiting, found))
        uneven = any(held // value % 2 for held in wholes)
        return open_, uneven, default % value > 0, abs(log(value / default))

    return at, min((value for value in range(1, whole + 1) if whole % value == 0), key=odd)


def _holds(equation: Equation, rules: tuple[Rule, ...], values: Mapping[int, int]) -> bool:
    at, size = equation
    return at != _UNKNOWN and rules[at].gives(size, values)
