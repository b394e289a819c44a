"""Make pickles with small libraries of which the audited table has no name, as users make them.

    python bench/genuine_unread.py OUT [library …]

None of them was read for the table. It holds exact names, so a class of a library that nobody read
is told of: `alarms.py` says of how many. Runs on Python 3.11.
"""

# it runs in throw-away environments, and is no API
# ruff: noqa: ANN201, ANN202, FBT003, N806, N813

import importlib.util
import sys
import warnings
from pathlib import Path

warnings.simplefilter("ignore")
sys.path.pop(0)  # `inspect.py` stands beside this file
_SPEC = importlib.util.spec_from_file_location(
    "genuine_pickles", Path(__file__).with_name("genuine_pickles.py")
)
genuine_pickles = importlib.util.module_from_spec(_SPEC)
sys.path.insert(0, "")  # which it takes away again
_SPEC.loader.exec_module(genuine_pickles)

_MANY = 12  # files of a library


def _rows():
    import numpy as np

    rows = np.random.RandomState(0).rand(60, 4)
    return (rows, (rows[:, 0] > 0.5).astype(int))


def immutables():
    import immutables as m

    for i in range(_MANY):
        yield (f"{i}", m.Map({k: k * i for k in range(i)}))


def bitarray():
    from bitarray import bitarray as b
    from bitarray import frozenbitarray as f

    for i in range(_MANY):
        yield (f"{i}", b("01" * i) if i % 2 else f("1" * i))


def bitstring():
    import bitstring as m

    for i in range(_MANY):
        yield (f"{i}", [m.BitArray, m.Bits][i % 2](bin="01" * (i + 1)))


def gmpy2():
    import gmpy2 as m

    for i in range(_MANY):
        yield (f"{i}", [m.mpz, m.mpq, m.mpfr, m.mpc][i % 4](i + 1))


def rustworkx():
    import rustworkx as m

    for i in range(_MANY):
        g = [m.PyGraph, m.PyDiGraph][i % 2]()
        g.add_nodes_from(list(range(i + 2)))
        g.add_edges_from([(0, 1, "a")])
        yield (f"{i}", g)


def flashtext():
    from flashtext import KeywordProcessor as K

    for i in range(_MANY):
        k = K(case_sensitive=bool(i % 2))
        k.add_keywords_from_list([f"w{j}" for j in range(i + 1)])
        yield (f"{i}", k)


def marisa():
    import marisa_trie as m

    for i in range(_MANY):
        yield (
            f"{i}",
            [
                m.Trie(["a", "ab"] * (i + 1)),
                m.BytesTrie([("a", b"x")]),
                m.RecordTrie("<H", [("a", (i,))]),
            ][i % 3],
        )


def meshio():
    import meshio as m
    import numpy as np

    drawn = np.random.RandomState(0)
    for i in range(_MANY):
        yield (f"{i}", m.Mesh(drawn.rand(3 + i, 3), [("triangle", np.array([[0, 1, 2]]))]))


def cattrs():
    import cattrs as m

    for i in range(_MANY):
        yield (
            f"{i}",
            [
                m.BaseValidationError("a", [ValueError()], int),
                m.errors.StructureHandlerNotFoundError("a", int),
            ][i % 2],
        )


def msgspec():
    import msgspec as m

    for i in range(_MANY):
        yield (f"{i}", [m.UNSET, m.Raw(b"1"), m.Meta(gt=i), m.NODEFAULT][i % 4])


def dotmap():
    from dotmap import DotMap

    for i in range(_MANY):
        yield (f"{i}", DotMap(a={"b": i}))


def benedict():
    from benedict import benedict as b

    for i in range(_MANY):
        yield (f"{i}", b({"a": {"b": i}}))


def bigtree():
    from bigtree import Node

    for i in range(_MANY):
        n = Node("a")
        [Node(f"b{j}", parent=n) for j in range(i)]
        yield (f"{i}", n)


def skrebate():
    from skrebate import SURF, MultiSURF, ReliefF

    rows, labels = _rows()
    for i in range(_MANY):
        yield (f"{i}", [ReliefF, SURF, MultiSURF][i % 3](n_features_to_select=2).fit(rows, labels))


def apriori():
    from efficient_apriori import apriori as a

    for i in range(_MANY):
        s, ru = a(
            [("a", "b"), ("a", "c"), ("a", "b", "c")],
            min_support=0.2,
            min_confidence=0.1 + i * 0.05,
        )
        yield (f"{i}", (s, ru) if i % 2 else ru)


