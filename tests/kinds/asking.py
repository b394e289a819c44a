"""Two processes that answer: one with functions as they are, one with what was captured of them."""

import contextlib
import os
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import numpy as np
from hypothesis import HealthCheck, settings

HERE = Path(__file__).parent
SRC = HERE.parents[1] / "src"
sys.path.append(str(HERE.parent / "worlds"))  # where `build` is
SETTINGS = settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
QUIET = {"TF_CPP_MIN_LOG_LEVEL": "3", "KERAS_BACKEND": "torch"}


class Answering:
    """A process that is asked what a function makes of an input."""

    def __init__(self, python, path, place, *given, **variables):
        self.log = (place / "stderr").open("w+")
        self.process = subprocess.Popen(
            [python, place / "answering.py", *given],
            cwd=place,
            env={**os.environ, **QUIET, **variables, "PYTHONPATH": str(path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self.log,
        )
        self.names = self._answer()

    def _answer(self):
        try:
            return pickle.load(self.process.stdout)
        except (EOFError, pickle.UnpicklingError):
            self.close()
            raise AssertionError(Path(self.log.name).read_text()) from None

    def ask(self, name, given):
        """Return what a function makes of an input."""
        pickle.dump((name, given), self.process.stdin, 4)
        self.process.stdin.flush()
        answer = self._answer()
        self._answer()
        return answer

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


@contextlib.contextmanager
def both(kinds, root, *, saves=sys.executable, loads=sys.executable, **variables):
    """Yield what asks both processes; the second has nothing of the first but what was captured."""
    project, elsewhere, out = (root / name for name in ("project", "elsewhere", "out"))
    for place in (project, elsewhere, out):
        place.mkdir()
        shutil.copy(HERE / "answering.py", place) if place != out else None
    shutil.copy(HERE / kinds, project)
    shutil.copytree(SRC / "loadstone" / "runtime", elsewhere / "runtime")
    with contextlib.ExitStack() as ends:
        before = Answering(saves, SRC, project, project / kinds, out, **variables)
        ends.callback(before.close)
        for path in project.iterdir():
            path.unlink() if path.name != "stderr" else None
        now = Answering(loads, elsewhere, elsewhere, out, **variables)
        ends.callback(now.close)
        assert now.names == before.names
        asked, answered = set(), set()

        def ask(name, given):
            asked.add(name)
            answer = before.ask(name, given)
            if not (isinstance(answer, tuple) and answer[:1] == ("raised",)):
                answered.add(name)
            return answer, now.ask(name, given)

        yield ask
        assert answered == asked  # each has answered at least once


def same(pair):
    """Compare two answers to the bit; what a function raises, too."""
    one, other = pair
    assert type(one) is type(other)
    if isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    elif isinstance(one, dict):
        assert list(one) == list(other)
        for name, value in one.items():
            same((value, other[name]))
    elif isinstance(one, (list, tuple)):
        assert len(one) == len(other)
        for items in zip(one, other, strict=True):
            same(items)
    else:
        assert one == other or (one != one and other != other)  # noqa: PLR0124 - nan
