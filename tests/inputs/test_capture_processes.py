"""Functions captured in one process run in another, with the project gone."""

import json
import os
import shutil
import subprocess
import sys
import textwrap
from pathlib import Path

import pytest

SRC = Path(__file__).parents[2] / "src"
SAVE = """
def save_capture(folder, **objects):
    import os
    from loadstone.inputs.capture import capture
    captured = capture(objects)
    for name, data in captured.files.items():
        path = os.path.join(folder, name)
        os.makedirs(os.path.dirname(path), exist_ok=True)
        with open(path, "wb") as file:
            file.write(data)
    assert not captured.problems, captured.problems
"""


def python(code, *args, cwd, executable=sys.executable, path=()):
    env = {**os.environ, "PYTHONPATH": os.pathsep.join([str(SRC), *map(str, path)])}
    command = [executable, "-c", code] if "\n" in code else [executable, code]
    done = subprocess.run(
        [*command, *map(str, args)], cwd=cwd, env=env, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


class Project:
    def __init__(self, root):
        self.root = root / "project"
        self.root.mkdir()
        self.saved = root / "saved"
        self.elsewhere = root / "elsewhere"
        self.elsewhere.mkdir()

    def capture(self, roots, **files):
        for name, text in files.items():
            path = self.root / (name.replace("__in__", "/") + ".py")
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(textwrap.dedent(text))
        with (self.root / "train.py").open("a") as file:
            file.write(SAVE + f"import sys\nsave_capture(sys.argv[1], {roots})\n")
        output = python("train.py", self.saved, cwd=self.root)
        shutil.rmtree(self.root)
        return output

    def use(self, expressions, *, executable=sys.executable, setup=""):
        code = (
            "import json, sys\nfrom runtime.code import load\n"
            f"r = load(sys.argv[1])\n{setup}\nprint(json.dumps([{', '.join(expressions)}]))\n"
        )
        runtime = self.elsewhere / "runtime"  # alone, as in an environment without Loadstone
        if not runtime.exists():
            shutil.copytree(SRC / "loadstone" / "runtime", runtime)
        output = python(code, self.saved, cwd=self.elsewhere, executable=executable)
        return json.loads(output.splitlines()[-1])


@pytest.fixture
def project(tmp_path):
    return Project(tmp_path)


def pythons(minors=(8, 9, 10, 12, 13, 14)):
    found = [sys.executable]
    for minor in minors:
        at = sorted(Path.home().glob(f".pyenv/versions/3.{minor}.*/bin/python"))
        other = str(at[-1]) if at else shutil.which(f"python3.{minor}")
        if other and "shims" not in other:
            found.append(other)
    return found


MAIN = r'''
import collections, contextlib, functools, logging, os.path, re
from dataclasses import dataclass, field
from enum import Enum
from typing import List, NamedTuple

print("training")

class Kind(Enum):
    WORD = 1
    OTHER = 2

class Token(NamedTuple):
    text: str
    kind: Kind = Kind.WORD

Pair = collections.namedtuple("Pair", "a b")

@dataclass
class Options:
    lower: bool = True
    stop: List[str] = field(default_factory=list)

WORD = re.compile(r"[a-z]+", re.I)
OPTIONS = Options(stop=["the"])
vocab_map = {"hello": 1, "world": 2, ("t", 1): 3, None: 4}
SEEN = collections.Counter()
log = logging.getLogger(__name__)

def basic(text):
    """Split a text."""
    if OPTIONS.lower:
        text = text.lower()
    return [Token(t, Kind.WORD) for t in WORD.findall(text) if t not in OPTIONS.stop]

def tokenize(text: str, vocab_map=vocab_map, *, unknown=-len("x")) -> List[int]:
    log.debug("tokenize")
    SEEN.update(t.text for t in basic(text))
    return [vocab_map.get(t.text, unknown) for t in basic(text)]

vocab_map = "rebound"

def repeat(times):
    def decorate(fn):
        calls = 0
        @functools.wraps(fn)
        def wrapper(*args):
            nonlocal calls
            calls += 1
            return [fn(*args)] * times + [calls]
        return wrapper
    return decorate

@repeat(2)
def shout(x):
    return x.upper()

@functools.lru_cache(maxsize=3)
def cached(x):
    return x + 1

@functools.singledispatch
def kind(x):
    return "object"

@kind.register(int)
def _(x):
    return "int"

@contextlib.contextmanager
def opened(x):
    yield x * 2

def within(x):
    with opened(x) as value:
        return value

def even(n):
    return n == 0 or odd(n - 1)

def odd(n):
    return n != 0 and even(n - 1)

count = 40

def counter():
    global count
    count += 1
    return count

scale, shift = lambda x: x * 3, lambda x: x + 3

class Base:
    registry = []
    table = {k: len(k) for k in ("a", "bb")}
    def __init_subclass__(cls, **kw):
        Base.registry.append(cls.__name__)
    def __init__(self, by=count):
        self.by = by
    def __call__(self, x):
        return self.add(x)
    def add(self, x):
        return x + self.by

class Child(Base):
    class Inner:
        value = 9
    def add(self, x):
        return super().add(x) * 2 + self.bonus + self.table["bb"] + self.Inner.value
    @property
    def bonus(self):
        return self._bonus()
    @staticmethod
    def _bonus():
        return 100
    @classmethod
    def make(cls, by=1):
        return cls(by)

class Keeper(type):
    known = {}
    def __new__(kind, name, bases, space):
        cls = super().__new__(kind, name, bases, space)
        Keeper.known[name] = cls
        return cls

class First(metaclass=Keeper):
    pass

class Second(First):
    pass

class Third(Second):
    pass

Child.added = [1, 2]
child = Child(5)
count = 0

def docs(path):
    """    indented
      text"""
    return docs.__doc__, os.path.join("a", path)

def local():
    offset = 7
    class Local:
        def get(self):
            return offset, Local.__name__
    return Local()

def boom(x):
    raise ValueError(x)
'''
ROOTS = (
    "tokenize=tokenize, shout=shout, cached=cached, kind=kind, within=within, even=even, odd=odd,"
    "counter=counter, scale=scale, shift=shift, child=child, Child=Child, Base=Base, docs=docs,"
    "local=local(), boom=boom, half=functools.partial(scale, x=5), add=child.add,"
    "make=Child.make, second=Second, pair=Pair(1, 2), get=vocab_map.upper, count2=counter"
)
USES = {
    'r["tokenize"]("the Hello universe")': [1, -1],
    'r["shout"]("a")': ["A", "A", 1],
    'r["shout"]("a")[-1]': 2,
    'r["cached"](1)': 2,
    'r["kind"](1) + r["kind"]("")': "intobject",
    'r["within"](4)': 8,
    'r["even"](10)': True,
    'r["counter"]()': 1,
    'r["count2"]()': 2,
    'r["scale"](2)': 6,
    'r["shift"](2)': 5,
    'r["half"]()': 15,
    'r["child"](1)': 123,
    'r["add"](1)': 123,
    'r["make"]()(1)': 115,
    'r["Child"].added': [1, 2],
    'r["Base"].registry': ["Child"],
    'r["Base"]().by': 40,
    '[*type(r["second"]).known]': ["First", "Second", "Third"],
    'type(r["second"]).known["Third"].__mro__[1] is r["second"]': True,
    'r["docs"]("b")': ["    indented\n      text", str(Path("a", "b"))],
    'r["local"].get()': [7, "Local"],
    'r["pair"].b': 2,
    'r["get"]()': "REBOUND",
    'r["Child"].__qualname__': "Child",
}


def test_everything_works_on_other_pythons_with_the_script_gone(project):
    output = project.capture(ROOTS, train=MAIN)
    assert output == "training\n"
    for executable in pythons():
        assert project.use(list(USES), executable=executable) == list(USES.values()), executable


def test_tracebacks_and_inspect_show_the_source_and_nothing_else_is_added(project):
    project.capture("boom=boom", train="def boom(x):\n    raise ValueError(x)\n")
    setup = textwrap.dedent("""
        import inspect, traceback
        before = set(sys.modules)
        r = load(sys.argv[1])
        added = set(sys.modules) - before
        try:
            r["boom"](1)
        except ValueError:
            text = traceback.format_exc()
    """)
    text, source, private = project.use(
        [
            "text",
            'inspect.getsource(r["boom"])',
            'all(n.startswith("_loadstone_") for n in added if not n.startswith("encodings"))',
        ],
        setup=setup,
    )
    assert "raise ValueError(x)" in text
    assert source == "def boom(x):\n    raise ValueError(x)\n"
    assert private


def test_two_modules_with_same_named_helpers_stay_apart(project):
    project.capture(
        "both=both, Sub=model.Sub",
        train="""
            import pkg.a, pkg.b as second
            from pkg import model
            from code_ import data
            def both(x):
                from pkg.late import twice
                import pkg.sub.deep
                return [pkg.a.run(x), second.run(x), data(x), twice(x), pkg.sub.deep.VALUE]
            both(1)
        """,
        pkg__in____init__="print('package')",
        pkg__in__a="def helper(x): return x + 1\ndef run(x): return helper(x)\n",
        pkg__in__b="def helper(x): return x + 2\ndef run(x): return helper(x)\n",
        pkg__in__base="class Base:\n    def go(self): return 1\n",
        pkg__in__model="""
            from .base import Base
            class Sub(Base):
                def go(self):
                    from .a import helper
                    return super().go() + helper(1)
            """,
        pkg__in__late="def twice(x): return x * 2\n",
        pkg__in__sub__in____init__="",
        pkg__in__sub__in__deep="VALUE = {1: 2}[1]\n",
        code_="def data(x): return -x\n",
    )
    assert project.use(['r["both"](5)', 'r["Sub"]().go()']) == [[6, 7, -5, 10, 2], 3]


def test_two_captures_with_same_named_modules_work_side_by_side(tmp_path):
    projects = []
    for number in (1, 2):
        (tmp_path / str(number)).mkdir()
        one = Project(tmp_path / str(number))
        one.capture("f=helpers.f", train="import helpers\n", helpers=f"def f(): return {number}\n")
        projects.append(one)
    setup = f"s = load({str(projects[1].saved)!r}); t = load(sys.argv[1])"
    assert projects[0].use(['r["f"]()', 's["f"]()', 't["f"]()'], setup=setup) == [1, 2, 1]


@pytest.mark.slow
def test_a_notebook_cell_is_captured(tmp_path):
    import nbclient
    import nbformat

    cells = [
        "import re\nVOCAB = {'a': 1}",
        "def helper(x):\n    return 'old'",
        "def helper(x):\n    return re.findall('[a-z]', x)",
        "class Kept:\n    limit = 3",
        """def pre(text, vocab=VOCAB):
            return [vocab.get(t, 0) for t in helper(text)][:Kept.limit]""",
        SAVE + f"\nsave_capture({str(tmp_path / 'saved')!r}, pre=pre, Kept=Kept)",
    ]
    book = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(c) for c in cells])
    client = nbclient.NotebookClient(book, timeout=60, kernel_name="python3")
    client.execute(cwd=str(tmp_path), env={**os.environ, "PYTHONPATH": str(SRC)})
    (tmp_path / "elsewhere").mkdir()
    code = "import sys\nfrom loadstone.runtime.code import load\n"
    code += "print(load(sys.argv[1])['pre']('abab'))"
    assert python(code, tmp_path / "saved", cwd=tmp_path / "elsewhere") == "[1, 0, 1]\n"


