"""What a script defines is taken from it without running the rest."""

import pytest

from loadstone.inputs.sliced import sliced

SCRIPT = '''\
"""Train a model."""
from __future__ import annotations

import os, json
import numpy as np
from math import *

TABLE = {"a": 1}
TABLE["b"] = 2
TABLE.update(c=3)
OTHER = os.listdir("/nowhere")
np.seterr(all="raise")


@json.loads  # a decorator is part of it
def never(x):
    return OTHER


def scale(data, by=len(TABLE)):
    OTHER = 1
    return np.asarray(data) * by * TABLE["a"] * sqrt(1)


class Base:
    pass


class Step(Base):
    def transform(self, X):
        return scale(X) * LATE

if __name__ == "__main__":
    LATE = 2
    X = open("/nowhere").read()
    Step().transform(X)
try:
    import json as fast
except ImportError:
    fast = None
'''


def kept(names, **options):
    return sliced(SCRIPT, names, **options)


def test_what_is_reached_is_kept_and_runs():
    text, missing = kept(["Step"])
    assert not missing
    space = {"__name__": "train"}
    exec(text, space)
    assert space["Step"]().transform([1]).tolist() == [6]
    assert space["TABLE"] == {"a": 1, "b": 2, "c": 3}
    assert not {"OTHER", "X", "never", "fast"} & space.keys()
    assert "seterr" not in text


def test_lines_stay_where_they_are():
    text, _ = kept(["scale"])
    assert text.splitlines()[19] == SCRIPT.splitlines()[19] == "def scale(data, by=len(TABLE)):"


def test_what_is_under_main_is_of_a_main_alone():
    text, missing = kept(["Step"], main=False)
    assert not missing
    assert "LATE = 2" not in text
    assert kept(["LATE"], main=False)[1] == {"LATE"}


def test_what_shares_a_line_is_not_kept_with_it():
    text, _ = sliced("import os; os.nothing()\ndef f():\n    return os.sep\n", ["f"])
    assert "nothing" not in text
    space = {}
    exec(text, space)
    assert space["f"]()


def test_names_bound_in_blocks_loops_and_by_import():
    text, missing = sliced(SCRIPT, ["fast"])
    assert not missing
    assert "except ImportError" in text
    text, missing = sliced("for i in range(3):\n    last = i\nwith a as b: pass\n", ["last"])
    assert (text, missing) == ("for i in range(3):\n    last = i\n", set())


def test_what_nothing_defines_is_told():
    assert kept(["Step", "Gone", "np"])[1] == {"Gone"}


def test_other_text_is_refused():
    with pytest.raises(SyntaxError):
        sliced("def f(:", ["f"])
