"""Read each path, one a line of JSON, in a process of its own, and tell what it did and took.

The processes are not traced and have limits, so that time and memory are those of the reading:
each answers `{"seconds", "mb", "outcome", "did"}`. `did` names what no reader may do.
"""

import contextlib
import dataclasses
import importlib
import json
import os
import pkgutil
import resource
import sys
from pathlib import Path

import loadstone
from loadstone import readers
from loadstone.core import facts, jsonable
from loadstone.core.facts import Artifact
from loadstone.core.jsonable import from_json, to_json
from loadstone.readers import store

WRITES = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC | os.O_APPEND
NEVER = (
    "subprocess.Popen", "os.system", "os.exec", "os.posix_spawn", "os.fork", "socket.__new__",
    "os.remove", "os.rename", "os.mkdir", "os.rmdir", "os.chmod", "os.symlink", "os.link",
    "os.truncate", "shutil.", "pickle.find_class", "marshal.load", "ctypes.", "webbrowser.",
    "urllib.", "compile",
)  # fmt: skip
OURS = ("loadstone", *sys.stdlib_module_names)
CODE = tuple(
    os.path.realpath(folder)
    for folder in (Path(loadstone.__file__).parent, Path(os.__file__).parent, sys.base_prefix)
)
SECONDS = 20  # after which it is killed
MANY = 20_000  # tensors, whose types are looked at one by one


def ready():
    """Import whatever readers import later on, so that nothing else is seen to be imported."""
    for layer in ("readers", "runtime", "core"):
        package = importlib.import_module(f"loadstone.{layer}")
        for found in pkgutil.walk_packages(package.__path__, f"loadstone.{layer}."):
            importlib.import_module(found.name)
    for name in (
        "bz2",
        "encodings.ascii",
        "encodings.cp437",
        "encodings.latin_1",
        "encodings.raw_unicode_escape",
        "html",
        "importlib.readers",
        "importlib.resources.readers",
        "html.parser",
        "json",
        "lzma",
        "mmap",
        "pickletools",
        "xml.parsers.expat",
        "zlib",
    ):
        importlib.import_module(name)
    from loadstone.runtime import audited

    audited.verdict()
    for kind in vars(facts).values():
        if dataclasses.is_dataclass(kind):
            jsonable._hints(kind)


def watch(folder, did):
    """Note what is done that no reader may do; it cannot be taken off again."""
    inside = (os.path.realpath(folder), *CODE, "/proc/self", "/dev/null")

    def seen(event, given):
        if event.startswith(NEVER) and not (event == "compile" and _is_ours(given[1])):
            did.add(event)
        elif event == "import" and given[0].split(".")[0] not in OURS:
            did.add(f"import {given[0]}")
        elif event == "exec" and not _is_ours(given[0].co_filename):
            did.add(f"exec {given[0].co_filename}")
        elif event in ("open", "os.listdir", "os.scandir") and not isinstance(given[0], int):
            path = os.path.realpath(os.fsdecode(given[0]))
            if event == "open" and isinstance(given[2], int) and given[2] & WRITES:
                did.add(f"write {path}")
            if not path.startswith(inside):
                did.add(f"{event} {path}")

    sys.addaudithook(seen)


def _is_ours(name):
    return isinstance(name, str) and os.path.realpath(name).startswith(CODE)


def took():
    """Return the processor time and the peak memory of this process so far."""
    used = resource.getrusage(resource.RUSAGE_SELF)
    return used.ru_utime + used.ru_stime, used.ru_maxrss >> 10


def look(path, read):
    """Do what a user of the facts does, and answer in one text; what reading took goes to `read`.

    The conversions to JSON and back are the test's own, and not counted.
    """
    try:
        if path.endswith("/*"):
            several = list(store.read_many(list(store.inside(path[:-2]))))
            read.extend(took())
            return " ".join(map(whole, several))
        artifact = readers.read(path)
        read.extend(took())
    except OSError as error:
        read.extend(took())
        return f"{type(error).__name__}: {error}"
    text = whole(artifact)
    if not artifact.damage:
        with contextlib.suppress(OSError):
            readers.verify(path, artifact)
    for state in artifact.state_dicts[:3]:
        for fact in list(state.tensors.values())[:3]:
            if fact.extent is not None and not artifact.damage:
                with contextlib.suppress(OSError):
                    for chunk, _ in zip(readers.tensor_bytes(path, fact), range(2), strict=False):
                        assert len(chunk) <= 32 << 20
    return text


def whole(found):
    """Return the verdict on facts that are what their annotations say, deeply."""
    if isinstance(found, OSError):
        return type(found).__name__
    if sum(len(state.tensors) for state in found.state_dicts) > MANY:
        assert all(map(_is_tensor, found.state_dicts))
        return f"{found.format} {found.content} {found.opening_runs_code} many"
    told = to_json(found)
    assert from_json(Artifact, json.loads(json.dumps(told, allow_nan=False))) == found
    json.dumps(told).encode()
    json.dumps(told, ensure_ascii=False).encode()
    words = [item.kind for item in (*found.damage, *found.disagreements)]
    return f"{found.format} {found.content} {found.opening_runs_code} {','.join(words[:6])}"


def _is_tensor(state):
    return all(
        type(name) is str and type(fact) is facts.TensorFact and type(fact.dtype) is str
        and all(type(size) is int and size >= 0 for size in fact.shape)
        for name, fact in state.tensors.items()
    )  # fmt: skip


def answer(path, out):
    """Look at one path in this process, and write down what was seen."""
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS))
    resource.setrlimit(resource.RLIMIT_AS, (3 << 30, 3 << 30))
    did = set()
    watch(path[: path.rindex("/")], did)
    begin, read = took()[0], []
    try:
        outcome = look(path, read)
    except BaseException as error:  # noqa: BLE001 - it is what is looked for
        import traceback

        last = traceback.extract_tb(error.__traceback__)[-1]
        outcome = f"RAISED {type(error).__name__}: {error} at {last.filename}:{last.lineno}"[:600]
    end, mb = read or took()
    told = {"seconds": round(end - begin, 2), "mb": mb, "outcome": outcome, "did": sorted(did)}
    os.write(out, json.dumps(told).encode())


def main():
    """Answer for each path in turn, a line each."""
    ready()
    for line in sys.stdin:
        ours, theirs = os.pipe()
        child = os.fork()
        if child == 0:
            answer(json.loads(line), theirs)
            os._exit(0)
        os.close(theirs)
        with os.fdopen(ours, "rb") as pipe:
            told = pipe.read()
        _, status, used = os.wait4(child, 0)
        died = {
            "seconds": SECONDS,
            "mb": used.ru_maxrss >> 10,
            "outcome": f"DIED {status}",
            "did": [],
        }
        print(json.dumps(json.loads(told) if told else died), flush=True)


if __name__ == "__main__":
    main()
