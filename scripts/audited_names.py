"""Write the names of the audited table from what `audited_sets.py` collected.

    python scripts/audited_names.py WORK [--anew] [--reconsider LIBRARY …] [--against]

A class is taken where making it by NEWOBJ and filling it by BUILD runs no Python of its own, by
what the interpreter itself would look up: `__new__` is a builtin's, and there is no
`__setstate__`, `__setattr__`, `__getattr__`, `__getattribute__` or `__del__` but those of
`audited_hooks.toml`, each of which was read in its source. An enumeration is taken to be called
with a value, where it has no `_missing_` of its own. A function is taken to be named, never to be
called, and only where it is a ufunc or stands in `audited_hooks.toml`, and neither its name nor its
text says that it opens, imports, sends or runs something. What one version of a library does not
allow is not allowed. What the table holds of versions that are not read again stays, but for what
it refuses of libraries that are reconsidered, since their hooks were read: then no other is
written.
"""

import argparse
import collections
import json
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import audited_forms
import audited_texts
import tomllib

Held = dict[str, Any]  # what `audited_collect.py` tells of a package or of a class
Hooks = dict[str, str]  # a method to the condition of its state, or to its text

HERE = Path(__file__).parent
NAMES = HERE.parent / "src/loadstone/runtime/names"
FILLED = "sklearn.base.BaseEstimator.__setstate__"  # it reads nothing of the object
# functions that are named for what they open, import, send or run; their bodies may hand that on
LOUD = re.compile(
    r"__|(^|_)(open|import|exec|download|upload|fetch|loads?|saves?|dumps?|reads?|writes?|delete"
    r"|unlink|mkdir|makedirs|rmtree|unpickle|pickle|requests?|connect|shell|bash|main|cli|compile"
    r"|system|popen|spawn|subprocess|urlopen|savefig|exports?)(_|$)|^_?(run|call|eval|invoke)_|^eval$"
)
# methods that are not kept either: whoever calls one later would run, send or delete something
KEPT_LOUD = re.compile(
    LOUD.pattern + r"|(^|_)(m?deleted?|removes?|clear|prune|runs?|irun|execute|executable|executing"
    r"|subprocess|install|settrace|sigterm|slurm|prefetch|fetch(many|one)?|write[a-z]*|beuls?|xmlrpc"
    r"|shutdown|exit|mpi|pbs|openmx|cmdstan|chat|invoke|stream|call|callback|reset|lazy)(_|$)|handler"
)
ORDER = "rcnbiskfp@"  # refused, call, new, build, items, slots, key, fields, private, conditions


