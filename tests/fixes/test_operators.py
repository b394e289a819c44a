"""A SavedModel without the operator that serves saving only: all else stays byte for byte."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

import loadstone
from loadstone import readers
from loadstone.core.facts import Artifact, Environment
from loadstone.core.registry import load_all
from loadstone.engine import run_checks
from loadstone.fixes.operators import drop, without

FILES = Path(__file__).parents[1] / "files" / "tensorflow"
OPERATOR = "DisableCopyOnRead"
OP = OPERATOR.encode()
HAVE = sorted(
    path.parent
    for path in FILES.glob("tf-2.*/*/saved_model.pb")
    if OPERATOR.encode() in path.read_bytes()
)
SAVE, CALL = "__inference__traced_save_7", "__inference_call_3"


def parsed(data):
    """Return number, wire type and value of each field: a second decoder, of the test's own."""
    at, found = 0, []

    def number():
        nonlocal at
        value = shift = 0
        while True:
            byte = data[at]
            at += 1
            value |= (byte & 127) << shift
            shift += 7
            if byte < 128:
                return value

    while at < len(data):
        key = number()
        size = {0: 0, 1: 8, 5: 4}.get(key & 7)
        if size is None:
            assert key & 7 == 2
            size = number()
        value = data[at : at + size] if key & 7 else number()
        at += size
        found.append((key >> 3, key & 7, value))
    return found


def values(data, number):
    return [value for given, _, value in parsed(data) if given == number]


def opened(program):
    """Return the program as a tree, its functions and their nodes opened, without the operator."""
    return [
        (number, [(inner, graph(held) if inner == 2 else held) for inner, _, held in parsed(value)])
        if number == 2
        else (number, value)
        for number, _, value in parsed(program)
    ]


def graph(data):
    return [
        (number, [function(held) for _, _, held in parsed(value)] if number == 2 else value)
        for number, _, value in parsed(data)
    ]


def function(data):
    gone = {values(item, 1)[0] for item in values(data, 3) if values(item, 2) == [OP]}
    orders = {b"^" + name for name in gone}
    lost = {values(item, 1)[0] for item in values(data, 6) if values(item, 2)[0] in gone}
    kept = []
    for number, wire, value in parsed(data):
        if number == 3:
            if values(value, 1)[0] not in gone:
                kept.append((3, [part for part in parsed(value) if part[2] not in orders]))
        elif number == 1:
            parts = [item for item in parsed(value) if item[0] != 20 or item[2] not in lost]
            kept.append((1, parts))
        elif number != 6 or values(value, 2)[0] not in gone:
            kept.append((number, wire, value))
    return kept


