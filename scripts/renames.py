"""Write `data/renames/` from the wheels of libraries, version by version, without installing any.

    python scripts/renames.py fetch FOLDER [LIBRARY …]   # download what renames_wheels.toml lists
    python scripts/renames.py write FOLDER               # the measured table

A module's source is parsed, never run. A class or function is at home where it is defined; where
it leaves one module and exactly one other gains it, it moved; where none has it, it was removed.
Of compiled modules, the names of types are read as they stand in the file.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import json
import re
import subprocess
import sys
import zipfile
from collections import Counter, defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "src"))

from loadstone.toml import loads  # noqa: E402 - needs the path above

TABLES = ROOT / "src" / "loadstone" / "data" / "renames"
LISTED = ROOT / "scripts" / "renames_wheels.toml"
PYTHONS = ("3.11", "3.8", "3.6", "3.13", "2.7")
LINUX = [f"manylinux_2_{n}_x86_64" for n in (28, 27, 24, 17, 12, 5)] + [
    f"manylinux{n}_x86_64" for n in ("2014", "2010", "1")
]
MACOS = [
    f"macosx_{version}_{kind}"
    for version in ("10_9", "10_10", "10_12", "10_13", "10_14", "10_15", "11_0", "12_0", "14_0")
    for kind in ("x86_64", "arm64", "universal2", "intel")
]
PLATFORMS = {"linux": LINUX, "macosx": MACOS, "win": ["win_amd64"]}
SKIP = re.compile(
    r"(^|/)(tests?|testing|_?conftest\.py|setup\.py|test_\w+\.py|benchmarks|examples)(/|$)"
)
# the library's own, what Cython adds to each module, and what no saved model holds
OWN = re.compile(
    r"^(test|Test|main$|_?check_|__|setup$|configuration$|Enum$)|(Error|Exception|Warning)$"
)
# modules that no saved model names, and stand-ins that say what is missing
NO_HOME = re.compile(
    r"(^|\.)(dummy_\w+|_graveyard|_?tests?|_?testing|\w+_tests?|integration_test|_?typing"
    r"|_?array_api\w*|distutils|f2py|_pyinstaller|cli|commands|app|gapi|legacy\.backend|_simd)(\.|$)"
)


@dataclass
class Module:
    """What a module has: what it defines, what else it names, and whether it makes names up."""

    defined: set[str] = field(default_factory=set)
    classes: set[str] = field(default_factory=set)
    named: set[str] = field(default_factory=set)
    stars: set[str] = field(default_factory=set)
    listed: set[str] | None = None  # `__all__`
    dynamic: bool = False
    compiled: bool = False


Version = dict[str, Module]


def fetch(folder: Path, only: list[str]) -> None:
    """Download the listed wheels that are not there, none of which is installed."""
    for library, entry in loads(LISTED.read_text("utf-8")).items():
        for version in entry["versions"] if not only or library in only else ():
            if wheel(folder, library, version) is None and not _download(
                folder, f"{library}=={version}", PLATFORMS[entry.get("platform", "linux")]
            ):
                print(f"no wheel of {library} {version}", flush=True)


def _download(folder: Path, wanted: str, platforms: list[str]) -> bool:
    command = [sys.executable, "-m", "pip", "-q", "download", "--no-deps", "--only-binary", ":all:"]
    command += ["-d", str(folder)] + [part for name in platforms for part in ("--platform", name)]
    return any(
        subprocess.run(
            [*command, "--python-version", python, wanted], check=False, capture_output=True
        ).returncode
        == 0
        for python in PYTHONS
    )


def wheel(folder: Path, library: str, version: str) -> Path | None:
    """Return the wheel of a version."""
    start = f"{library.replace('-', '_')}-{version}-"
    return next((p for p in sorted(folder.glob("*.whl")) if p.name.lower().startswith(start)), None)


def read(path: Path, packages: list[str]) -> Version:
    """Return the modules of a wheel; what was read is kept beside it."""
    kept = path.with_suffix(".names.json")
    if kept.exists():
        return {name: _module(held) for name, held in json.loads(kept.read_text()).items()}
    found: Version = {}
    with zipfile.ZipFile(path) as archive:
        for member in archive.namelist():
            name = re.sub(r"^[^/]+\.data/(purelib|platlib)/", "", member)
            if name.split("/")[0] not in packages or SKIP.search(name):
                continue
            bare = re.sub(r"(\.cpython[^/]*|\.cp3[^/]*|\.abi3)?\.(py|so|pyd)$", "", name)
            parts = bare.split("/")
            package = parts[-1] == "__init__"
            dotted = ".".join(parts[:-1] if package else parts)
            if name.endswith(".py") and dotted not in found:
                found[dotted] = _source(archive.read(member), dotted, package=package)
            elif name.endswith((".so", ".pyd")):
                found[dotted] = _compiled(archive.read(member), dotted)
    held = {
        name: {key: sorted(v) if isinstance(v, set) else v for key, v in vars(module).items()}
        for name, module in found.items()
    }
    kept.write_text(json.dumps(held))
    return found


def _homely(version: Version) -> Version:
    return {name: held for name, held in version.items() if not NO_HOME.search(name)}


def _module(held: dict) -> Module:
    return Module(**{k: set(v) if isinstance(v, list) else v for k, v in held.items()})


def _compiled(data: bytes, dotted: str) -> Module:
    types = re.findall(rb"(?<![\w.])" + re.escape(dotted.encode()) + rb"\.(\w+)\0", data)
    names = {name.decode() for name in types if not name.startswith(b"__")}
    return Module(names, set(names), compiled=True)


def _source(data: bytes, dotted: str, *, package: bool) -> Module:
    found = Module()
    try:
        tree = ast.parse(data)
    except (SyntaxError, ValueError):
        found.dynamic = True
        return found
    waiting: list[ast.stmt] = list(tree.body)
    while waiting:
        node = waiting.pop()
        for name in ("body", "orelse", "finalbody"):
            if isinstance(node, ast.If | ast.Try | ast.With) and not _unseen(node, name):
                waiting += getattr(node, name, [])
        if isinstance(node, ast.Try):
            waiting += [inner for handler in node.handlers for inner in handler.body]
        _statement(node, found, dotted, package=package)
    return found


def _unseen(node: ast.stmt, part: str) -> bool:
    """Whether a part of an `if` is for type checkers, and not there when it is imported."""
    if not isinstance(node, ast.If):
        return False
    test = ast.unparse(node.test)
    if part == "body":
        return test in ("TYPE_CHECKING", "typing.TYPE_CHECKING", "t.TYPE_CHECKING")
    return test in ("not TYPE_CHECKING", "not typing.TYPE_CHECKING")


def _statement(node: ast.stmt, found: Module, dotted: str, *, package: bool) -> None:
    if isinstance(node, ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        if node.name == "__getattr__":
            found.dynamic = True
        found.defined.add(node.name)
        if isinstance(node, ast.ClassDef):
            found.classes.add(node.name)
    elif isinstance(node, ast.ImportFrom):
        base = dotted.split(".")
        base = base[: len(base) - node.level + package] if node.level else []
        source = ".".join([*base, *([node.module] if node.module else [])])
        for alias in node.names:
            if alias.name == "*":
                found.stars.add(source)
            else:
                found.named.add(alias.asname or alias.name)
    elif isinstance(node, ast.Import):
        found.named |= {(alias.asname or alias.name).split(".")[0] for alias in node.names}
    elif isinstance(node, ast.Assign | ast.AnnAssign | ast.AugAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = {n.id for t in targets for n in ast.walk(t) if isinstance(n, ast.Name)}
        found.named |= names
        text = ast.unparse(targets[0])
        if "__all__" in names and node.value is not None:
            strings = {n.value for n in ast.walk(node.value) if isinstance(n, ast.Constant)}
            found.listed = (found.listed or set()) | {s for s in strings if isinstance(s, str)}
        if text.startswith(("sys.modules", "globals()")):
            found.dynamic = True
    elif isinstance(node, ast.Expr) and "globals()" in ast.unparse(node):
        found.dynamic = True


def has(version: Version, module: str, name: str, depth: int = 0) -> bool:
    """Whether `module.name` can be looked up; where it cannot be told, it can."""
    found = version.get(module)
    if found is None:
        return False
    if name in found.defined or name in found.named or f"{module}.{name}" in version:
        return True
    if found.dynamic:
        return found.listed is None or name in found.listed
    if found.compiled:
        return True
    for star in found.stars:
        if star not in version or (depth < 6 and has(version, star, name, depth + 1)):
            return True
    return False


def _surely(version: Version, module: str, name: str) -> bool:
    """Whether `module.name` is there; of a compiled module, only if its name stands in it."""
    found = version.get(module)
    if found is not None and found.compiled:
        return name in found.defined
    return has(version, module, name)


@dataclass(frozen=True)
class Move:
    """A name, or a module, that has another place: the versions that have each."""

    old: str
    new: str
    since: str  # the first that has the new place
    until: str  # the last that has the old one
    end: str  # the last that has the new one


def moves(versions: dict[str, Version]) -> dict[tuple[str, str], set[str]]:
    """Return module and name to where it went, one version after the other."""
    found: dict[tuple[str, str], set[str]] = defaultdict(set)
    for before, after in itertools.pairwise(versions):
        old, new = _homes(versions[before]), _homes(versions[after])
        for name, homes in old.items():
            for home in homes - new.get(name, set()):
                to = _to(home, name, homes, new.get(name, set()), versions[after])
                if to:
                    found[home, name].add(to)
    for _ in range(4):  # a name that moved twice is at its last place too
        for (home, name), places in list(found.items()):
            for place in list(places):
                found[home, name] |= found.get((place, name), set()) - {home}
    return found


def _homes(version: Version) -> dict[str, set[str]]:
    found: dict[str, set[str]] = defaultdict(set)
    for module, held in version.items():
        for name in _told(held):
            found[name].add(module)
    return found


def _told(held: Module) -> Iterator[str]:
    """Yield what a saved model may name: classes, public functions, types of compiled modules."""
    for name in held.defined:
        if OWN.search(name) or (held.compiled and not re.match("_*[A-Z]", name)):
            continue
        if name in held.classes or not name.startswith("_"):
            yield name


def _to(home: str, name: str, before: set[str], now: set[str], version: Version) -> str | None:
    gained = now - before
    if len(gained) > 1:
        last = home.rpartition(".")[2].strip("_")
        gained = {item for item in gained if item.rpartition(".")[2].strip("_") == last}
    if len(gained) == 1 and (len(before) == 1 or min(gained).startswith(home.rpartition(".")[0])):
        return min(gained)
    if not gained and len(now) == 1 and home in version and name in version[home].named:
        return min(now)  # two copies became one, and the old place imports it
    return None


def spans(versions: dict[str, Version], home: str, to: str, name: str) -> Move | None:
    """Return the move of a name with the versions that have each place."""
    new = [v for v in versions if _surely(versions[v], to, name)]
    old = [v for v in versions if has(versions[v], home, name)]
    if not new or not old or set(old) >= set(versions) <= set(new):
        return None
    first = next(v for v in versions if home in versions[v])
    if versions[first][home].compiled and not _surely(versions[first], home, name):
        return None  # the module is older than the name, and nobody can see into it
    return Move(f"{home}.{name}", f"{to}.{name}", new[0], old[-1], new[-1])


def removed(versions: dict[str, Version]) -> list[tuple[str, str]]:
    """Return the classes that no module has any more, and the last version that had each."""
    last = versions[list(versions)[-1]]
    homes = _homes(last)
    found: dict[str, str] = {}
    for version in versions.values():
        for module, held in version.items():
            for name in set(_told(held)) & held.classes - homes.keys():
                if not has(last, module, name):
                    old = [v for v in versions if has(versions[v], module, name)]
                    found[f"{module}.{name}"] = old[-1]
    return sorted(_by_module(found, versions))


def _by_module(found: dict[str, str], versions: dict[str, Version]) -> Iterator[tuple[str, str]]:
    """Tell the end of a module once, beside the classes of it that ended before it did."""
    ends = {name: last for name, last in found.items() if last != list(versions)[-1]}
    gone: dict[str, str] = {}
    for module in {path.rpartition(".")[0] for path in ends}:
        had = [v for v in versions if module in versions[v]]
        told = {f"{module}.{name}" for v in had for name in _told(versions[v][module])}
        below = any(n.startswith(f"{module}.") for v in versions.values() for n in v)
        if not below and had[-1] != list(versions)[-1] and told <= ends.keys():
            gone[module] = had[-1]
    for path, last in ends.items():
        if gone.get(path.rpartition(".")[0]) != last:
            yield path, last
    yield from gone.items()


def compact(found: list[Move], versions: dict[str, Version]) -> list[Move]:
    """Tell the move of a module once, beside each name of it for which that would be untrue."""
    by_module: dict[str, list[Move]] = defaultdict(list)
    for move in found:
        by_module[move.old.rpartition(".")[0]].append(move)
    table: list[Move] = []
    for module, held in by_module.items():
        whole = _whole(module, held, versions)
        named = {move.old for move in held}
        table += [m for m in held if whole is None or _of_module(m) != whole]
        if whole is not None:
            table += [whole, *_others(whole, named, versions)]
    return table


def _of_module(move: Move) -> Move:
    old, new = (path.rpartition(".")[0] for path in (move.old, move.new))
    return Move(old, new, move.since, move.until, move.end)


def _whole(module: str, held: list[Move], versions: dict[str, Version]) -> Move | None:
    if any(module in version and version[module].compiled for version in versions.values()):
        return None  # nobody can see whether another name is in a compiled module
    order = list(versions)
    counts = Counter(map(_of_module, held))
    first = max(counts, key=lambda move: (counts[move], order.index(move.end), move.new))
    count = counts[first]
    packages = (f"{module}.", f"{first.new}.")
    if any(name.startswith(packages) for version in versions.values() for name in version):
        return None  # what is told of a package would be told of all that is below it
    names = max(len(set(_told(v[module]))) for v in versions.values() if module in v)
    return first if count * 2 >= names or (count >= 3 and count * 3 >= names) else None


def _others(whole: Move, named: set[str], versions: dict[str, Version]) -> Iterator[Move]:
    """Yield the names that both places have had, with versions that are not the module's."""
    names = {n for v in versions.values() if whole.old in v for n in _told(v[whole.old])}
    for name in sorted(names):
        move = spans(versions, whole.old, whole.new, name)
        if move and f"{whole.old}.{name}" not in named and _of_module(move) != whole:
            yield move


