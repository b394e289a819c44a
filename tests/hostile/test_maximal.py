"""As much of one thing as a file can hold: every reader ends in time and in memory, at any size."""

import shutil
import tempfile
from pathlib import Path

import maximal
import pytest
import seeds

SECONDS, MB = 2, 200
BIG, SMALL = 4, 2  # ways that are tried of each reader; `python maximal.py` tries them all
FOUND = {  # what took too much once
    "bundle": ("at forms.0.weights", "at signature.inputs.0"),
    "lightgbm": ("categories.txt: words of line 9",),
}


def chosen(reader):
    """Return some ways with a size in megabytes, and those that were too much once."""
    ways = maximal.every(reader)
    yield from ((16, way) for way in ways[:BIG])
    yield from ((1, way) for way in ways[BIG : BIG + SMALL])
    for part in FOUND.get(reader, ()):
        yield 16, next(way for way in ways if part in way[0])


@pytest.mark.parametrize("reader", sorted(seeds.SEEDS))
def test_as_much_as_fits(reader, ask):
    for size, (label, make) in chosen(reader):
        root = Path(tempfile.mkdtemp(prefix="maximal", dir=maximal.MEMORY))
        try:
            found = ask(make(size << 20).write(root))
        finally:
            shutil.rmtree(root)
        assert not found["outcome"].startswith(("RAISED", "DIED")), (label, found)
        assert found["did"] == [], label
        assert found["seconds"] < SECONDS, (label, found)
        assert found["mb"] < MB, (label, found)
