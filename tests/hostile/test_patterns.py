"""No pattern takes the square of what it is given: each is tried on texts made from itself."""

import re
import time
from pathlib import Path

import pytest
from pumped import attacks, patterns

import loadstone
from loadstone.causes import LONGEST, causes

HOUSE = Path(loadstone.__file__).parent
READ = (
    "readers/*.py",
    "runtime/*.py",
    "checks/**/*.py",
    "environment/infer.py",
    "environment/code.py",
    "causes.py",
)
FOUND = [item for glob in READ for file in sorted(HOUSE.glob(glob)) for item in patterns(file)]
LENGTH = 16_000
SECONDS = 0.1  # of processor time; what takes the square of 16,000 letters takes more
BOUNDED = {  # what these are given is never longer; the number stands in the module
    "tf_graph._VERSION": 100,
    "_text_kinds._NUMBER": 200,
    "_text_kinds._PYTHON": 200,
    "_text_kinds._REQUIREMENT": 200,
    "_xml:40": 4096,  # the head of a file
    "_literal._TOKEN": 16_000,
}


def worst(pattern, use, length):
    """Return the longest time that one text took, and the text."""
    found = (0.0, "")
    for text in attacks(pattern, length):
        start = time.process_time()
        if use == "search":
            for _ in pattern.finditer(text):
                pass
        else:
            getattr(pattern, use)(text)
        found = max(found, (time.process_time() - start, text[:40]), key=lambda pair: pair[0])
        if found[0] > SECONDS:
            break
    return found


def test_patterns_are_found():
    names = {item.name for item in FOUND}
    assert len(names) > 80
    assert set(BOUNDED) <= names
    assert {"torchscript._CLASS", "_yaml._KEY", "savedmodel._OP"} <= names


@pytest.mark.parametrize("item", FOUND, ids=lambda item: item.name)
def test_no_pattern_of_what_reads_takes_the_square(item):
    for use in item.uses:
        taken, text = worst(item.pattern, use, BOUNDED.get(item.name, LENGTH))
        assert taken < SECONDS, (use, text)


def test_no_pattern_of_errors_takes_the_square():
    slow = {}
    for cause in causes():
        taken, text = worst(re.compile(cause.pattern), "search", LONGEST)
        if taken >= SECONDS:
            slow[cause.pattern] = (taken, text)
    assert not slow


@pytest.mark.parametrize("pattern", [r"^\s+op: ", r'"((?:[^"\\]|\\.)*)"', r"a\s*b?\s*c$"])
def test_one_that_does_is_told(pattern):
    assert worst(re.compile(pattern, re.MULTILINE), "search", LENGTH)[0] > SECONDS
