"""Pickles that hang, crash or fool other readers; `python make.py` writes the small ones here.

Each was measured against CPython's C unpickler with inert stand-ins: it crashes, hangs or takes
gigabytes, or scanners read another program than the unpickler does.
"""

from pathlib import Path
from struct import pack

HERE = Path(__file__).parent


def shared_tuples(depth=40):
    """A tuple of two references to one tuple, forty times over, as a key: hashing takes 2^40."""
    out = b"\x80\x04)\x940"
    for index in range(depth):
        out += b"h%ch%c\x86\x940" % (index, index)
    return out + b"}h%cNs." % depth


def laughs(depth=60):
    """Lists of two references to one list: any walk without a memory takes 2^60."""
    out = b"\x80\x04]\x94"
    for index in range(depth):
        out += b"](h%ch%ce\x94" % (index, index)
    return out + b"."


def deep_key(depth=1_000_000):
    """A tuple nested a million deep as a key: hashing it overflows the C stack."""
    return b"}N" + b"\x85" * depth + b"Ns."


def equal_hashes(count=20_000):
    """Integers with one hash, 2^61 - 1 apart: a set of them takes quadratic time."""
    items = (b"\x8a\x0b" + (index * (2**61 - 1)).to_bytes(11, "little") for index in range(count))
    return b"\x80\x04\x8f(" + b"".join(items) + b"\x90."


def many_states(count=100_000):
    """One object that is built again and again: keeping each state apart must stay linear."""
    return b"cmod\nC\n)\x81" + b"Nb" * count + b"."


def frame_straddle():
    """BINBYTES crosses the end of its frame (python/cpython#154848).

    Readers that skip frames see the bytes `0cos\\nsystem…`, those that honour them run the rest.
    """
    hidden = b"0cposix\nsystem\n(Vtrue\ntR."
    shown = b"N" * len(hidden)
    inside = b"B" + pack("<I", len(shown) + 2) + b"xx"
    return b"\x80\x04\x95" + pack("<Q", len(inside)) + inside + hidden


SMALL = {
    "shared_tuples_as_key": shared_tuples(),
    "laughs": laughs(),
    "huge_memo_number": b"Nr" + pack("<I", 2**28) + b".",
    "huge_binbytes8": b"\x80\x04\x8e" + pack("<Q", 2**62) + b"N.",
    "huge_bytearray8": b"\x80\x05\x96" + pack("<Q", 2**62) + b"N.",
    "huge_frame": b"\x80\x04\x95" + pack("<Q", 2**62) + b"N.",
    "list_as_key": b"}]Ns.",
    "frozenset_of_list": b"\x80\x04(]\x91.",
    "list_in_itself": b"]\x94h\x00a.",
    "tuple_in_itself": b"]\x94h\x00\x85\x94a0h\x01.",
    "dict_in_itself": b"}\x94Vk\nh\x00s.",
    "extension": b"\x80\x02\x82\x01.",
    "frame_straddle": frame_straddle(),
    "frame_in_frame": b"\x80\x04\x95" + pack("<Q", 11) + b"\x95" + pack("<Q", 1) + b"N.",
    "hex_int": b"I0x1\n.",
    "hex_long": b"L0x10L\n.",
    "global_with_space": b"cos\npath join\n.",
    "computed_global": b"\x80\x04\x8c\x06system\x94\x8c\x02os\x94h\x00\x93.",
    "call_then_pop": b"cos\nsystem\n(Vtrue\ntR0N.",
    "obj_then_pop": b"(cos\nsystem\nVtrue\no0N.",
    "patched_function": b"cnumpy\nsize\n}V__builtins__\nNsb.",
}

LARGE = {"deep_key": deep_key, "equal_hashes": equal_hashes, "many_states": many_states}


if __name__ == "__main__":
    for name, data in SMALL.items():
        (HERE / f"{name}.pkl").write_bytes(data)