@pytest.mark.parametrize("folder", HAVE, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_nothing_else_of_the_program_changes(folder):
    before = (folder / "saved_model.pb").read_bytes()
    after = without(before, OPERATOR)
    assert len(after) < len(before)
    assert opened(after) == opened(before)
    functions = [item for meta in values(after, 2) for item in library(meta)]
    assert functions
    assert not [node for item in functions for node in values(item, 3) if values(node, 2) == [OP]]
    assert without(after, OPERATOR) == after


def library(meta):
    (graph_def,) = values(meta, 2)
    return [item for held in values(graph_def, 2) for item in values(held, 1)]


def test_there_are_files_of_two_versions():
    assert {path.parent.name for path in HAVE} == {"tf-2.15.1", "tf-2.21.0"}
    assert len(HAVE) == 9


@pytest.mark.parametrize("folder", HAVE, ids=lambda path: f"{path.parent.name}-{path.name}")
def test_the_copy_has_every_other_file_and_is_told_no_error(folder, tmp_path):
    out = tmp_path / "out"
    drop(folder, OPERATOR, out)
    names = {item.relative_to(folder) for item in folder.rglob("*") if item.is_file()}
    assert {item.relative_to(out) for item in out.rglob("*") if item.is_file()} == {
        name for name in names if name.name != "fingerprint.pb"
    }
    for name in names:
        if name.name not in {"fingerprint.pb", "saved_model.pb"}:
            assert (out / name).read_bytes() == (folder / name).read_bytes()
    artifact = readers.read(out)
    assert OPERATOR not in artifact.ops
    before = readers.read(folder)
    assert before.detail["saving_only"] == OPERATOR
    assert (artifact.signatures, artifact.state_dicts) == (before.signatures, before.state_dicts)
    load_all()
    here = Environment("3.9.0", {"tensorflow": "2.8.4"})
    found = {Artifact: artifact, Environment: here}
    told = [item for item in run_checks(found).found if item.check.code == "LS218"]
    assert [(item.severity, item.finding.fix.safety) for item in told] == [("warning", "manual")]


def test_nothing_is_written_over(tmp_path):
    (tmp_path / "out").mkdir()
    with pytest.raises(FileExistsError, match="written over"):
        drop(HAVE[0], OPERATOR, tmp_path / "out")
    assert list(tmp_path.iterdir()) == [tmp_path / "out"]


def number(value):
    out = bytearray()
    while value > 127:
        out.append(value & 127 | 128)
        value >>= 7
    return bytes([*out, value])


def msg(*fields):
    """Return a message of fields: pairs of a number and bytes or a text."""
    out = b""
    for name, value in fields:
        held = value.encode() if isinstance(value, str) else value
        out += number(name << 3 | 2) + number(len(held)) + held
    return out


def node(name, op, *inputs, calls=""):
    attr = [(5, msg((1, "f"), (2, msg((10, msg((1, calls)))))))] if calls else []
    return msg((1, name), (2, op), *((3, item) for item in inputs), *attr)


def func(name, *nodes, ret="r:0", control=()):
    control_ret = [(6, msg((1, key), (2, value))) for key, value in control]
    outputs = [(20, key) for key, _ in control]
    return msg(
        (1, msg((1, name), *outputs)),
        *((3, item) for item in nodes),
        (4, msg((1, "out"), (2, ret))),
        *control_ret,
    )


READ = [node("d", OPERATOR, "v"), node("r", "ReadVariableOp", "v", "^d")]


def signed(output):
    return msg((1, "serving_default"), (2, msg((2, msg((1, "y"), (2, msg((1, output))))))))


USUAL = {
    "nodes": [
        node("v", "VarHandleOp"),
        node("predict", "StatefulPartitionedCall", "v", calls=CALL),
        node("save", "StatefulPartitionedCall", "v", calls=SAVE),
    ],
    "functions": [
        func(CALL, node("r", "ReadVariableOp", "v")),
        func(SAVE, *READ, control=[("kept", "r"), ("lost", "d")]),
    ],
    "saver": [(3, msg((1, "saver_filename:0"), (2, "save:0")))],
    "told": [(5, signed("predict:0"))],
}


def program(nodes, functions, saver, told):
    graph_def = msg(*((1, item) for item in nodes), (2, msg(*((1, item) for item in functions))))
    info = msg((5, "2.15.1"))
    return b"\x08\x01" + msg((2, msg((1, info), (2, graph_def), *saver, *told)))


def saving_only(tmp_path, data):
    (tmp_path / "saved_model.pb").write_bytes(data)
    artifact = readers.read(tmp_path)
    assert artifact.format == "savedmodel"
    assert artifact.ops[OPERATOR] >= 1
    return artifact.detail.get("saving_only")


def test_the_usual_is_proved(tmp_path):
    data = program(**USUAL)
    assert saving_only(tmp_path, data) == OPERATOR
    _, saver = library(values(without(data, OPERATOR), 2)[0])
    assert saver == func(SAVE, node("r", "ReadVariableOp", "v"), control=[("kept", "r")])


@pytest.mark.parametrize(
    "other",
    [
        {"nodes": [*USUAL["nodes"], node("d", OPERATOR, "v")]},
        {"functions": [*USUAL["functions"], func("other", *READ)]},
        {"functions": [func(CALL, *READ), USUAL["functions"][1]]},
        {"functions": [USUAL["functions"][0], func(SAVE, READ[0], node("r", "Identity", "d"))]},
        {"functions": [USUAL["functions"][0], func(SAVE, READ[0], node("r", "Identity", "d:y:0"))]},
        {"functions": [USUAL["functions"][0], func(SAVE, *READ, ret="d:0")]},
        {"functions": [USUAL["functions"][0], func(SAVE, node("d", OPERATOR, "v", "^w"), READ[1])]},
        {
            "functions": [
                func(CALL, node("r", "PartitionedCall", calls=SAVE)),
                USUAL["functions"][1],
            ]
        },
        {"nodes": [*USUAL["nodes"], node("again", "PartitionedCall", calls=SAVE)]},
        {"nodes": [*USUAL["nodes"], node("after", "Identity", "save")]},
        {"nodes": [*USUAL["nodes"], node("after", "Identity", "v", "^save")]},
        {"told": [(5, signed("save:0"))]},
        {"told": [(5, signed("predict:0")), (7, msg((2, msg((1, SAVE)))))]},
        {"told": [(5, signed("predict:0")), (2, b"")]},
        {"saver": []},
        {"saver": [(3, msg((2, "predict:0")))]},
        {"saver": [*USUAL["saver"], *USUAL["saver"]]},
    ],
)
def test_what_is_not_proved_is_not_offered(tmp_path, other):
    data = program(**(USUAL | other))
    assert saving_only(tmp_path, data) is None
    with pytest.raises(ValueError, match="not proved"):
        drop(tmp_path, OPERATOR, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_what_would_be_written_otherwise_is_refused():
    long = program(**USUAL).replace(b"\x08\x01", b"\x08\x81\x00", 1)
    with pytest.raises(ValueError, match="not written as protobuf writes it"):
        without(long, OPERATOR)


def test_the_fix_by_its_facts(tmp_path, monkeypatch):
    """`--fix` in an environment with TensorFlow 2.8 writes `model.fixed`; the original stays."""
    from loadstone.engine import gather

    real = gather.gather

    def older(path, asked):
        return real(path, asked) | {Environment: Environment("3.9.0", {"tensorflow": "2.8.4"})}

    monkeypatch.setattr(gather, "gather", older)
    shutil.copytree(FILES / "tf-2.15.1" / "subclassed", tmp_path / "model")
    before = (tmp_path / "model" / "saved_model.pb").read_bytes()
    report = loadstone.fix(tmp_path / "model")
    assert [item.check.code for item in report.fixed] == ["LS218"]
    assert report.wrote == (str(tmp_path / "model.fixed"),)
    assert not report.errors
    assert (tmp_path / "model" / "saved_model.pb").read_bytes() == before
    loadstone.fix(tmp_path / "model", out=tmp_path / "my.v2")
    assert readers.read(tmp_path / "my.v2").ops.get(OPERATOR) is None