def test_a_torch_module_with_decorated_methods(project):
    pytest.importorskip("torch")
    train = """
        import torch
        from torch import nn
        import torch.nn.functional as F
        SCALE = torch.tensor([2.0], dtype=torch.bfloat16)
        class Net(nn.Module):
            def __init__(self, n=3):
                super().__init__()
                self.fc = nn.Linear(n, 1)
                nn.init.ones_(self.fc.weight)
                nn.init.zeros_(self.fc.bias)
            def forward(self, x: torch.Tensor) -> torch.Tensor:
                return F.relu(self.fc(x)) * SCALE
            @torch.no_grad()
            def sample(self, n=len("ab")):
                return self(torch.ones(n, 3)).tolist()
        @torch.no_grad()
        def post(x):
            return float(x)
    """
    project.capture("Net=Net, net=Net(), post=post", train=train)
    uses = ['r["net"].sample()', 'r["Net"]().sample(1)', 'r["post"](3)']
    assert project.use(uses) == [[[6.0], [6.0]], [[6.0]], 3.0]


OLD = """
import collections, functools
Pair = collections.namedtuple("Pair", "a b")
count = 0

def counter(step=[2][0], *, more=count + 1):
    global count
    count += step + more
    return count

def outer():
    total = 0
    def add(x):
        nonlocal total
        total += x
        return total
    def get():
        return total
    return add, get

class Base(object):
    def run(self, x: "int | None"):
        return x
class Child(Base):
    def run(self, x):
        return Pair(super().run(x), 2)
add, get = outer()
add(5)
"""


