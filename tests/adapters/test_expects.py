"""What `--into` takes, and what is said where it cannot be built."""

from __future__ import annotations

import sys
import textwrap

import pytest
import torch
from torch import nn

from loadstone.adapters.reference import BadReferenceError, parse
from loadstone.adapters.torch.expects import Expected, accepting, expects
from loadstone.core import TargetProblem, TensorFact

NETS = """
    import torch
    from torch import nn
    print("imported")

    class Net(nn.Module):
        def __init__(self, size=5, *, classes=2):
            super().__init__()
            self.fc = nn.Linear(size, classes)

    class Needs(nn.Module):
        def __init__(self, size):
            super().__init__()
            self.fc = nn.Linear(size, 2)

    class Two(nn.Module):
        def __init__(self, first, second, third=None, **others):
            super().__init__()

    class Raises(nn.Module):
        def __init__(self):
            super().__init__()
            raise RuntimeError("no such thing")

    class ReadsNumbers(nn.Module):
        def __init__(self):
            super().__init__()
            self.scale = float(torch.ones(3).sum())
            self.fc = nn.Linear(5, 2)

    class Tied(nn.Module):
        def __init__(self):
            super().__init__()
            self.a = nn.Linear(3, 3, bias=False)
            self.b = nn.Linear(3, 3, bias=False)
            self.b.weight = self.a.weight

    class Outer:
        class Inner(Net):
            pass

    def make(n): return Net(n)
    def wrong(): return {"not": "a model"}
    NUMBER = 3
"""


@pytest.fixture(autouse=True)
def nets(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "zoo_nets.py").write_text(textwrap.dedent(NETS))
    (tmp_path / "broken_nets.py").write_text("import a_library_that_is_not_there\n")
    yield
    for name in ("zoo_nets", "broken_nets"):
        sys.modules.pop(name, None)


@pytest.mark.parametrize(
    ("text", "args", "kwargs"),
    [
        ("net:Net", (), {}),
        ("my_pkg.net:Net(10, classes=5)", (10,), {"classes": 5}),
        ("net:make([1, 2], {'a': None}, -1.5)", ([1, 2], {"a": None}, -1.5), {}),
        ("net:Outer.Inner", (), {}),
        ("./my_pkg/net.py:Net(3)", (3,), {}),
    ],
)
def test_references_are_parsed(text, args, kwargs):
    reference = parse(text)
    assert (reference.args, reference.kwargs) == (args, kwargs)


@pytest.mark.parametrize(
    "text",
    ["net", "/tmp/net.py:Net", "net:", ":Net", "net:Net(", "net:Net(x)", "net:Net(**{'a': 1})",
     "net:Net()()", "a/b:Net", "net:1+1"],
)  # fmt: skip
def test_what_is_no_reference_is_refused(text):
    with pytest.raises(BadReferenceError):
        parse(text)


@pytest.mark.parametrize(
    ("text", "shape"),
    [
        ("zoo_nets:Net", (2, 5)),
        ("zoo_nets:Net(7, classes=3)", (3, 7)),
        ("zoo_nets:make(4)", (2, 4)),
        ("zoo_nets:Outer.Inner", (2, 5)),
        ("zoo_nets:ReadsNumbers", (2, 5)),
        ("torch.nn:Bilinear(2, 3, 4)", None),
    ],
)
def test_names_and_shapes_of_a_target(text, shape, capsys):
    expected = expects(text)
    assert isinstance(expected, Expected)
    if shape:
        assert expected.facts["fc.weight"] == TensorFact("float32", shape)
        assert expected.facts["fc.weight"].kind == "parameter"
        assert expected.facts.line
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize(
    ("text", "kind", "words"),
    [
        ("zoo_nets:Nett", "name-missing", "has no `Nett`"),
        ("zoo_net:Net", "module-missing", "no module named `zoo_net`"),
        ("broken_nets:Net", "module-raised", "a_library_that_is_not_there"),
        ("zoo_nets:Needs", "arguments-missing", "missing a required argument: 'size'"),
        ("zoo_nets:Net(1, 2)", "arguments-missing", "does not take the arguments given"),
        ("zoo_nets:Raises", "constructor-raised", "RuntimeError: no such thing"),
        ("zoo_nets:wrong", "not-a-model", "gives a `dict`"),
        ("zoo_nets:NUMBER", "not-a-model", "cannot be called"),
    ],
)
def test_what_cannot_be_built_says_why(text, kind, words):
    problem = expects(text)
    assert isinstance(problem, TargetProblem)
    assert problem.kind == kind
    assert words in problem.why


