"""Cython fills objects from tuples, and of one that is too short takes what lies behind it.

Each of the first made scikit-learn, spaCy or arch crash when it was opened.
"""

import pickle

import pytest
from opcodes import NONE, START, call, glob, number, together
from sklearn._loss import loss

from loadstone.runtime import audited, pickles


def made(module, name, checksum, state, filled=b""):
    args = glob(module, name), number(checksum), state
    return START + call(module, "__pyx_unpickle_" + name, *args) + filled + b"."


def verdict(data):
    return audited.verdict(pickles.read(data))[0]


RECURSION = "arch.univariate.recursions", "GARCHUpdater", 119629453  # of arch 8


@pytest.mark.parametrize(
    "data",
    {
        "nothing for a recursion": made(*RECURSION, together()),
        "a part for a recursion": made(*RECURSION, together(number(1))),
        "nothing, later": made(*RECURSION, NONE, together() + b"b"),
        "nothing for a loss": made("sklearn._loss._loss", "CyHuberLoss", 0x1234567, together()),
        "a node of spaCy's": made("spacy.tokens.graph", "Node", 0x1234567, together(number(1))),
        "an enumeration of no value": made("hdbscan.dist_metrics", "Enum", 1, together()),
    }.items(),
    ids=lambda item: item[0],
)
def test_a_tuple_that_is_short_is_not(data):
    assert verdict(data[1]) == "yes"


FLOAT = b"G" + bytes(8)


@pytest.mark.parametrize(
    ("name", "state", "says"),
    [
        ("EGARCHUpdater", together(*[FLOAT] * 4), "library"),
        ("EGARCHUpdater", together(), "yes"),
        ("HARCHUpdater", together(FLOAT), "library"),
        ("HARCHUpdater", NONE + b"0)", "yes"),
        ("GARCHUpdater", together(number(1)), "yes"),
    ],
)
def test_what_fills_a_recursion_has_all_parts(name, state, says):
    held = call("arch.univariate.recursions", name, number(1), number(0), number(1))
    assert verdict(START + held + state + b"b.") == says


def test_a_molecule_is_not():  # its bytes made rdkit crash
    held = call("rdkit.Chem.rdchem", "Mol", b"C\4\xef\xbe\xad\xde")
    assert verdict(START + held + b".") == "yes"


@pytest.mark.parametrize("protocol", range(2, 6))
def test_losses_are(protocol):
    held = [loss.HalfTweedieLoss(), loss.PinballLoss(), loss.HuberLoss(), loss.HalfSquaredError()]
    assert verdict(pickle.dumps(held, protocol)) == "library"
