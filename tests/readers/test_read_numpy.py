"""`.npy` and `.npz`: what numpy itself reported of the committed files, and what it never wrote."""

import contextlib
import hashlib
import io
import json
import pickle
import zipfile
from pathlib import Path

import numpy as np
import pytest
from reader_truth import joined, read

from loadstone.readers._literal import NotLiteral, parse

FILES = Path(__file__).parents[1] / "files" / "numpy"
TRUTH = {
    name: arrays
    for path in sorted(FILES.glob("truth_*.json"))
    for name, arrays in json.loads(path.read_text()).items()
}
SIZED = {"U": "str", "S": "bytes", "V": "void"}


def word(told):
    if told["hasobject"]:
        return "object"
    code = np.dtype(told["dtype"])
    if code.kind in SIZED:
        return f"{SIZED[code.kind]}{told['itemsize'] * 8}"
    return code.name


@pytest.mark.parametrize("name", sorted(TRUTH))
def test_facts_are_what_numpy_reported(name):
    path = FILES / name
    artifact = read(path)
    (state,) = artifact.state_dicts
    assert not artifact.damage
    assert set(state.tensors) == set(TRUTH[name])
    for key, told in TRUTH[name].items():
        fact = state.tensors[key]
        assert (fact.dtype, list(fact.shape)) == (word(told), told["shape"])
        if told["hasobject"]:
            assert fact.extent is None
        else:
            assert hashlib.sha256(joined(path, fact)).hexdigest() == told["sha256"]
        for field in told["fields"]:
            assert f"{field} " in artifact.detail["fields"]
    pickled = any(told["hasobject"] for told in TRUTH[name].values())
    assert artifact.opening_runs_code == ("library" if pickled else "no")


def test_both_generations_of_numpy_are_there():
    assert {name.rsplit("numpy", 1)[1][0] for name in TRUTH} == {"1", "2"}
    assert {read(FILES / name).detail.get("version") for name in TRUTH} >= {1, 2, 3}


class Harm:
    def __reduce__(self):
        return print, ("harm",)


def test_the_pickle_of_an_object_array_is_judged(tmp_path):
    path = tmp_path / "model.npy"
    np.save(path, np.array(Harm(), dtype=object), allow_pickle=True)
    artifact = read(path)
    assert artifact.opening_runs_code == "yes"
    assert "builtins.print" in {str(item) for item in artifact.globals}
    np.savez(tmp_path / "model.npz", a=np.ones(2), b=np.array(Harm(), dtype=object))
    artifact = read(tmp_path / "model.npz")
    assert artifact.opening_runs_code == "yes"
    assert artifact.detail["pickled"] == "b"


def with_header(text, data=b"", version=1):
    raw = text.encode()
    size = len(raw).to_bytes(2 if version == 1 else 4, "little")
    return b"\x93NUMPY" + bytes([version, 0]) + size + raw + data


PLAIN = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n"


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (with_header(PLAIN, bytes(7)), "truncated"),
        (with_header(PLAIN, bytes(9)), "trailing"),
        (with_header(PLAIN)[:20], "truncated"),
        (with_header(PLAIN, bytes(8), version=7), "malformed"),
        (with_header("{" * 9000), "malformed"),
        (with_header("(" * 9000), "malformed"),
        (with_header("-" * 9000 + "1"), "malformed"),
        (with_header(PLAIN.replace("<f4", "<q9")), "malformed"),
        (with_header(PLAIN.replace("(2,)", "(-2,)")), "malformed"),
        (with_header(PLAIN.replace("'shape'", "'shapes'")), "malformed"),
        (with_header(PLAIN, version=2)[:8] + b"\xff" * 4, "limit"),
        (with_header(PLAIN.replace("<f4", "|O"), b"\x80\x04"), "truncated"),
        (with_header(PLAIN.replace("<f4", "|O"), pickle.dumps([1]) + b"more"), "trailing"),
    ],
)
def test_what_numpy_does_not_write_is_damage(tmp_path, data, kind):
    path = tmp_path / "a.npy"
    path.write_bytes(data)
    assert kind in {item.kind for item in read(path).damage}


def test_python_2_wrote_long_integers(tmp_path):
    path = tmp_path / "a.npy"
    path.write_bytes(with_header(PLAIN.replace("(2,)", "(2L,)"), bytes(8)))
    assert str(read(path).state_dicts[0].tensors[""]) == "float32 2"


def test_a_member_that_is_no_array_is_told(tmp_path):
    import zipfile

    path = tmp_path / "a.npz"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("a.npy", b"no array")
        buffer = io.BytesIO()
        np.save(buffer, np.ones(3))
        archive.writestr("b.npy", buffer.getvalue()[:-1])
    artifact = read(path)
    assert artifact.state_dicts[0].others == {"a": "no array"}
    assert [item.detail["member"] for item in artifact.damage] == ["a.npy", "b.npy"]


class Touch:
    def __init__(self, path):
        self.path = path

    def __reduce__(self):
        return Path.touch, (self.path,)


def objects(descr, path):
    """Return an array of objects, one of which makes a file, as `descr` announces it."""
    head = f"{{'descr': {descr}, 'fortran_order': False, 'shape': (), }}\n".encode()
    held = pickle.dumps(Touch(path), 2)
    return b"\x93NUMPY\1\0" + len(head).to_bytes(2, "little") + head + held


@pytest.mark.parametrize(
    ("names", "descr", "packed"),
    [
        (["x.bin"], "'|O'", zipfile.ZIP_STORED),
        (["x", "README.md"], "'|O'", zipfile.ZIP_DEFLATED),
        (["x.NPY"], "[('a', 'O')]", zipfile.ZIP_STORED),
        (["x.npy"], "'object'", zipfile.ZIP_STORED),
        (["x.npy"], "('O', (1,))", zipfile.ZIP_STORED),
        (["x.npy"], "'|O'", zipfile.ZIP_LZMA),
        (["x.txt"], "'|O'", zipfile.ZIP_BZIP2),
    ],
)
def test_numpy_unpickles_a_member_by_its_content(names, descr, packed, tmp_path):
    path, made = tmp_path / "x.npz", tmp_path / "made"
    with zipfile.ZipFile(path, "w", packed) as archive:
        archive.writestr(names[0], objects(descr, made))
        for other in names[1:]:
            archive.writestr(other, "text")
    assert read(path).opening_runs_code in ("yes", "unknown")
    with np.load(path, allow_pickle=True) as found, contextlib.suppress(ValueError):
        found[found.files[0]]
    assert made.exists()


def test_archives_of_other_files_run_nothing(tmp_path):
    with zipfile.ZipFile(tmp_path / "x.zip", "w") as archive:
        plain = io.BytesIO()
        np.save(plain, np.zeros(2))
        archive.writestr("x.bin", plain.getvalue())
        archive.writestr("folder/", "")
        archive.writestr("folder/README", "text")
    assert read(tmp_path / "x.zip").opening_runs_code == "no"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("(1)", 1), ("(1,)", (1,)), ("()", ()), ("[('a', '<f4')]", [("a", "<f4")]),
        ("{'a': None, u'b': True,}", {"a": None, "b": True}), ('"a\'b"', "a'b"), ("-3L", -3),
    ],
)  # fmt: skip
def test_literals(text, value):
    assert parse(text) == value


@pytest.mark.parametrize("text", ["", "(", "(1 2)", "{1: 2}", "{'a'}", "[1]]", "f(1)", "1.5", ")"])
def test_what_is_no_literal(text):
    with pytest.raises(NotLiteral):
        parse(text)
