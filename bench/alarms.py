"""What the audited table says of genuine pickles, library by library.

    python bench/alarms.py FOLDER … [--manifest OUT.json]

The files are those of `genuine_pickles.py` and the modules whose names begin likewise, made in
environments that the table was not written from. An alarm is a verdict of `yes` or `unknown`. It is
right, and is not counted, where the file holds code, text or another pickle that opening it runs:
that is so where it calls one of `RUNS`; and where all that is called beside belongs to the script
that wrote it, to `__main__`.
"""

import argparse
import collections
import hashlib
import json
import sys
from pathlib import Path

sys.path.pop(0)  # `inspect.py` stands beside this file

from loadstone import readers
from loadstone.core.facts import Artifact

# what runs what a file holds, and how; a dot at the end stands for all that is below
RUNS = {
    "Bio.Align.substitution_matrices.Array.__new__": "unpickles bytes that it holds",
    "dill._dill._create_code": "makes functions of bytecode",
    "dill._dill._create_function": "makes functions of bytecode",
    "dill._dill._eval_repr": "evaluates a text",
    "dill._dill._getattr": "evaluates a text",
    "cloudpickle.cloudpickle._make_function": "makes functions of bytecode",
    "cloudpickle.cloudpickle._make_skeleton_class": "makes classes of such functions",
    "numba.core.serialize._unpickle__CustomPickled": "unpickles bytes that it holds",
    "lmfit.parameter.Parameter with arguments that are not audited": "evaluates a text",
    "pycaret.internal.memory.FastMemory": "deletes what is old in a folder that it names",
    "skorch.": "unpickles bytes that it holds with `torch.load`",
    "statsmodels.base.data.PandasData with arguments that are not audited": "evaluates a formula",
    "sympy.": "evaluates a text",
    "tsfresh.feature_extraction.settings.": "unpickles bytes that it holds",
    "torch.fx.graph_module.reduce_graph_module": "compiles the code of a module that it holds",
    "torch_geometric.nn.conv.": "writes a module from what it holds, and imports it",
}
PER_LIBRARY = 80  # so that a library with hundreds of estimators does not drown the others


def main() -> int:
    """Print the table, and return 1 where more than one file in a hundred alarms."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--manifest", type=Path)
    given = parser.parse_args()
    rows = []
    for folder in given.folders:
        for path in sorted(folder.iterdir()):
            found = readers.read(path)
            rows.append(
                {
                    "world": folder.name,
                    "library": path.name.split("-")[0].removesuffix("_all"),
                    "file": path.name,
                    "sha256": _digest(path),
                    "format": found.format,
                    "says": found.opening_runs_code,
                    "calls": list(found.calls[:3]),
                    "own": bool(found.calls) and all(map(_is_own, found.calls)),
                    "runs": sorted({*map(_runs, found.calls), *_native(found)} - {""}),
                }
            )
    kept = [row for rows in _by_library(rows).values() for row in _spread(rows)]
    for library, held in _by_library(kept).items():
        words = collections.Counter(row["says"] for row in held)
        print(f"{library:20} {len(held):4}  {dict(words)}")
    loud = [row for row in kept if row["says"] not in ("no", "library")]
    alarms = [row for row in loud if not row["runs"] and not row["own"]]
    owned = [row for row in loud if row["own"] and not row["runs"]]
    print(f"{len(owned)} files told of rightly: opening one calls a class of the script's own")
    ways = collections.Counter(", ".join(map(str, row["runs"])) for row in loud if row["runs"])
    for way, count in sorted(ways.items()):
        print(f"{count} files told of rightly: opening one {way}")
    for row in alarms:
        print("alarm:", row["world"], row["file"], row["says"], *row["calls"])
    print(f"{len(kept)} of {len(rows)} files, {len(_by_library(kept))} libraries: ", end="")
    print(f"{len(alarms)} alarms, {len(alarms) / len(kept):.1%}")
    if given.manifest:
        given.manifest.write_text(json.dumps(kept, indent=0) + "\n", "utf-8")
    return int(len(alarms) > len(kept) / 100)


def _digest(path: Path) -> str:
    """Return the digest of a file, or of those of a folder."""
    files = sorted(p for p in path.rglob("*") if p.is_file()) if path.is_dir() else [path]
    found = hashlib.sha256()
    for file in files:
        found.update(file.read_bytes())
    return found.hexdigest()[:16]


def _is_own(call: str) -> bool:
    """Return whether a call is of what the script that wrote the file defines."""
    return call.startswith("__main__.")


def _runs(call: str) -> str:
    """Return how a call runs what the file holds, or nothing where it does not."""
    found = (
        how
        for name, how in RUNS.items()
        if call == name or (name[-1] == "." and call.startswith(name))
    )
    return next(found, "")


def _native(found: Artifact) -> list[str]:
    """Return what only compiled code reads, which is said in these words."""
    return [item.why for item in found.disagreements if item.kind == "native"]


def _by_library(rows: list[dict[str, object]]) -> dict[str, list[dict[str, object]]]:
    found: dict[str, list[dict[str, object]]] = {}
    for row in rows:
        found.setdefault(str(row["library"]), []).append(row)
    return dict(sorted(found.items()))


def _spread(rows: list[dict[str, object]]) -> list[dict[str, object]]:
    step = max(1, -(-len(rows) // PER_LIBRARY))
    return rows[::step]


if __name__ == "__main__":
    sys.exit(main())
