"""Which functions of a TensorFlow program call which, and which draw random numbers.

https://github.com/tensorflow/tensorflow/blob/master/tensorflow/core/framework/attr_value.proto
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from loadstone.core.classes import dataclass, field
from loadstone.readers._protobuf import BYTES, Field, Wire

CALLS = ("PartitionedCall", "StatefulPartitionedCall")
# what draws from a state of the process; what is stateless has its seed as an input
DRAWS = (
    *("RandomUniform", "RandomUniformInt", "RandomStandardNormal", "TruncatedNormal"),
    *("ParameterizedTruncatedNormal", "Multinomial", "RandomGamma", "RandomPoissonV2"),
    "RandomShuffle",
)
_KEPT = 100_000


@dataclass(slots=True)
class Flow:
    """Calls and draws of the functions of a program, and what its own nodes call."""

    calls: dict[str, set[str]] = field(default_factory=dict)
    draws: dict[str, dict[str, None]] = field(default_factory=dict)
    heads: dict[str, set[str]] = field(default_factory=dict)

    def add(self, function: str, op: str) -> None:
        """Note a node of a function."""
        if op in DRAWS and len(self.draws) < _KEPT:
            self.draws.setdefault(function, {})[op] = None

    def drawn(self, nodes: Iterable[str]) -> list[str]:
        """Return the operators that draw where these nodes are computed, branches left aside."""
        waiting = [name for node in nodes for name in self.heads.get(node, ())]
        seen = set(waiting)
        found: dict[str, None] = {}
        while waiting:
            name = waiting.pop()
            found |= self.draws.get(name, {})
            new = self.calls.get(name, set()) - seen
            seen |= new
            waiting += new
        return sorted(found)


def called(wire: Wire, attribute: Field) -> Iterator[str]:
    """Yield the function that the attribute `f` of a call names."""
    key, held = "", None
    for part in wire.inside(attribute):
        if part.number == 1:
            key = wire.text(part, 100)
        elif part.number == 2:
            held = part
    if key != "f" or held is None:
        return
    for part in wire.inside(held):  # AttrValue: func 10, of it the name 1
        if part.number == 10 and part.wire == BYTES:
            yield from (wire.text(item, 200) for item in wire.inside(part) if item.number == 1)
