"""Values come back equal, with their exact types and shared references."""

import collections
import math
import re
import sys
import time
import types
from pathlib import Path, PurePosixPath

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from loadstone.inputs.capture import capture
from loadstone.runtime.code import CodeUnavailable, load


def again(value):
    captured = capture({"value": value})
    assert captured.problems == []
    before = set(sys.modules)
    try:
        return load(captured.files.__getitem__)["value"]
    finally:
        for name in set(sys.modules) - before:
            if name.startswith("_loadstone_"):
                del sys.modules[name]


def same(one, other):
    assert type(one) is type(other)
    if isinstance(one, dict):
        assert list(map(repr, one)) == list(map(repr, other))
        for a, b in zip(one.values(), other.values(), strict=True):
            same(a, b)
    elif isinstance(one, list | tuple | collections.deque):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            same(a, b)
    elif isinstance(one, float) and math.isnan(one):
        assert math.isnan(other)
    else:
        assert one == other
        assert repr(one) == repr(other) or isinstance(one, set | frozenset)


atoms = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.text(st.characters())
    | st.binary(max_size=8)
    | st.complex_numbers(allow_nan=False)
    | st.integers(min_value=2**52, max_value=2**54)
)
keys = st.none() | st.booleans() | st.integers() | st.text(max_size=4) | st.tuples(st.integers())
trees = st.recursive(
    atoms,
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.lists(inner, max_size=4).map(tuple)
        | st.dictionaries(keys, inner, max_size=4)
        | st.dictionaries(keys, inner, max_size=4).map(collections.OrderedDict)
        | st.lists(inner, max_size=4).map(lambda v: collections.deque(v, maxlen=9))
        | st.sets(keys, max_size=4)
        | st.frozensets(keys, max_size=4)
    ),
    max_leaves=12,
)


@settings(max_examples=150, deadline=None)
@given(trees)
def test_any_tree_comes_back(tree):
    same(tree, again(tree))


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.integers(0, 9), st.integers(0, 9)), max_size=15))
def test_any_graph_keeps_its_shared_references_and_cycles(edges):
    nodes = [[] if n % 2 else {} for n in range(10)]
    for a, b in edges:
        if isinstance(nodes[a], list):
            nodes[a].append((nodes[b],))
        else:
            nodes[a][len(nodes[a])] = nodes[b]

    def shape(value):
        seen = {}
        out = []
        queue = [value]
        for item in queue:
            if id(item) in seen:
                continue
            seen[id(item)] = len(seen)
            queue += item.values() if isinstance(item, dict) else item
        for item in queue:
            inner = item.values() if isinstance(item, dict) else item
            out.append((type(item), [seen[id(i)] for i in inner]))
        return out

    assert shape(nodes) == shape(again(nodes))


def test_a_cycle_and_a_million_entries():
    loop = [1]
    loop.append((loop, {"loop": loop}))
    back = again(loop)
    assert back[1][0] is back
    assert back[1][1]["loop"] is back
    deep = []
    for _ in range(20_000):
        deep = [deep]
    again(deep)
    vocab = {f"word{n}": n for n in range(200_000)}
    start = time.perf_counter()
    assert again(vocab) == vocab
    assert time.perf_counter() - start < 5


@pytest.mark.parametrize(
    "value",
    [
        re.compile(r"\w+", re.IGNORECASE),
        re.compile(b"x"),
        Path("a/b"),
        PurePosixPath("/c"),
        range(1, 10, 3),
        slice(1, None),
        "\ud83d\ude00 \udc80",
        float("inf"),
        -0.0,
        collections.Counter("abca"),
        collections.Counter({"a": -1, "b": 0}),
        bytearray(b"xyz"),
        types.MappingProxyType({"a": [1]}),
        ...,
        NotImplemented,
        np.float32(1.5),
        np.datetime64("2020-01-02"),
        np.dtype("float16"),
        np.dtype([("a", "i4"), ("b", "f8")]),
        {np.int64(3): np.str_("x")},
    ],
)
def test_other_plain_values_come_back(value):
    back = again(value)
    assert type(back) is type(value)
    assert back == value or type(value) is slice


def test_an_integer_of_any_size_comes_back():
    assert again(10**5000) == 10**5000


def test_a_defaultdict_keeps_its_factory():
    back = again(collections.defaultdict(list, a=[1]))
    assert back == {"a": [1]}
    assert back["b"] == []


@pytest.mark.parametrize(
    "array",
    [
        np.arange(12.0).reshape(3, 4),
        np.asfortranarray(np.arange(12).reshape(3, 4)),
        np.arange(40_000, dtype="i8"),
        np.array(5, "u1"),
        np.zeros((0, 3)),
        np.array(["a", "bc"]),
        np.array([1, "a", None], dtype=object),
        np.arange(20)[::3],
        np.array([(1, 2.0)], dtype=[("a", "i4"), ("b", "f8")]),
    ],
)
def test_arrays_come_back(array):
    back = again(array)
    assert back.dtype == array.dtype
    assert back.shape == array.shape
    assert (back == array).all()
    assert back.flags.writeable
    if array.ndim == 2 and array.flags.f_contiguous and not array.flags.c_contiguous:
        assert back.flags.f_contiguous


def test_tensors_come_back():
    torch = pytest.importorskip("torch")
    tensors = [
        torch.arange(6).reshape(2, 3),
        torch.tensor(1.5, dtype=torch.bfloat16),
        torch.tensor([True]),
        torch.ones(2, requires_grad=True),
        torch.nn.Parameter(torch.ones(2)),
        torch.tensor([1 + 2j]),
    ]
    for one, other in zip(tensors, again(tensors), strict=True):
        assert type(one) is type(other)
        assert one.dtype == other.dtype
        assert one.requires_grad == other.requires_grad
        assert torch.equal(one, other)
    assert again([torch.float16, torch.device("cuda:1")]) == [torch.float16, torch.device("cuda:1")]


def test_a_changed_file_and_a_hostile_name_are_refused(tmp_path):
    files = capture({"value": [1]}).files
    files["code/data/values.json"] += b" "
    with pytest.raises(CodeUnavailable, match="another digest"):
        load(files.__getitem__)
    (tmp_path / "code").mkdir()
    index = files["code/index.json"].replace(b'"code/data/values.json"', b'"../../etc/passwd"')
    (tmp_path / "code" / "index.json").write_bytes(index)
    with pytest.raises(CodeUnavailable, match="not a name inside"):
        load(tmp_path)
    with pytest.raises(CodeUnavailable, match="cannot be read"):
        load(tmp_path / "nothing")


def test_a_module_that_is_not_installed_is_named():
    files = capture({"value": [np.linalg.norm]}).files
    digestless = {k: v.replace(b'"numpy.linalg"', b'"numpie.linalg"') for k, v in files.items()}
    with pytest.raises(CodeUnavailable, match=r"`numpie\.linalg` does not import here"):
        load(digestless.__getitem__, verify=False)
