"""Our dataclasses beside the standard library's: each asked the same, each answering the same."""

from __future__ import annotations

import copy
import dataclasses
import pickle
import subprocess
import sys
from dataclasses import dataclass as standard
from dataclasses import field as standard_field
from dataclasses import fields, is_dataclass
from typing import ClassVar

import pytest

from loadstone.core.classes import dataclass, field, names, replace


@dataclass(frozen=True, slots=True)
class Ours:
    a: int
    b: tuple[int, ...] = ()
    c: dict[str, int] = field(default_factory=dict, compare=False)
    KIND: ClassVar[str] = "kept"

    def __post_init__(self) -> None:
        if self.a < 0:
            raise ValueError("below zero")

    @property
    def twice(self) -> int:
        return 2 * self.a


@standard(frozen=True, slots=True)
class Theirs:
    a: int
    b: tuple[int, ...] = ()
    c: dict[str, int] = standard_field(default_factory=dict, compare=False)
    KIND: ClassVar[str] = "kept"

    def __post_init__(self) -> None:
        if self.a < 0:
            raise ValueError("below zero")

    @property
    def twice(self) -> int:
        return 2 * self.a


@dataclass(slots=True)
class OursChanging:
    a: int
    b: list[int] = field(default_factory=list)


@standard(slots=True)
class TheirsChanging:
    a: int
    b: list[int] = standard_field(default_factory=list)


FROZEN = pytest.mark.parametrize("kind", [Ours, Theirs])
CHANGING = pytest.mark.parametrize("kind", [OursChanging, TheirsChanging])


@FROZEN
def test_frozen(kind):
    one = kind(1, b=(2,))
    assert repr(one) == f"{kind.__name__}(a=1, b=(2,), c={{}})"
    assert (one.a, one.b, one.c, one.twice, one.KIND) == (1, (2,), {}, 2, "kept")
    assert one == kind(1, (2,), {"not": 0})
    assert one != kind(2, (2,))
    assert one != (1, (2,), {})
    assert hash(one) == hash(kind(1, (2,), {"not": 0}))
    assert kind(1).c is not kind(1).c
    assert kind.__slots__ == kind.__match_args__ == names(kind) == ("a", "b", "c")
    for name in ("a", "new"):
        with pytest.raises((AttributeError, TypeError)):
            setattr(one, name, 3)
    with pytest.raises(dataclasses.FrozenInstanceError):
        one.a = 3
    with pytest.raises(dataclasses.FrozenInstanceError):
        del one.a
    with pytest.raises(ValueError, match="below zero"):
        kind(-1)


@FROZEN
@pytest.mark.parametrize(
    ("values", "named"), [((), {}), ((1, 2, 3, 4), {}), ((1,), {"a": 1}), ((1,), {"d": 1})]
)
def test_what_does_not_fit(kind, values, named):
    with pytest.raises(TypeError):
        kind(*values, **named)


@FROZEN
def test_copies(kind):
    one = kind(1, (2,), {"k": 3})
    for other in (copy.copy(one), copy.deepcopy(one), pickle.loads(pickle.dumps(one))):
        assert other == one
        assert other.c == {"k": 3}
    assert dataclasses.replace(one, a=5) == kind(5, (2,))
    assert replace(one, a=5).c is one.c
    with pytest.raises(ValueError, match="below zero"):
        replace(one, a=-1)
    with pytest.raises(TypeError):
        replace(one, d=1)


@FROZEN
def test_the_standard_protocol(kind):
    assert is_dataclass(kind)
    assert is_dataclass(kind(1))
    told = [(item.name, item.type, item.compare) for item in fields(kind)]
    assert told == [
        ("a", "int", True),
        ("b", "tuple[int, ...]", True),
        ("c", "dict[str, int]", False),
    ]
    assert dataclasses.asdict(kind(1)) == {"a": 1, "b": (), "c": {}}
    match kind(1, (2,)):
        case Ours(a, b) | Theirs(a, b):
            assert (a, b) == (1, (2,))
        case _:
            pytest.fail("no match")


@CHANGING
def test_changing(kind):
    one = kind(1)
    one.a = 2
    one.b.append(3)
    assert one == kind(2, [3])
    assert kind(0).b == []
    with pytest.raises(TypeError, match="unhashable"):
        hash(one)
    with pytest.raises(AttributeError):
        one.new = 1
    one.b.append(one)
    assert repr(one) == f"{kind.__name__}(a=2, b=[3, ...])"


def test_methods_of_its_own_win():
    @dataclass(frozen=True, slots=True)
    class Named:
        name: str
        size: int = 0

        def __eq__(self, other):
            return isinstance(other, Named) and self.name == other.name

        def __hash__(self):
            return hash(self.name)

        def __repr__(self):
            return f"<{self.name}>"

    assert Named("a", 1) == Named("a", 2)
    assert len({Named("a", 1), Named("a", 2)}) == 1
    assert repr(Named("a")) == "<a>"


def test_other_classes_have_no_fields():
    assert [names(kind) for kind in (int, dict, object, type("Plain", (), {}))] == [None] * 4


def test_inspect_is_done_without_the_standard_ones(tmp_path):
    path = tmp_path / "x.npy"
    path.write_bytes(b"\x93NUMPY\1\0v\0{'descr': '<f4', 'fortran_order': False, 'shape': (1,), }")
    code = f"""
import sys
from loadstone.cli import main
main(["inspect", {str(path)!r}])
assert not {{"dataclasses", "inspect"}} & set(sys.modules), set(sys.modules)
"""
    subprocess.run([sys.executable, "-c", code], check=True)