def _told_of(
    library: str, versions: dict[str, Version], *, functions: bool
) -> dict[str, list[list[str]]]:
    found = [
        move
        for (home, name), places in moves(versions).items()
        for place in places
        if (functions or re.match("_*[A-Z]", name)) and (move := spans(versions, home, place, name))
    ]
    table = sorted(set(compact(found, versions)), key=lambda m: (m.old, m.new))
    gone = removed(versions)
    print(f"{library}: {len(versions)} versions, {len(table)} moved, {len(gone)} removed")
    return {
        "moved": [[m.old, m.new, m.since, m.until, m.end] for m in table],
        "removed": [list(item) for item in gone],
    }


def write(folder: Path, only: list[str]) -> None:
    """Write the tables of the libraries that are named, or of all, a row a line."""
    TABLES.mkdir(exist_ok=True)
    for library, entry in loads(LISTED.read_text("utf-8")).items():
        if only and library not in only:
            continue
        wheels = {v: wheel(folder, library, v) for v in entry["versions"]}
        versions = {v: _homely(read(p, entry["packages"])) for v, p in wheels.items() if p}
        if len(versions) > 1:
            told = _told_of(library, versions, functions=entry.get("functions", False))
            for package in entry["packages"]:
                keep(package, library, list(versions), told)


def keep(package: str, library: str, versions: list[str], told: dict[str, list[list[str]]]) -> None:
    """Write the table of one package, where anything moved below it."""
    below = {
        kind: [row for row in rows if row[0].partition(".")[0] == package]
        for kind, rows in told.items()
    }
    file = TABLES / f"{package}.json"
    if not any(below.values()):
        file.unlink(missing_ok=True)
        return
    rows = "".join(f",\n{json.dumps(kind)}: [{_rows(found)}]" for kind, found in below.items())
    first = f'"library": {json.dumps(library)},\n"versions": {json.dumps(versions)}'
    file.write_text(f"{{\n{first}{rows}\n}}\n", "utf-8")


def _rows(rows: list[list[str]]) -> str:
    return ",".join(f"\n  {json.dumps(row)}" for row in rows) + ("\n " if rows else "")


def main() -> int:
    """Do what the command line says."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("do", choices=("fetch", "write"))
    parser.add_argument("folder", type=Path)
    parser.add_argument("only", nargs="*")
    given = parser.parse_args()
    (fetch if given.do == "fetch" else write)(given.folder, given.only)
    return 0


if __name__ == "__main__":
    sys.exit(main())