def main() -> int:
    """Write a file for each library."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("work", type=Path)
    parser.add_argument("--anew", action="store_true", help="forget what the table holds")
    parser.add_argument("--reconsider", nargs="+", default=(), help="judge its refusals anew")
    parser.add_argument("--against", action="store_true", help="print what keeps classes out")
    given = parser.parse_args()
    return write(given.work, against=given.against, anew=given.anew, reconsidered=given.reconsider)


def write(
    work: Path, *, against: bool = False, anew: bool = False, reconsidered: Sequence[str] = ()
) -> int:
    """Judge what stands in a folder, and write the table or what keeps classes out."""
    policy = tomllib.loads((HERE / "audited_hooks.toml").read_text("utf-8"))
    hooks = {
        name: held.get("state", "") for held in policy["hook"] for name in held["names"].split()
    }
    told = [json.loads(path.read_text("utf-8")) for path in sorted(work.glob("*/*.json"))]
    if against:
        return _against(told + _from_texts(work), hooks)
    functions = tuple(policy["functions"]["names"].split())
    texts = _from_texts(work)
    read = {one["package"] for one in texts}
    for one in told:
        if one["package"] in read:  # whether a function is loud stands in its text only
            one["functions"] = {}
    imported = _merged(told, hooks, functions)
    merged = dict(imported)
    for key, uses in _merged(texts, hooks, functions).items():
        merged[key] = _beside(merged[key], uses) if key in merged else uses
    told += texts
    for dotted in policy["keys"]["names"].split():
        merged.get(tuple(dotted.rpartition(".")[::2]), set()).add("key")
    for dotted in policy["items"]["names"].split():
        uses = merged.get(tuple(dotted.rpartition(".")[::2]), set())
        if "new" in uses:
            uses.add("items")
    kept, versions = ({}, {}) if anew else _table()
    for key, uses in kept.items():
        if "refused" in uses and key[0].partition(".")[0] in reconsidered:
            continue
        set_there = imported.get(key) and "slots" in uses and "slots" not in imported[key]
        known = _both(uses, imported[key]) if set_there else uses  # a setter that others lacked
        merged[key] = _beside(known, merged[key]) if key in merged else known
    for one in told:
        versions.setdefault(one["package"], set()).add(one["version"])
    held = {
        key: uses
        for key, uses in merged.items()
        if uses != {"refused"} and (uses or ".".join(key) in functions or not LOUD.search(key[1]))
    }
    _write(held, versions, only=reconsidered)
    return 0


def _table() -> tuple[dict[tuple[str, str], set[str]], dict[str, set[str]]]:
    """Return the names that the table holds, and the versions that they were read from."""
    names: dict[tuple[str, str], set[str]] = {}
    versions: dict[str, set[str]] = {}
    for path in NAMES.glob("*.txt"):
        first, *lines = path.read_text("ascii").splitlines()
        versions[path.stem] = set(first.split()[2:])
        for line in lines:
            module, uses, held = line.split("|")
            names.update({(module, name): set(uses.split()) for name in held.split()})
    return names, versions


def _from_texts(work: Path) -> list[Held]:
    """Return what the texts of packages tell, each version of them for itself."""
    read = [json.loads(path.read_text("utf-8")) for path in sorted(work.glob("texts@*.json"))]
    modules: dict[str, list[Held]] = collections.defaultdict(list)
    for world in read:
        for held in world.values():
            for name in [
                name for name in held if audited_texts.READ.intersection(name.split(".")[1:])
            ]:
                del held[name]  # it was read before that was known
            for name, told in held.items():
                if name != "version" and told not in modules[name]:
                    modules[name].append(told)
    texts = audited_texts.Texts(modules)
    return [
        audited_texts.tell(texts, package, held.pop("version"), held)
        for world in read
        for package, held in world.items()
        if len(held) > 1
    ]


def _merged(
    told: list[Held], hooks: Hooks, functions: tuple[str, ...]
) -> dict[tuple[str, str], set[str]]:
    """Return what all versions allow."""
    merged: dict[tuple[str, str], set[str]] = {}
    for one in told:
        for key, uses in _uses(one, hooks, functions).items():
            merged[key] = _both(merged[key], uses) if key in merged else uses
    return merged


def _beside(imported: set[str], read: set[str]) -> set[str]:
    """Return what an import tells, which knows more of slots and keys than the text does."""
    if {"refused", "class"} & (imported | read):
        return _both(imported, read)
    told = {use for use in read if use.startswith("@")}
    return imported | told | (read & {"fields"} if "key" not in imported else set())


def _uses(told: Held, hooks: Hooks, functions: tuple[str, ...]) -> dict[tuple[str, str], set[str]]:
    """Yield module and name of what one version of a library holds, and how it may be used."""
    found: dict[tuple[str, str], set[str]] = {}
    for module, classes in told["classes"].items():
        for name, held in classes.items():
            if _is_own(module, told["package"]):
                found[module, name] = _class(held, hooks, told.get("sources", {}))
                if "new" in found[module, name]:
                    kept = [one for one in held.get("methods", ()) if _is_kept(one)]
                    found.update({(module, f"{name}.{method}"): {"method"} for method in kept})
    found.update(_functions(told, functions))
    for module, names in told.get("cython", {}).items():
        for name in names:
            if _is_own(module, told["package"]):
                found[module, "__pyx_unpickle_" + name] = {"call", "build", "@cython"}
                if "new" not in found.get((module, name), set()):
                    found[module, name] = set()
    return found


def _is_kept(method: str) -> bool:
    """Whether objects may hold a method by its name; a hook of gpytorch's looks at shapes only."""
    return method == "_load_state_hook_ignore_shapes" or not KEPT_LOUD.search(method)


def _functions(told: Held, functions: tuple[str, ...]) -> dict[tuple[str, str], set[str]]:
    """Return the functions that may be named; those that open something are refused."""
    found: dict[tuple[str, str], set[str]] = {}
    prefixes = tuple(name for name in functions if name.endswith("."))
    for module, names in told["functions"].items():
        for name in names:
            dotted = f"{module}.{name}"
            if dotted in functions or dotted.startswith(prefixes):
                found[module, name] = set()
    for module, names in told.get("loud", {}).items():
        found.update({(module, name): {"refused"} for name in names})
    for module, names in told["ufuncs"].items():
        found.update({(module, name): set() for name in names})
    return {key: uses for key, uses in found.items() if _is_own(key[0], told["package"])}


def _is_own(module: str, package: str) -> bool:
    return module == package or module.startswith(package + ".")


def _class(held: Held, hooks: Hooks, sources: Hooks) -> set[str]:
    if held["kind"] == "unfollowed":
        return {"class"}
    if not all(
        _is_known(hook, held, hooks, sources) or _is_quiet(hook, held, hooks, sources)
        for hook in held["hooks"]
    ):
        return {"refused", "class"}
    keys = {"": {"key"}, "fields": {"fields"}, "own": set()}[held["keys"]]
    if held["kind"] == "enum":
        return {"call", *keys}
    uses = {"new", "build", *keys}
    uses |= {
        "@" + hooks[hook] for hook in [*held["hooks"], *held.get("below", ())] if hooks.get(hook)
    }
    uses |= {"items"} if held["items"] else set()
    own = any(hook.endswith(".__new__") for hook in held["hooks"])  # it may compute
    uses |= {"named"} if held.get("named") and not own else set()
    if any(hook.endswith("setattr__") and hook not in hooks for hook in held["hooks"]):
        return uses
    if not held["setters"]:
        uses.add("slots")
    elif not any(name.startswith("_") for name in held["setters"]):
        uses.add("private")
    return uses