def test_the_nearest_names_are_given():
    problem = expects("zoo_nets:Nett")
    assert isinstance(problem, TargetProblem)
    assert problem.nearest[0] == "Net"
    problem = expects("zoo_net:Net")
    assert isinstance(problem, TargetProblem)
    assert problem.nearest[0] == "zoo_nets"


@pytest.mark.parametrize(
    ("text", "missing"),
    [
        ("zoo_nets:Two", ("first", "second")),
        ("zoo_nets:Two(1)", ("second",)),
        ("zoo_nets:Two(1, 2, 3, 4)", ()),
    ],
)
def test_the_missing_arguments_are_given(text, missing):
    problem = expects(text)
    assert isinstance(problem, TargetProblem)
    assert (problem.kind, problem.nearest) == ("arguments-missing", missing)


def test_the_classes_that_accept_the_file_are_found():
    expects("zoo_nets:Nett")
    saved = {"fc.weight": TensorFact("float32", (2, 5)), "fc.bias": TensorFact("float32", (2,))}
    assert accepting("zoo_nets:Nett", saved) == ("zoo_nets:Net", "zoo_nets:ReadsNumbers")


def test_another_class_without_shapes_is_no_answer(tmp_path, monkeypatch):
    (tmp_path / "lazy_one.py").write_text(
        "from torch import nn\n\n\n"
        "class Lazy(nn.Module):\n"
        "    def __init__(self):\n"
        "        super().__init__()\n"
        "        self.fc = nn.LazyLinear(2)\n"
    )
    monkeypatch.chdir(tmp_path)
    problem = expects("lazy_one:Net")
    assert isinstance(problem, TargetProblem)
    assert accepting("lazy_one:Net", {"fc.bias": TensorFact("float32", (2,))}) == ()


def test_tied_parameters_are_told():
    expected = expects("zoo_nets:Tied")
    assert isinstance(expected, Expected)
    assert expected.facts.aliases == {"b.weight": "a.weight"}


def test_torch_itself_says_whether_it_accepts():
    expected = expects("zoo_nets:Net")
    assert isinstance(expected, Expected)
    good = {"fc.weight": TensorFact("float16", (2, 5)), "fc.bias": TensorFact("float32", (2,))}
    assert expected.ask(good)[0].accepts is True
    refused, _ = expects("zoo_nets:Net").ask({"fc.weight": TensorFact("float32", (2, 5))})
    assert refused.accepts is False
    assert "fc.bias" in refused.refusal


def test_classes_factories_and_modules_are_targets_too():
    class Local(nn.Module):
        def __init__(self):
            super().__init__()
            self.w = nn.Parameter(torch.zeros(3))

    for into in (Local, lambda: Local(), Local()):  # noqa: PLW0108 - a factory is meant
        expected = expects(into)
        assert isinstance(expected, Expected)
        assert expected.facts["w"].shape == (3,)
    problem = expects(3)
    assert isinstance(problem, TargetProblem)
    assert problem.kind == "not-a-model"


def test_looking_leaves_the_random_state_alone():
    before = torch.random.get_rng_state()
    expects("zoo_nets:ReadsNumbers")
    assert torch.equal(before, torch.random.get_rng_state())
