"""joblib puts the bytes of arrays between the opcodes; a hook hops over them."""

import io
import pickle

import joblib
import numpy as np
import pandas as pd
import pytest

from loadstone import readers
from loadstone.readers.pickle import _fails
from loadstone.runtime import audited, pickles
from loadstone.runtime.pickles import Malformed

WRAPPER = "joblib.numpy_pickle.NumpyArrayWrapper"
SIZES = {"f8": 8, "f4": 4, "i8": 8, "u1": 1, "b1": 1}


def hop(data, nested):
    """Return a hook that hops over joblib's arrays: padding and bytes, or a nested pickle."""

    def on_build(call, position):
        if call.path != WRAPPER:
            return position
        (state,) = call.states
        kind = state.get("dtype").args[0]
        if kind == "O8":
            inner = pickles.read(data, position)
            nested.append(inner)
            call.payload = inner
            return inner.end
        if state.get("numpy_array_alignment_bytes") is not None:
            position += 1 + data[position]
        length = SIZES[kind] * int(np.prod(list(state.get("shape"))))
        call.payload = (position, length)
        return position + length

    return on_build


def dumped(value, protocol):
    out = io.BytesIO()
    joblib.dump(value, out, protocol=protocol)
    return out.getvalue()


@pytest.mark.parametrize("protocol", range(2, 6))
def test_arrays_are_hopped_over(protocol):
    weights = np.arange(12.0).reshape(3, 4)
    names = np.array(["a", None, {"b": 1}], dtype=object)
    value = {
        "weights": weights,
        "names": names,
        "empty": np.zeros((0, 5), "f4"),
        "again": weights.astype("u1"),
        "end": "é",
    }
    data = dumped(value, protocol)
    nested = []
    stream = pickles.read(data, on_build=hop(data, nested))
    assert stream.end == len(data)
    assert stream.value.get("end") == "é"
    begin, length = stream.value.get("weights").payload
    assert data[begin : begin + length] == weights.tobytes()
    assert stream.value.get("empty").payload[1] == 0
    assert stream.value.get("names").payload is nested[0]
    assert stream.disagreements == []
    assert audited.verdict(stream, *nested) == ("library", [])


def test_without_a_hook_array_bytes_are_malformed():
    data = dumped([np.full(40, 7.0)], 4)
    with pytest.raises(Malformed):
        pickles.read(data)


@pytest.mark.parametrize("position", [-1, 3, 10_000])
def test_hook_cannot_leave_the_stream(position):
    with pytest.raises(Malformed, match="does not hold"):
        pickles.read(b"cm\nC\n)\x81Nb.", on_build=lambda _call, _pos: position)


def test_hook_cannot_hop_inside_a_frame():
    body = b"cm\nC\n)\x81NbNN0."
    data = b"\x80\x04\x95" + len(body).to_bytes(8, "little") + body
    with pytest.raises(Malformed, match="inside a frame"):
        pickles.read(data, on_build=lambda _call, pos: pos + 1)


ARRAYS = [("a", "i4"), ("dim", "i2", (8,)), ("b", "S5", (2, 3)), ("c", [("x", "f8", (3,))], (2,))]


def test_fields_that_are_arrays(tmp_path):
    """The header of a NIfTI image, as nibabel keeps it."""
    joblib.dump({"header": np.zeros(3, ARRAYS), "end": 1}, tmp_path / "header.joblib")
    found = readers.read(tmp_path / "header.joblib")
    assert found.damage == ()
    assert found.opening_runs_code == "library"


def test_a_field_that_is_an_array_of_another_size_is_damage(tmp_path):
    data = dumped(np.zeros(1, ARRAYS), 4)
    wrong = data.replace(b"K\x08\x85", b"K\x07\x85", 1)
    assert wrong != data
    (tmp_path / "header.joblib").write_bytes(wrong)
    found = readers.read(tmp_path / "header.joblib")
    assert [one.kind for one in found.damage] == ["malformed"]
    assert found.opening_runs_code == "unknown"


@pytest.mark.parametrize("protocol", range(2, 6))
def test_what_unpickles_an_argument_may_stand_beside_an_array(protocol):
    data = dumped(np.arange(3.0), protocol)[:-1] + b"cspacy.vocab\nunpickle_vocab\n\x86."
    stream = pickles.read(data, on_build=hop(data, []))
    assert not stream.nested  # the bytes of the array are no pickle
    assert audited.verdict(stream) == ("library", [])


def runs_another(data):
    """Whether `pickle.load` gets past the name that stands in the place of numpy."""
    with pytest.raises((ModuleNotFoundError, AttributeError, ValueError)) as caught:
        pickle.loads(data)
    told = str(caught.value)
    return not any(words in told for words in ("dtype", "module named", "Empty module name"))


