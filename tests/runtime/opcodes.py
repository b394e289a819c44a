"""Opcodes of a pickle, written by hand: what no pickler writes, and some that do.

https://github.com/python/cpython/blob/main/Lib/pickletools.py
"""

import struct

NONE, TRUE, FALSE, START = b"N", b"\x88", b"\x89", b"\x80\x03"


def text(value):
    """Return a text."""
    held = value.encode()
    return b"X" + struct.pack("<I", len(held)) + held


def number(value):
    """Return a whole number of four bytes."""
    return b"J" + struct.pack("<i", value)


def glob(module, name):
    """Return a name of a module."""
    return f"c{module}\n{name}\n".encode()


def pairs(*held):
    """Return a dict of keys and values in turn."""
    return b"}(" + b"".join(held) + b"u"


def listed(*held):
    """Return a list."""
    return b"](" + b"".join(held) + b"e"


def together(*held):
    """Return a tuple."""
    return b"(" + b"".join(held) + b"t"


def new(module, name, *args):
    """Return an object of a class, made by `__new__`."""
    return glob(module, name) + together(*args) + b"\x81"


def call(module, name, *args):
    """Return what a function gives."""
    return glob(module, name) + together(*args) + b"R"