def group_lasso():
    from group_lasso import GroupLasso, LogisticGroupLasso

    rows, labels = _rows()
    for i in range(_MANY):
        yield (
            f"{i}",
            GroupLasso(groups=[1, 1, 2, 2], supress_warning=True, n_iter=5 + i).fit(
                rows, rows[:, :1]
            )
            if i % 2
            else LogisticGroupLasso(groups=[1, 1, 2, 2], supress_warning=True, n_iter=5).fit(
                rows, labels
            ),
        )


def asgl():
    import asgl as m

    C = getattr(m, "Regressor", None) or m.ASGL
    for i in range(_MANY):
        yield (f"{i}", C(model="lm", penalization="lasso"))


def smt():
    from smt.surrogate_models import IDW, KRG, LS, QP, RBF

    rows, _ = _rows()
    for i in range(_MANY):
        m = [LS, QP, IDW, RBF, KRG][i % 5](print_global=False)
        m.set_training_values(rows, rows[:, :1])
        m.train()
        yield (f"{i}", m)


def pydoe():
    import pyDOE2 as m

    for i in range(_MANY):
        yield (f"{i}", m.lhs(2 + i % 3, samples=5))


def cvxopt():
    import cvxopt as m

    for i in range(_MANY):
        yield (
            f"{i}",
            [m.matrix([1.0, 2.0]), m.spmatrix([1.0], [0], [0]), m.matrix(i, (2, 2))][i % 3],
        )


def posthocs():
    import scikit_posthocs as m

    rows, _ = _rows()
    for i in range(_MANY):
        yield (f"{i}", m.posthoc_dunn([rows[:20, 0], rows[:20, 1], rows[:20, 2] + i]))


def rtree():
    from rtree import index

    for i in range(_MANY):
        yield (f"{i}", [index.Property(), index.Rtree()][i % 2])


def pyqtree():
    from pyqtree import Index

    for i in range(_MANY):
        t = Index(bbox=(0, 0, 9, 9))
        t.insert(i, (0, 0, 1, 1))
        yield (f"{i}", t)


def sortednp():
    import numpy as np
    import sortednp as m

    for i in range(_MANY):
        yield (f"{i}", m.merge(np.array([1, 2]), np.array([2, i])))


def prefixspan():
    from prefixspan import PrefixSpan

    for i in range(_MANY):
        p = PrefixSpan([[0, 1], [0, 2]])
        yield (f"{i}", p.frequent(1) if i % 2 else p)


def hiclass():
    import numpy as np
    from hiclass import (
        LocalClassifierPerLevel,
        LocalClassifierPerNode,
        LocalClassifierPerParentNode,
    )

    rows, labels = _rows()
    Y = np.array([["a", "b"] if v else ["a", "c"] for v in labels])
    for i in range(_MANY):
        yield (
            f"{i}",
            [LocalClassifierPerNode, LocalClassifierPerLevel, LocalClassifierPerParentNode][
                i % 3
            ]().fit(rows, Y),
        )


def pysubgroup():
    import pysubgroup as ps

    for i in range(_MANY):
        yield (
            f"{i}",
            [
                ps.BinaryTarget("a", True),
                ps.EqualitySelector("a", i),
                ps.Conjunction([]),
                ps.WRAccQF(),
            ][i % 4],
        )


def csaps():
    import numpy as np
    from csaps import CubicSmoothingSpline as C

    for i in range(_MANY):
        yield (f"{i}", C(np.arange(5.0), np.arange(5.0) + i, smooth=0.5))


def periodictable():
    import periodictable as m

    for i in range(_MANY):
        yield (f"{i}", [m.elements[i + 1], m.formula("H2O")][i % 2])


def tdigest():
    import numpy as np
    from tdigest import TDigest

    drawn = np.random.RandomState(0)
    for i in range(_MANY):
        t = TDigest()
        t.batch_update(drawn.rand(10))
        yield (f"{i}", t)


RECIPES = {
    name: value
    for name, value in list(globals().items())
    if callable(value)
    and (not name.startswith("_"))
    and (getattr(value, "__module__", "") == __name__)
}
if __name__ == "__main__":
    genuine_pickles.RECIPES = RECIPES
    genuine_pickles.main()
