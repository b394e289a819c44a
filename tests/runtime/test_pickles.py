"""What the pickle machine reports of a stream: values, globals and their uses, places."""

import gc
import mmap
import pickle
import struct
from collections import OrderedDict

import pytest

from loadstone.runtime import pickles
from loadstone.runtime.pickles import (
    Blob,
    Call,
    Global,
    ListItems,
    Malformed,
    Pairs,
    Persistent,
    TupleItems,
    walk,
)


class Net:
    def __init__(self):
        self.layers = [1, 2]


def uses(data):
    return {found.path: found.uses for found in pickles.read(data).globals}


def test_values_are_pythons_own_or_nodes():
    value = pickles.read(pickle.dumps([None, True, 1, 2.5, "a", b"b", (1,), {"k": {3}}], 4)).value
    assert isinstance(value, ListItems)
    assert value[:6] == [None, True, 1, 2.5, "a", b"b"]
    assert isinstance(value[6], TupleItems)
    assert value[7].get("k")[0] == 3
    assert repr(value) == "<list of 8>"


def test_nodes_compare_and_hash_by_identity():
    one, other = pickles.read(b"]]\x86.").value
    assert one != other
    assert len({one, other}) == 2


@pytest.mark.parametrize(
    ("length", "kind", "protocol"),
    [(65, "bytes", 3), (300, "bytes", 4), (70_000, "bytes", 4), (10, "bytearray", 5)],
)
def test_long_bytes_stay_where_they_are(length, kind, protocol):
    content = bytes(index % 251 for index in range(length))
    data = pickle.dumps(content if kind == "bytes" else bytearray(content), protocol)
    blob = pickles.read(data).value
    assert isinstance(blob, Blob)
    assert blob.kind == kind
    assert data[blob.offset : blob.offset + blob.length] == content


def test_pairs_give_the_last_of_equal_keys():
    value = pickles.read(b"}Va\nK\x01sVa\nK\x02s.").value
    assert isinstance(value, Pairs)
    assert value.get("a") == 2
    assert value.get("b", 7) == 7
    assert list(value) == [("a", 1), ("a", 2)]


def test_object_is_a_call_with_its_state():
    stream = pickles.read(pickle.dumps(Net(), 4))
    made = stream.value
    assert isinstance(made, Call)
    assert made.path == f"{__name__}.Net"
    assert made.how == "new"
    assert list(made.states[0].get("layers")) == [1, 2]
    assert stream.calls == [made]


def test_what_is_put_into_a_call_is_kept():
    made = pickles.read(pickle.dumps(OrderedDict(a=1, b=2), 4)).value
    assert list(made.pairs) == [("a", 1), ("b", 2)]
    assert made.appended == ()


@pytest.mark.parametrize(
    ("data", "used"),
    [
        (b"cm\nf\n.", {"reference"}),
        (b"cm\nf\n)R.", {"call"}),
        (b"(im\nf\n.", {"call"}),
        (b"(cm\nf\no.", {"call"}),
        (b"cm\nf\n)\x81.", {"new"}),
        (b"cm\nf\n)}\x92.", {"new"}),
        (b"cm\nf\n)\x81}b.", {"new", "build"}),
        (b"cm\nf\n)RNa.", {"call", "items"}),
        (b"cm\nf\n)RNNs.", {"call", "items"}),
        (b"cm\nf\n)R(N\x90.", {"call", "items"}),
        (b"cm\nf\n}b.", {"patch"}),
        (b"cm\nf\nNa.", {"patch"}),
        (b"cm\nf\n)R0cm\nf\n.", {"call"}),
    ],
)
def test_uses_of_a_global(data, used):
    assert uses(data) == {"m.f": used}


def test_globals_are_told_once_in_order_with_their_place():
    stream = pickles.read(b"(ca\nb\ncc\nd\nca\nb\n\x8c\x01c\x8c\x01d\x93t.")
    assert [(found.path, found.at) for found in stream.globals] == [("a.b", 1), ("c.d", 6)]
    assert stream.value[1] is stream.value[3]


def test_nested_names_are_kept():
    assert pickles.read(b"\x80\x04\x8c\x01m\x8c\x03A.B\x93.").value.name == "A.B"


def test_persistent_ids_in_order():
    stream = pickles.read(b"(Pone\n(Vstorage\nK\x07tQt.")
    assert [
        found.pid if isinstance(found.pid, str) else list(found.pid) for found in stream.persistent
    ] == [
        "one",
        ["storage", 7],
    ]
    assert isinstance(stream.value[0], Persistent)


