"""Every figure that Loadstone claims, each beside its peer in one run.

`python -m bench [SUBJECT …] [--quick] [--json FILE]`, from the root of the repository. `--quick`
takes small inputs and one round: it shows that the benchmarks run, not how fast anything is.
"""

from __future__ import annotations

import argparse
import json
import multiprocessing
import os
import platform
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

from bench._measure import subject

SUBJECTS = (
    "inspect",
    "imports",
    "load",
    "predict",
    "pickles",
    "environment",
    "matching",
    "fix",
    "tensorflow",
)


def main() -> None:
    """Run the subjects, print their tables, write them as JSON."""
    parser = argparse.ArgumentParser(prog="python -m bench", description=__doc__.splitlines()[0])
    parser.add_argument("subjects", nargs="*", metavar="SUBJECT", help=", ".join(SUBJECTS))
    parser.add_argument("--quick", action="store_true", help="small inputs, one round")
    parser.add_argument("--json", metavar="FILE", help="write the tables there too")
    asked = parser.parse_args()
    unknown = [name for name in asked.subjects if name not in SUBJECTS]
    if unknown:
        parser.error(f"no subject `{unknown[0]}`; there are {', '.join(SUBJECTS)}")
    print(f"Python {platform.python_version()}, {os.cpu_count()} CPUs, {platform.system()}")
    tables: list[dict[str, Any]] = []
    context = multiprocessing.get_context("spawn")
    for name in asked.subjects or SUBJECTS:
        # A child counts its parent's memory at the start as its own peak: no subject inherits
        # what another one imported.
        with ProcessPoolExecutor(1, mp_context=context) as pool:
            tables += pool.submit(subject, name, quick=asked.quick).result()
    if asked.json:
        Path(asked.json).write_text(json.dumps(tables, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
