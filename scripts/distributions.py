"""Compare `distributions.toml` with what is installed: `--write` adds the import names it lacks.

Run it with the Python of an environment that has the libraries, or give folders of packages:

    python scripts/distributions.py [--write] [SITE_PACKAGES …]

A name that several distributions bring, or that a project may well use itself, is left out.
"""

from __future__ import annotations

import argparse
import re
import sys
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from loadstone.environment.distributions import distributions  # noqa: E402 - needs the path above

TABLE = ROOT / "src" / "loadstone" / "data" / "distributions.toml"
HEADER = """\
# Import name to the distribution on PyPI that brings it; `scripts/distributions.py` adds and
# compares by installed metadata. A name that a project may well use itself is not here.

[distributions]
"""
OWN = re.compile(
    r"_.*|.*__.*|tests?|docs?|examples?|benchmarks?|scripts|src|utils?|models?|data|tools|samples"
    r"|common|config|core|bin|build|setup|conftest|testing|ci|app|train|main|notebooks|loadstone"
)


def installed(folders: list[str]) -> dict[str, str]:
    """Return import name to distribution, for names that exactly one distribution brings."""
    found: dict[str, set[str]] = {}
    for item in metadata.distributions(path=folders or sys.path):
        name = re.sub(r"[-_.]+", "-", item.metadata["Name"] or "").lower()
        for file in item.files or ():
            top, _, rest = str(file).partition("/")
            module = top.removesuffix(".py") if not rest and top.endswith(".py") else top
            package = rest == "__init__.py" or module != top
            if name and package and module.isidentifier() and not OWN.fullmatch(module):
                found.setdefault(module, set()).add(name)
    return {module: min(names) for module, names in found.items() if len(names) == 1}


def main() -> int:
    """Print what differs; exit with 1 where an installed distribution contradicts the table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="*")
    parser.add_argument("--write", action="store_true")
    given = parser.parse_args()
    known = dict(distributions())
    here = installed(given.folders)
    differ = {name for name, item in here.items() if known.get(name, item) != item}
    for name in sorted(differ):
        print(f"{name}: {known[name]} in the table, {here[name]} here")
    new = {name: item for name, item in here.items() if name not in known}
    if given.write:
        lines = (f'{name} = "{item}"\n' for name, item in sorted((known | new).items()))
        TABLE.write_text(HEADER + "".join(lines), "utf-8")
    print(f"{len(new)} {'added' if given.write else 'not in the table'}")
    return 1 if differ else 0


if __name__ == "__main__":
    sys.exit(main())