@pytest.mark.parametrize(
    "data", [b"T\x01\0\0\0\xe9.", b"U\x01\xe9.", b"S'\\xe9'\n.", b"S'\xe9'\n."]
)
def test_python_2_text_beyond_ascii_stays_bytes(data):
    stream = pickles.read(data)
    assert stream.value == b"\xe9"
    assert stream.has_python2_strings


def test_long_python_2_text_beyond_ascii_is_a_blob():
    stream = pickles.read(b"T" + struct.pack("<i", 5000) + b"a" * 4999 + b"\xff.")
    assert stream.value.kind == "string"
    assert (stream.value.offset, stream.value.length) == (5, 5000)


def test_python_2_ascii_is_text():
    stream = pickles.read(b"U\x01a.")
    assert stream.value == "a"
    assert not stream.has_python2_strings


def test_start_and_end_of_streams_in_a_row():
    data = pickle.dumps(1, 2) + pickle.dumps(Net(), 4) + b"rest"
    first = pickles.read(data)
    second = pickles.read(data, first.end)
    assert data[second.end :] == b"rest"
    assert (first.protocol, second.protocol) == (2, 4)
    assert isinstance(second.value, Call)


@pytest.mark.parametrize("protocol", range(6))
def test_max_opcode_protocol(protocol):
    stream = pickles.read(pickle.dumps([1, "a", b"b", bytearray(b"c"), Net()], protocol))
    assert stream.max_opcode_protocol <= protocol
    assert stream.protocol == (protocol if protocol >= 2 else None)


def test_stop_before_the_end_of_a_frame_is_told():
    data = b"\x80\x04\x95" + struct.pack("<Q", 4) + b"N.NN"
    assert [found.kind for found in pickles.read(data).disagreements] == ["frame"]


def test_stop_at_the_end_of_a_frame_is_not():
    assert pickles.read(pickle.dumps(Net(), 4)).disagreements == []


def test_frame_that_ends_with_the_buffer_holds_no_other_frame():
    inner = b"\x95" + struct.pack("<Q", 2) + b"N."
    with pytest.raises(Malformed, match="a frame inside a frame"):
        pickles.read(b"\x95" + struct.pack("<Q", len(inner)) + inner)


def test_change_through_the_memo_is_seen():
    value = pickles.read(b"]\x94h\x00K\x05a.").value
    assert list(value) == [5]
    outer = pickles.read(b"(]\x94h\x00K\x05at.").value
    assert outer[0] is outer[1]
    assert list(outer[0]) == [5]


def test_item_of_a_list_is_set():
    assert list(pickles.read(b"](K\x01K\x02eK\x01Ns.").value) == [1, None]


def test_walk_yields_each_node_once_the_outer_first():
    value = pickles.read(b"]\x94(h\x00cm\nf\n)\x81}b]h\x00ae.").value
    nodes = list(walk(value))
    assert nodes[0] is value
    assert len(nodes) == len({id(node) for node in nodes}) == 6


def test_walk_reaches_states_items_and_persistent_ids():
    data = b"cm\nf\n)\x81}Vk\n(cm\ng\ntQsb]a."
    found = [node for node in walk(pickles.read(data).value) if isinstance(node, Global)]
    assert [node.name for node in found] == ["f", "g"]


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
def test_every_kind_of_buffer(kind):
    data = pickle.dumps([1, "é", Net(), b"x" * 99], 0) + pickle.dumps(["é", Net()], 4)
    first = pickles.read(kind(data))
    second = pickles.read(kind(data), first.end)
    assert second.end == len(data)
    assert first.value[1] == second.value[0] == "é"


def test_mmap(tmp_path):
    path = tmp_path / "a.pkl"
    path.write_bytes(pickle.dumps(["é", Net(), 2**70, b"x" * 99], 4))
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as mapped:
        assert pickles.read(mapped).value[2] == 2**70


def test_garbage_collection_goes_on_afterwards():
    pickles.read(b"N.")
    assert gc.isenabled()
    with pytest.raises(Malformed):
        pickles.read(b"N")
    assert gc.isenabled()


def test_error_has_its_why_and_where():
    with pytest.raises(Malformed) as caught:
        pickles.read(b"NNNR.")
    assert caught.value.at == 3
    assert str(caught.value) == "`None` is called (at byte 3)"


def test_start_outside_of_the_buffer():
    for start in (-1, 3):
        with pytest.raises(Malformed):
            pickles.read(b"N.", start)