def test_it_loads_on_the_oldest_python(project):
    project.capture("counter=counter, add=add, get=get, child=Child()", train=OLD)
    uses = ['r["counter"]()', 'r["counter"]()', 'r["add"](1)', 'r["get"]()', 'r["child"].run(3)']
    for executable in pythons([6, 7]):
        assert project.use(uses, executable=executable) == [3, 6, 6, 6, [3, 2]], executable


NEW = """
import dataclasses, functools
REGISTRY, PLUGINS = [], {}

def register(name):
    def add(cls):
        REGISTRY.append(name)
        PLUGINS[name] = cls
        return cls
    return add

@register("one")
class One:
    steps = [n * 2 for n in range(3)]
    def run(self, x: int | None = None):
        return [x, REGISTRY, PLUGINS["one"] is One]

def patched(self, x=1):
    return [x, "patched"]

One.late = patched
One.steps.append(99)

@dataclasses.dataclass(frozen=True)
class Options:
    limit: int | None = 3
    names: list[str] = dataclasses.field(default_factory=list)

options = Options(names=["a"])

class Words(dict):
    __slots__ = ("extra",)
    def __missing__(self, key):
        return self.extra

words = Words(a=1)
words.extra = -1

class Memo:
    def __init__(self, fn):
        self.fn, self.calls = fn, 0
        functools.update_wrapper(self, fn)
    def __call__(self, x):
        self.calls += 1
        return [self.fn(x), self.calls]

@Memo
def memo(x):
    return -x

def use(x):
    return [options.limit, options.names, words["a"], words["b"], One().run(x)]

def use(x, use=use):
    return use(x) + [One.steps, One().late(), memo(1)]
"""


def test_decorated_registries_patches_and_new_annotations_on_an_older_python(project):
    project.capture("use=use, Options=Options", train=NEW)
    answer = [3, ["a"], 1, -1, [7, ["one"], True], [0, 2, 4, 99], [1, "patched"], [-1, 1]]
    for executable in pythons([8, 13]):
        assert project.use(['r["use"](7)'], executable=executable) == [answer], executable
