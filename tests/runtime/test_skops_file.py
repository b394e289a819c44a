"""A skops file is judged by what a load would look up and call, not by what it says of itself."""

import json
import zipfile
from pathlib import Path

import pytest

from loadstone import readers
from loadstone.runtime import skops_file
from loadstone.runtime.held import RefusedError

FILES = Path(__file__).parents[1] / "files" / "skops"


def node(loader, path, **more):
    module, _, name = path.rpartition(".")
    return {"__class__": name, "__module__": module, "__loader__": loader, **more}


def text(value):
    return node("JsonNode", "builtins.str", content=json.dumps(value))


def keyed(kind):
    types = node("ListNode", "builtins.list", content=[node("TypeNode", kind)])
    return node("DictNode", "builtins.dict", key_types=types, content={"echo": text(1)})


def written(tmp_path, schema, protocol=2):
    path = tmp_path / "model.skops"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("schema.json", json.dumps({**schema, "protocol": protocol}))
    return path


def called(path, *args):
    return node("ConstructorFromReduceNode", path, content=listed(*args))


def listed(*items):
    return node("ListNode", "builtins.list", content=list(items))


def held(**items):
    types = listed(*[node("TypeNode", "builtins.str")] * len(items))
    return node("DictNode", "builtins.dict", key_types=types, content=items)


LEN = node("TypeNode", "builtins.len")
EVAL = called("builtins.getattr", called("builtins.getattr", LEN, text("__self__")), text("eval"))
LOGISTIC = "sklearn.linear_model._logistic.LogisticRegression"
ATTACKS = [
    # CVE-2025-54412: it says another module, and `operator.call` is looked up
    (node("OperatorFuncNode", "builtins.call", attrs=text("x")), "operator.call"),
    (node("OperatorFuncNode", "operator.methodcaller", attrs=text("x")), "operator.methodcaller"),
    # CVE-2025-54413: it says one class, and binds a method of another
    (
        node("MethodNode", "builtins.str", content={"obj": text("x"), "func": "__init_subclass__"}),
        "builtins.str.__init_subclass__",
    ),
    # a node of values is given to the class that it names
    (node("ListNode", "subprocess.Popen", content=[text("id")]), "subprocess.Popen"),
    (node("SetNode", "os.system", content=[]), "os.system"),
    (node("NdArrayNode", "numpy.load", type="numpy", file="a.npy"), "numpy.load"),
    (node("NdArrayNode", "pickle.loads", type="numpy", file="a.npy"), "pickle.loads"),
    (node("RandomStateNode", "pty.spawn", content=text("x")), "pty.spawn"),
    (node("RandomGeneratorNode", "numpy.random.Generator", content={}), "numpy.random.Generator"),
    (keyed("os.system"), "os.system"),
    (keyed("numpy.load"), "numpy.load"),
    (node("TypeNode", "builtins.eval"), "builtins.eval"),
    (node("FunctionNode", "os.system"), "os.system"),
    (node("LossNode", "this.s", content=text(1), __reduce__={"args": text(1)}), "this.s"),
    (node("ConstructorFromReduceNode", LOGISTIC, content=text(1)), LOGISTIC),
    (node("PartialNode", "functools.partial", content={}), "functools.partial"),
    (node("FutureNode", LOGISTIC), LOGISTIC),
    # below one that is audited, wherever that is
    (node("ObjectNode", LOGISTIC, content=node("ListNode", "a.b", content=[])), "a.b"),
    (node("SliceNode", "builtins.slice", content={"start": node("TypeNode", "a.b")}), "a.b"),
]


@pytest.mark.parametrize(("schema", "name"), ATTACKS)
def test_what_is_not_audited_is_refused_before_skops_is_asked(schema, name, tmp_path):
    with pytest.raises(RefusedError) as caught:
        skops_file.load(str(written(tmp_path, schema)))
    assert (caught.value.kind, caught.value.names) == ("unaudited", (name,))


# of names that are audited, and with arguments or a state that are not
CALLS = [
    (EVAL, "builtins.getattr with arguments that are not audited"),
    (
        node("ObjectNode", "argparse.Namespace", content=held(__new__=text("x"))),
        "argparse.Namespace with a state that is not audited",
    ),
    (
        called("copyreg._reconstructor", text("1"), text("2"), text("3")),
        "copyreg._reconstructor with arguments that are not audited",
    ),
]


@pytest.mark.parametrize(("schema", "why"), CALLS)
def test_what_an_audited_name_is_given_is_judged_too(schema, why, tmp_path):
    with pytest.raises(RefusedError) as caught:
        skops_file.load(str(written(tmp_path, schema)))
    assert (caught.value.kind, caught.value.names) == ("unaudited", (why,))
    found = readers.read(tmp_path / "model.skops")
    assert (found.opening_runs_code, found.calls) == ("yes", (why,))


ONE = {"__id__": 1}
UNREAD = [
    # skops takes the first of two nodes with one `__id__`, whatever the second says
    listed({**LEN, **ONE}, {**text(1), **ONE}),
    listed({**LEN, **ONE}, {**node("CachedNode", "builtins.str"), **ONE}),
    # the types of the keys are called with the keys
    node("DictNode", "builtins.dict", key_types=LEN, content={"echo": text(1)}),
    {**held(echo=text(1)), "key_types": listed(text(1))},
    # pairs in a list fill an object as a dictionary does
    node("ObjectNode", LOGISTIC, content=listed(listed(text("__setstate__"), LEN))),
    # `dtype` is looked up in what it holds, and an array is made of it
    node("DTypeNode", "numpy.dtype", content=node("ObjectNode", LOGISTIC)),
    node("MaskedArrayNode", "numpy.ma.MaskedArray", content={"data": LEN, "mask": LEN}),
]


@pytest.mark.parametrize("schema", UNREAD)
def test_nodes_that_skops_does_not_write_are_not_read(schema, tmp_path):
    with pytest.raises(RefusedError):
        skops_file.load(str(written(tmp_path, schema)))
    assert readers.read(tmp_path / "model.skops").opening_runs_code in {"yes", "unknown"}


OLD = "pipeline-0.5.0.skops"  # its protocol is 0


@pytest.mark.parametrize("file", sorted({path.name for path in FILES.glob("*.skops")} - {OLD}))
def test_estimators_are_audited(file):
    assert skops_file.judge((FILES / file).read_bytes()) == []


def test_other_protocols_and_damage_are_not_read(tmp_path):
    for path in (
        written(tmp_path, node("TypeNode", "builtins.int"), protocol=1),
        FILES / OLD,
        FILES / "make.py",
    ):
        with pytest.raises(RefusedError) as caught:
            skops_file.judge(path.read_bytes())
        assert caught.value.kind == "unread"


def test_other_bytes_than_were_checked_are_refused():
    with pytest.raises(RefusedError) as caught:
        skops_file.load(str(FILES / "sgd-0.11.0.skops"), digest="0" * 64)
    assert caught.value.kind == "changed"
