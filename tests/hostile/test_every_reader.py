"""Every reader, on real files that were changed a little: well-typed facts, in time."""

import sys
import tempfile
from pathlib import Path

import pytest
import seeds
import watched
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from loadstone import readers

PACKAGE = Path(readers.__file__).parent
READERS = {path.stem for path in PACKAGE.glob("[a-z]*.py")} - {"store"}  # it reads what these read
SECONDS = 2


def look(case):
    """Do with a case what a user of its facts does, and return the processor time of reading it."""
    with tempfile.TemporaryDirectory() as folder:
        path = str(case.write(Path(folder)))
        trace, begin, read = sys.gettrace(), watched.took()[0], []
        sys.settrace(None)
        try:
            watched.look(path, read)
        finally:
            sys.settrace(trace)
        return read[0] - begin


def test_every_reader_has_seeds():
    assert set(seeds.SEEDS) == READERS


@pytest.mark.parametrize("name", sorted(READERS))
def test_the_seeds_of_a_reader_are_its_own(name):
    ran = set()
    sys.setprofile(lambda frame, event, _: event == "call" and ran.add(frame.f_code))
    try:
        for case in seeds.SEEDS[name]():
            look(case)
    finally:
        sys.setprofile(None)
    module = str(PACKAGE / f"{name}.py")
    assert any(
        code.co_filename == module and code.co_name.startswith(("read", "around")) for code in ran
    )


@pytest.mark.parametrize("name", sorted(READERS))
@settings(
    max_examples=60,
    deadline=None,
    suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
)
@given(data=st.data())
def test_changed_files_give_well_typed_facts(name, data):
    case = data.draw(st.sampled_from(cases(name)))
    for _ in range(data.draw(st.integers(1, 3))):
        case = seeds.change(case, lambda n: data.draw(st.integers(0, n - 1)), altered(data))
    assert look(case) < SECONDS


KEPT: dict[str, list[seeds.Case]] = {}


def cases(name):
    if name not in KEPT:
        KEPT[name] = seeds.SEEDS[name]()
    return KEPT[name]


def altered(data):
    """Return a function of bytes that cuts, changes, repeats or adds some."""

    def alter(given):
        at = data.draw(st.integers(0, len(given)))
        much = data.draw(st.integers(0, 40))
        new = data.draw(
            st.binary(max_size=8)
            | st.sampled_from(
                [b"\xff" * 4, b"\0" * 8, b"\xff" * 7 + b"\x7f", given[at : at + much]]
            )
        )
        cut = data.draw(st.sampled_from([0, len(new), much, len(given)]))
        return given[:at] + new + given[at + cut :]

    return alter
