"""Counts, lists, sizes and nearest names read as a person would write them."""

import ast
import shlex

import pytest

from loadstone.core.verdict import worst
from loadstone.core.words import as_argument, count, listed, nearest, size


@pytest.mark.parametrize(
    ("number", "text"), [(0, "0 bytes"), (1, "1 byte"), (134, "134 bytes"), (2113, "2.11 kB"),
                         (44_700_000, "44.7 MB"), (4_200_000_000, "4.2 GB"), (999_999, "1 MB"),
                         (5 * 10**15, "5,000 TB")],
)  # fmt: skip
def test_sizes(number, text):
    assert size(number) == text


def test_counts_and_lists():
    assert (count(1, "tensor"), count(1200, "tensor")) == ("1 tensor", "1,200 tensors")
    assert count(2, "witness", "witnesses") == "2 witnesses"
    assert listed(["a"]) == "`a`"
    assert listed(["a", "b", "c"]) == "`a`, `b` and `c`"
    assert listed(list("abcdef")) == "`a`, `b`, `c`, `d` and 2 more"


def test_the_nearest_names_come_first_and_are_at_most_four():
    assert nearest("simplenet", ["SimpleNet", "Other", "SimpleNetV2"])[0] == "SimpleNet"
    assert nearest("zzz", ["SimpleNet"]) == ()
    assert len(nearest("net", [f"net{n}" for n in range(9)])) == 4


@pytest.mark.parametrize(
    ("results", "expected"),
    [
        ([], "unproven"),
        (["identical"], "identical"),
        (["identical", "within tolerance"], "within tolerance"),
        (["identical", "unproven"], "unproven"),
        (["unproven", "differs", "identical"], "differs"),
    ],
)
def test_the_least_is_claimed(results, expected):
    assert worst(results) == expected


@pytest.mark.parametrize(
    ("call", "text"),
    [
        ("net:Net", "net:Net"),
        ("net:Net('a', 2)", "'net:Net(\"a\", 2)'"),
        ('net:Net("it\'s")', "'net:Net(\"it'\"'\"'s\")'"),
    ],
)
def test_a_call_as_a_shell_takes_it(call, text):
    assert as_argument(call) == text
    (word,) = shlex.split(text)
    assert ast.literal_eval(f"{word.partition('(')[2] or ')'}"[:-1] or "0") == ast.literal_eval(
        f"{call.partition('(')[2] or ')'}"[:-1] or "0"
    )
