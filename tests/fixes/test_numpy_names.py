"""Names of numpy 2 written as numpy 1 has them: what is made stays what it was."""

import functools
import io
import pickle
import warnings

import joblib
import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays

from loadstone import readers
from loadstone.checks.environment.numpy_moved import NAMES
from loadstone.core import Artifact, Environment, RenameGlobals
from loadstone.engine import fixing
from loadstone.engine.run import run_checks
from loadstone.fixes.numpy_names import rename, renamed
from loadstone.runtime import pickles

LEAVES = st.one_of(
    arrays.arrays(
        st.sampled_from(["f8", "f4", "i8", "u1", "?", "M8[s]", "U3", "S4", "c8"]),
        arrays.array_shapes(max_dims=2, max_side=4),
    ),
    st.floats(width=32).map(np.float32),
    st.booleans().map(np.bool_),
    st.just(np.bool_),
    st.just(np.dtype("f4")),
    st.just(np.rec.array([(1, 2.0), (3, 4.0)], dtype=[("a", "i4"), ("b", "f8")])),
    st.just(np.rec.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")])[0]),
    st.just(np.array(["x", None, ("y", 2)], dtype=object)),
    st.just(np.char.array(["a", "bc"])),
    st.just(np.add),
    st.sampled_from(["numpy._core.multiarray", "numpy.rec", "bool", "numpy", "_reconstruct"]),
    st.integers(),
    st.text(max_size=3),
)
VALUES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=5) | st.dictionaries(st.text(max_size=3), inner)
)


def loaded(load, data):
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # numpy 2 answers to the names of numpy 1, and says so
        return load(data)


def same(one, other):
    """Whether two values are equal, in their types too."""
    if type(one) is not type(other):
        return False
    if isinstance(one, dict):
        return list(one) == list(other) and all(map(same, one.values(), other.values()))
    if isinstance(one, (list, tuple)):
        return len(one) == len(other) and all(map(same, one, other))
    if isinstance(one, np.ndarray):
        alike = one.dtype == other.dtype and one.shape == other.shape
        return alike and all(map(same, one.ravel().tolist(), other.ravel().tolist()))
    return one is other or one == other or (one != one and other != other)  # noqa: PLR0124 - nan


def names(data):
    """Return the modules and names that a pickle names."""
    return {(item.module, item.name) for item in pickles.read(data).globals}


@settings(deadline=None, max_examples=60)
@given(value=VALUES, protocol=st.integers(0, 5))
def test_what_is_made_stays_what_it_was(value, protocol):
    made = renamed(pickle.dumps(value, protocol))
    assert same(loaded(pickle.loads, made), pickle.loads(pickle.dumps(value, protocol)))
    assert renamed(made) == made


@settings(deadline=None, max_examples=40)
@given(value=VALUES, protocol=st.integers(2, 5))
def test_arrays_of_joblib_stay_where_the_opcodes_go_on(value, protocol):
    file = io.BytesIO()
    joblib.dump(value, file, protocol=protocol)
    made = renamed(file.getvalue())
    found = loaded(joblib.load, io.BytesIO(made))
    file.seek(0)
    assert same(found, joblib.load(file))


@pytest.mark.parametrize("protocol", range(6))
def test_no_name_of_numpy_2_is_left(protocol):
    value = [np.arange(3.0), np.float64(1), np.rec.array([(1,)], dtype=[("a", "i4")]), np.bool_]
    before = pickle.dumps(value, protocol)
    found = names(renamed(before))
    assert found == {NAMES.get(name, name) for name in names(before)} != names(before)


def test_an_array_of_joblib_is_aligned_anew(tmp_path):
    path, made = tmp_path / "a.joblib", tmp_path / "b.joblib"
    joblib.dump({"w": np.arange(9.0)}, path)
    with made.open("wb") as file:
        rename(path, file)
    with warnings.catch_warnings():
        warnings.simplefilter("error", UserWarning)  # joblib says where an array is not aligned
        warnings.filterwarnings("ignore", category=DeprecationWarning)
        held = joblib.load(made, mmap_mode="r")["w"]
    assert held.offset % 16 == 0
    assert held.tolist() == list(range(9))


@pytest.mark.parametrize("compress", ["zlib", "gzip", "bz2", "xz", "lzma"])
def test_a_compressed_file_is_compressed_in_the_same_way(compress, tmp_path):
    path, made = tmp_path / "a.joblib", tmp_path / "b.joblib"
    joblib.dump({"w": np.arange(9.0)}, path, compress=(compress, 3))
    with made.open("wb") as file:
        rename(path, file)
    assert made.read_bytes()[:2] == path.read_bytes()[:2]
    assert loaded(joblib.load, made)["w"].tolist() == list(range(9))


def test_every_other_record_of_an_archive_stays(tmp_path):
    path, made = tmp_path / "a.pt", tmp_path / "b.pt"
    torch.save([torch.ones(3), np.arange(2.0), torch.arange(70)], path)
    with made.open("wb") as file:
        rename(path, file)
    for mapped in (False, True):
        found = loaded(functools.partial(torch.load, weights_only=False, mmap=mapped), made)
        assert [item.tolist() for item in found] == [[1, 1, 1], [0, 1], list(range(70))]


@pytest.mark.parametrize(
    ("value", "why"),
    [
        (np.array(["a"], dtype=np.dtypes.StringDType()), "nothing like `numpy._core._internal"),
        (np.random.default_rng(0), "nothing like `numpy.random._pcg64.PCG64`"),
        (np.random.RandomState(0), "nothing like `numpy.random._mt19937.MT19937`"),
        (np.arange(24).reshape(2, 3, 4).transpose(1, 0, 2), "axes in an order"),
    ],
    ids=["text", "generator", "state", "turned"],
)
def test_what_numpy_1_cannot_make_is_refused(value, why):
    with pytest.raises(ValueError, match=why):
        renamed(pickle.dumps({"a": np.arange(2), "b": value}, 5))


@pytest.mark.parametrize(
    ("numpy", "offered"), [("1.26.4", True), ("1.24.4", True), ("2.0.2", False)]
)
def test_it_is_offered_beside_numpy_1_alone(numpy, offered, tmp_path):
    path = tmp_path / "model.pkl"
    path.write_bytes(pickle.dumps({"w": np.arange(3.0)}, 5))
    facts = {Artifact: readers.read(path), Environment: Environment("3.11.7", {"numpy": numpy})}
    plan = fixing.plan(facts, run_checks(facts))
    assert (plan is not None) is offered
    if plan is None:
        return
    assert isinstance(plan.edit, RenameGlobals)
    written = path.with_name(plan.edit.name)
    assert fixing.save(plan, path, written) == (written,)
    assert loaded(pickle.loads, written.read_bytes())["w"].tolist() == [0, 1, 2]
    with pytest.raises(FileExistsError):
        fixing.save(plan, path, written)