def _is_quiet(hook: str, held: Held, hooks: Hooks, sources: Hooks) -> bool:
    """Whether BUILD does not come to a method.

    Without a `__setstate__` it sets no attribute but slots, which are then not allowed; with one
    that only fills the object, nothing is looked up that is not there.
    """
    filled = [other for other in held["hooks"] if other.endswith("__setstate__")]
    if hook.endswith("setattr__"):
        return not filled or all(map(audited_forms.sets_nothing, _texts(filled[0], sources)))
    if hook.endswith(".__dict__"):
        return bool(filled)
    only = filled and (filled[0] == FILLED or filled[0] not in hooks)
    return (
        bool(only) and hook.endswith(".__getattr__") and _is_known(filled[0], held, hooks, sources)
    )


def _is_known(hook: str, held: Held, hooks: Hooks, sources: Hooks) -> bool:
    """Whether a method was read, by a person or by its form; with those it may hand on to."""
    if hook in hooks:
        return True
    texts = _texts(hook, sources)
    if not all(audited_forms.is_harmless(hook, text, held.get("setters", [])) for text in texts):
        return False
    name = hook.rpartition(".")[2]
    below = [
        other for other in held.get("below", ()) if other.endswith("." + name) and other != hook
    ]
    return not any(map(audited_forms.uses_super, texts)) or all(
        _is_known(other, dict(held, below=[]), hooks, sources) for other in below
    )


def _texts(hook: str, sources: Hooks) -> list[str]:
    """Return what a method says in each of the versions that were read."""
    return sources.get(hook, "").split(audited_texts.BETWEEN)


def _both(one: set[str], other: set[str]) -> set[str]:
    if "refused" in one | other or "class" in one & other:
        return {"refused", "class"} & (one | other)
    if "class" in one | other:
        return one if "class" in other else other
    conditions = {use for use in one | other if use.startswith("@")}
    kept = (one & other) | conditions
    if {"slots", "private"} & one and {"slots", "private"} & other and "slots" not in kept:
        kept.add("private")
    if {"key", "fields"} & one and {"key", "fields"} & other and "key" not in kept:
        kept.add("fields")
    return kept


def _write(
    merged: dict[tuple[str, str], set[str]],
    versions: dict[str, set[str]],
    *,
    only: Sequence[str] = (),
) -> None:
    libraries: dict[str, dict[tuple[str, str], list[str]]] = collections.defaultdict(
        lambda: collections.defaultdict(list)
    )
    for (module, name), uses in merged.items():
        ordered = " ".join(sorted(uses, key=lambda use: (ORDER.find(use[0]), use)))
        libraries[module.partition(".")[0]][module, ordered].append(name)
    NAMES.mkdir(exist_ok=True)
    for path in NAMES.glob("*.txt"):
        if not only or path.stem in only:
            path.unlink()
    if len({name.lower() for name in libraries}) != len(libraries):
        sys.exit("two libraries whose names differ by case only")
    for library, held in libraries.items():
        if only and library not in only:
            continue
        read = " ".join(sorted(versions.get(library, set()) - {""}))
        lines = [f"# {library} {read}".rstrip()]
        lines += [
            f"{module}|{uses}|{' '.join(sorted(names))}"
            for (module, uses), names in sorted(held.items())
        ]
        text = "\n".join(lines) + "\n"
        if text.isascii():
            (NAMES / f"{library}.txt").write_text(text, "ascii")
    count = sum(map(len, versions.values()))
    print(f"{len(libraries)} libraries, {count} versions, {len(merged)} names")


def _against(told: list[Held], hooks: Hooks) -> int:
    """Print what keeps classes out, by how many it does."""
    found: dict[str, set[str]] = collections.defaultdict(set)
    for one in told:
        for module, classes in one["classes"].items():
            for name, held in classes.items():
                for hook in held.get("hooks", ()):
                    known = _is_known(
                        hook, {"below": [], "setters": [], **held}, hooks, one.get("sources", {})
                    )
                    if not known and not _is_quiet(hook, held, hooks, one.get("sources", {})):
                        found[hook].add(f"{module}:{name}")
    for hook, classes in sorted(found.items(), key=lambda pair: -len(pair[1])):
        print(len(classes), hook, *sorted(classes)[:2])
    return 0


if __name__ == "__main__":
    sys.exit(main())
