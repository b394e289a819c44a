"""Arrays that are given by their place, to the inputs that they are for."""

import numpy as np
import pytest

from loadstone.runtime.ports import Port, placed
from loadstone.runtime.rows import MisfitError

WIDE, SLIM = Port("wide", "float32", [None, 6]), Port("slim", "float32", [None, 2])
IDS, TEXTS = Port("ids", "int32", [None, 6]), Port("texts", "str", [None])
six, two = np.zeros((3, 6), "float32"), np.ones((3, 2), "float32")


def test_the_order_of_the_call_is_kept():
    alike = [Port("a", "float32", [None, 6]), Port("b", "float32", [None, 6])]
    found = placed((six, six + 1), alike, ["b", "a"])
    assert {name: value[0, 0] for name, value in found.items()} == {"b": 0, "a": 1}


@pytest.mark.parametrize("many", [tuple, list])
def test_without_one_each_fits_one_input_alone(many):
    found = placed(many([two, six]), [WIDE, SLIM])
    assert found == {"slim": two, "wide": six}
    words = np.array(["x", "y", "z"], object)
    found = placed(many([words, six.astype(int)]), [IDS, TEXTS])
    assert list(found) == ["texts", "ids"]


def test_what_could_be_either_is_refused():
    alike = [Port("a", "float32", [None, 6]), Port("b", "float32", [None, None])]
    with pytest.raises(MisfitError, match="give them by name"):
        placed((six, six), alike)
    with pytest.raises(MisfitError, match="give them by name"):
        placed((two, two), [WIDE, SLIM])
    many = [Port(str(at), "float32", [None, at]) for at in range(1, 13)]
    with pytest.raises(MisfitError):  # and not after 12! orders
        placed([np.zeros((2, at)) for at in range(1, 13)], many)


def test_rows_of_other_kinds_are_as_they_were():
    rows = [{"wide": [0] * 6, "slim": [1, 2]}]
    assert placed(rows, [WIDE, SLIM]) is rows
    assert placed(six, [WIDE, SLIM]) is six
    assert placed([six], [WIDE]) == [six]