@pytest.mark.parametrize(
    ("before", "word"),
    [
        (["a", "b", "age"], "library"),
        (["a", "b", "sepal length (cm)"], "library"),
        (["a", "b", "sklearn.linear_model._base"], "library"),
        (["a", "b", "sklearn"], "library"),
        (["a", "b", "1.0.2"], "library"),
        (["a", "b", "user@mail.example"], "library"),
        (["a", "b", ""], "library"),
        (["a", "b", "code"], "library"),  # a word, and a module of Python's without a `dtype`
        (["a", "b", "antigravity"], "unknown"),  # a module of Python's that opens a browser
        (["a", "b", "some.module"], "unknown"),
    ],
)
def test_the_dtype_of_objects_is_read_as_that_of_another_module_by_pickle(tmp_path, before, word):
    """The pickle of an array of objects names numpy by a place that another text has there."""
    path = tmp_path / "model.joblib"
    joblib.dump([*before, np.array(["a", None], dtype=object)], path, protocol=4)
    assert word == "unknown" or not runs_another(path.read_bytes())
    assert readers.read(path).opening_runs_code == word


@pytest.mark.parametrize(
    ("held", "word"),
    [
        (b"0\x82\1.", "library"),  # no extension has a number
        (b"0K\1Q0.", "library"),  # and nothing loads by an id
        (b"0\x82\1)R.", "unknown"),
        (b"0cposix\ngetpid\n)R.", "unknown"),
    ],
)
def test_numbers_that_pickle_would_take_for_opcodes(tmp_path, held, word):
    """Before 1.1 joblib wrote no padding before the numbers of an array."""
    path = tmp_path / "model.joblib"
    with_numbers(path, [], held)
    assert readers.read(path).opening_runs_code == word


def with_numbers(path, before, held):
    """Save what stands before numbers, and those without padding, as joblib up to 1.1 did."""
    joblib.dump([*before, np.frombuffer(held, "u1")], path, protocol=3)
    data = path.read_bytes()
    at = data.rindex(held)
    ahead = data[:at].rstrip(b"\xff")[:-1]
    place = ahead.rindex(b"K\x10ub")
    path.write_bytes(ahead[:place] + ahead[place:].replace(b"K\x10ub", b"Nub") + data[at:])


@pytest.mark.parametrize(("name", "word"), [(b"dtype", "library"), (b"dtypf", "unknown")])
def test_objects_of_pandas_beside_a_text_in_the_place_of_numpy(tmp_path, name, word):
    path = tmp_path / "model.joblib"
    array = np.array([pd.Timestamp("2020-01-01"), None], dtype=object)
    joblib.dump(["a", "b", "scaler", array], path, protocol=4)
    data = path.read_bytes()
    place = data.rindex(b"\x8c\5dtype") + 2
    path.write_bytes(data[:place] + name + data[place + 5 :])
    assert readers.read(path).opening_runs_code in (word, "yes" if word == "unknown" else word)


@pytest.mark.parametrize(
    ("held", "word"),
    [
        (b"]b\x19.", "library"),  # it is filled with an empty list, and not changed
        (b"}b\x19.", "library"),
        (b"Nb\x19.", "library"),
        (b"}X\x0c\0\0\0__setstate__cposix\nsystem\nsbX\2\0\0\0idb\x19.", "unknown"),
    ],
)
def test_numbers_that_fill_what_announces_them_again(tmp_path, held, word):
    path = tmp_path / "model.joblib"
    with_numbers(path, [], held)
    assert readers.read(path).opening_runs_code == word


def test_another_name_by_a_place_in_memory_is_told(tmp_path):
    path = tmp_path / "model.joblib"
    joblib.dump(["a", "b", "posix", np.array(["a", None], dtype=object)], path, protocol=4)
    data = path.read_bytes()
    path.write_bytes(
        data.replace(b"\x8c\5dtype\x94\x93\x94\x8c\2O8", b"\x8c\5ctime\x94\x93\x94\x8c\2O8")
    )
    assert readers.read(path).opening_runs_code in ("yes", "unknown")


@pytest.mark.parametrize(
    ("path", "fails"),
    [
        ("coef_.dtype", True),  # a text of the pickle around, and no module
        ("numpy.dtype", True),
        ("json.dtype", True),  # Python's own has none
        ("this.dtype", False),  # but this one does something when it is imported
        ("1.0.dtype", True),  # no module is named so
        (".dtype", True),
        (".a.dtype", False),  # it is looked for as `a`
        ("train.csv.dtype", False),  # there may be a module `train` that runs something
        ("pytest.dtype", False),  # so would any other that lies on the path
        ("coef_.other", False),
    ],
)
def test_a_dtype_of_no_module_ends_a_load(path, fails):
    assert _fails(path) is fails
