"""Make models that are saved with the libraries of daily work, and what is saved beside them.

    python bench/genuine_models.py OUT SUBJECT [library …]

The recipes were written before anyone looked at the audited table, for models as they are fitted
and saved by the usual call. On 2026-11-27 `alarms.py` told of 44 of 734 files and folders of 80
libraries: 21 rightly, and 23 (3.1 %) were alarms. What they showed was mended where reading the
libraries allowed it: of the same files 11 (1.5 %) are left.

SUBJECT is how the name of a module with recipes ends: `tables`, `nets`, `everyday` … Runs on Python
3.8 and later.
"""

# it runs in throw-away environments, and is no API

import contextlib
import importlib.util
import io
import itertools
import pickle
import shutil
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file
try:
    import joblib
except ImportError:  # where only Keras is
    joblib = None


def _pickled(protocol: int) -> object:
    return lambda made, path: Path(path).write_bytes(pickle.dumps(made, protocol))


def _by_joblib(compress: object) -> object:
    return lambda made, path: joblib.dump(made, path, compress=compress)


_PICKLED = [_pickled(5), _pickled(4), _pickled(2), _pickled(3)]
_BY_JOBLIB = [_by_joblib(how) for how in (0, 3, ("lzma", 3), ("gzip", 3))]


def main() -> None:
    """Save every model, one way after another, and tell of those that are not made here."""
    out, subject, *libraries = sys.argv[1:]
    out = Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    spec = importlib.util.spec_from_file_location(
        subject, Path(__file__).with_name(f"genuine_models_{subject}.py")
    )
    recipes = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(recipes)
    both = [way[number] for number in range(4) for way in (_PICKLED, _BY_JOBLIB)]
    ways = itertools.cycle(both if joblib else _PICKLED)
    made = 0
    for library, (imports, lines) in recipes.RECIPES.items():
        if libraries and library not in libraries:
            continue
        for number, line in enumerate(filter(None, lines.splitlines())):
            path = str(out / f"{library.replace('-', '_')}-{number:03d}")
            space = {"__name__": "__main__", "PATH": path}
            try:
                with contextlib.redirect_stdout(io.StringIO()):
                    exec(recipes.DATA + imports, space)
                    if "PATH" in line:
                        exec(line, space)
                    elif (given := eval(line, space)) is not None:
                        next(ways)(given, path)
            except Exception as why:  # noqa: BLE001 - a library that cannot make it here is told
                for part in out.glob(Path(path).name + "*"):  # what it had begun
                    shutil.rmtree(part) if part.is_dir() else part.unlink()
                print(library, line, repr(why)[:200], file=sys.stderr)
            else:
                made += 1
    print(f"{made} made")


if __name__ == "__main__":
    main()
