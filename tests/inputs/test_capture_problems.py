"""What cannot be captured is named, with the way to supply it."""

import importlib.util
import linecache
import socket
import sys
import threading
import zlib

import pytest

from loadstone.inputs.capture import capture
from loadstone.runtime.code import CodeUnavailable, load

HANDLE = SOCKET = LOCK = GENERATOR = COMPRESSOR = None


def uses_handle():
    return HANDLE.read()


def uses_socket():
    return SOCKET.recv()


def uses_lock():
    return LOCK.acquire()


def uses_generator():
    return next(GENERATOR)


def uses_compressor():
    return COMPRESSOR.flush()


def uses_unknown():
    return not_defined_anywhere  # noqa: F821


def uses_file():
    return __file__


def reads_vocab():
    with open("vocab.txt") as file:  # noqa: PTH123
        return file.read()


@pytest.mark.parametrize(
    ("function", "name", "value", "words"),
    [
        (uses_handle, "HANDLE", lambda: open(__file__), ("open file", "keep its content")),  # noqa: PTH123, SIM115
        (uses_socket, "SOCKET", lambda: socket.socket(), ("open socket", "inside the function")),  # noqa: PLW0108
        (uses_lock, "LOCK", threading.Lock, ("belongs to this process", "inside the function")),
        (uses_generator, "GENERATOR", lambda: (x for x in ()), ("generator", "list")),
        (uses_compressor, "COMPRESSOR", zlib.compressobj, ("zlib.Compress", "__reduce__")),
    ],
)
def test_live_things_are_named(monkeypatch, function, name, value, words):
    made = value()
    monkeypatch.setattr(sys.modules[__name__], name, made)
    captured = capture({"preprocess": function})
    (problem,) = captured.problems
    assert problem.name == f"preprocess → `{name}`"
    assert words[0] in problem.why
    assert words[1] in problem.supply
    loaded = load(captured.files.__getitem__)
    with pytest.raises(CodeUnavailable, match="was not captured"):
        loaded["preprocess"]()
    if hasattr(made, "close"):
        made.close()


@pytest.mark.parametrize(
    ("function", "why"),
    [
        (uses_unknown, "`not_defined_anywhere`, which does not exist"),
        (uses_file, "__file__"),
        (reads_vocab, '"vocab.txt"'),
    ],
)
def test_what_the_text_gives_away_is_named(function, why):
    (problem,) = capture({"preprocess": function}).problems
    assert why in problem.why
    assert problem.supply


def test_code_without_source_is_named():
    space = {"__name__": "made_by_exec"}
    exec("f = lambda x: x", space)
    (problem,) = capture({"f": space["f"]}).problems
    assert "not to be found" in problem.why
    assert "exec" in problem.supply


@pytest.mark.parametrize(
    ("before", "after", "problem"),
    [
        ("def f(x):\n    return x + 1\n", "def f(x):\n    return x + 2\n", True),
        ("f = lambda x: x + 1\n", "f = lambda x: x + 2\n", True),
        ("class f:\n    def g(self): return 1\n", "class f:\n    def g(self): return 2\n", True),
        ("def f(x):\n    return x + 1\n", "# moved\n\ndef f(x):\n    return x + 1\n", False),
        ("f = [lambda x: x, lambda x: -x][1]\n", "", None),
    ],
)
def test_an_edited_source_is_seen(tmp_path, monkeypatch, before, after, problem):
    path = tmp_path / "edited_module.py"
    path.write_text(before)
    spec = importlib.util.spec_from_file_location("edited_module", path)
    module = importlib.util.module_from_spec(spec)
    monkeypatch.setitem(sys.modules, "edited_module", module)
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    spec.loader.exec_module(module)
    if problem is not None:
        path.write_text(after)
    linecache.clearcache()
    captured = capture({"f": module.f})
    assert bool(captured.problems) is bool(problem)
    if problem:
        assert "not what it was compiled from" in captured.problems[0].why
        assert "restart" in captured.problems[0].supply
    else:
        assert load(captured.files.__getitem__)["f"](2) == module.f(2)


def test_colliding_module_names_get_files_of_their_own():
    def made(name):
        space = {"__name__": name}
        text = f"def f():\n    return {name!r}\n"
        filename = f"<ipykernel_{name}>"
        linecache.cache[filename] = (len(text), None, text.splitlines(keepends=True), filename)
        exec(compile(text, filename, "exec"), space)
        return space["f"]

    names = ["data", "Data", "index", "code", "main_", "data.small0"]
    captured = capture({name: made(name) for name in names})
    assert captured.problems == []
    assert len({name.lower() for name in captured.files}) == len(captured.files)
    loaded = load(captured.files.__getitem__)
    assert [loaded[name]() for name in names] == names


def test_what_is_shared_stays_shared_and_third_party_is_listed():
    shared = {"a": 1}
    captured = capture({"one": [shared], "two": (shared,), "three": pytest.approx})
    loaded = load(captured.files.__getitem__)
    assert loaded["one"][0] is loaded["two"][0]
    assert loaded["three"] is pytest.approx
    assert captured.third_party == {"pytest"}
