"""Batches of graphs, for which torch_geometric makes a class of two others: 2.0 to 2.8."""

from typing import Optional

from .audited_dill import listed
from .pickle_values import Call, Global, TupleItems

__all__ = ["as_data"]

_GETTER = "torch_geometric.data.batch.DynamicInheritanceGetter"
_BATCH = "torch_geometric.data.batch.Batch"
_DATA = ("torch_geometric.data.data.Data", "torch_geometric.data.hetero_data.HeteroData")


def as_data(call: Call) -> Optional[Call]:
    """Return a batch as the object of graphs that it is filled as; nothing where it is none.

    Its class has no method that fills it, and its `__init__` is that of the graphs without any.
    """
    getter = call.func if isinstance(call.func, Call) and call.func.path == _GETTER else None
    if getter is None or getter.how != "new" or listed(getter) or getter.kwargs or call.kwargs:
        return None
    if getter.states or getter.appended or getter.added or getter.pairs or call.how != "reduce":
        return None
    if call.appended or call.added or call.pairs:
        return None
    named = [item.path if isinstance(item, Global) else "" for item in listed(call)]
    if len(named) != 2 or named[0] != _BATCH or named[1] not in _DATA:
        return None
    made = Call(listed(call)[1], TupleItems(), "new", call.at)
    made.states = call.states
    return made
