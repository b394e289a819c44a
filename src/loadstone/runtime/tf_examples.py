"""Records for a program that parses `tf.train.Example`, as estimators are exported.

https://www.tensorflow.org/tutorials/load_data/tfrecord
"""

from typing import Any, Dict, Iterator, List

from . import rows as given
from .rows import MisfitError

Features = Dict[str, str]  # by name: "float32", "int64" or "str"
_OPS = ("ParseExample", "ParseExampleV2")
_WORDS = {1: "float32", 7: "str", 9: "int64"}  # of `DataType`


def features(graph: Any) -> Features:
    """Return what the program takes out of each example, {} where it parses none.

    `graph` is a `GraphDef`; where what it parses cannot be told, nothing is.
    """
    found: Features = {}
    for nodes in [graph.node, *[item.node_def for item in graph.library.function]]:
        by_name = {node.name: node for node in nodes}
        for node in nodes:
            if node.op in _OPS:
                found.update(_of(node, by_name))
    return found


def _of(node: Any, by_name: Dict[str, Any]) -> Iterator[Any]:
    attr = node.attr
    kinds = [*attr["sparse_types"].list.type, *attr["Tdense"].list.type]
    if node.op == "ParseExampleV2":
        names = [key for at in (2, 3) for key in _texts(by_name, node.input[at])]
    else:
        many = attr["Nsparse"].i + attr["Ndense"].i
        names = [key for name in node.input[2 : 2 + many] for key in _texts(by_name, name)]
    if len(names) == len(kinds):
        for name, kind in zip(names, kinds):  # noqa: B905 - Python 3.6 has no `strict`
            if kind in _WORDS:
                yield name, _WORDS[kind]


def _texts(by_name: Dict[str, Any], name: str) -> List[str]:
    """Return the texts of a constant."""
    node = by_name.get(name.split(":", maxsplit=1)[0])
    if node is None or node.op != "Const":
        return []
    tensor = node.attr["value"].tensor
    return [value.decode("utf-8") for value in tensor.string_val]


def examples(tensorflow: Any, rows: Any, wanted: Features) -> Any:
    """Return each record as the bytes of an example; what is None is left out.

    Raises `MisfitError` for a name that the program does not take out of it, and for values of
    another kind.
    """
    import numpy as np

    names = given.names_of(rows)
    strange = [name for name in names if name not in wanted]
    if strange:
        told = ", ".join("`{}`".format(name) for name in list(wanted)[:8])
        why = "the program takes {} out of an example, and not `{}`"
        raise MisfitError(why.format(told, strange[0]), "names")
    columns = {name: list(given.column(rows, name)) for name in names}
    many = len(next(iter(columns.values()), []))
    made = np.empty(many, dtype=object)
    for at in range(many):
        held = {name: values[at] for name, values in columns.items() if not _is_missing(values[at])}
        feature = {name: _feature(tensorflow, name, item, wanted) for name, item in held.items()}
        whole = tensorflow.train.Features(feature=feature)
        made[at] = tensorflow.train.Example(features=whole).SerializeToString()
    return made


def _is_missing(value: Any) -> bool:
    return value is None or (isinstance(value, float) and value != value)  # noqa: PLR0124 - nan


def _feature(tensorflow: Any, name: str, value: Any, wanted: Features) -> Any:
    train, kind = tensorflow.train, wanted[name]
    items = value.tolist() if hasattr(value, "tolist") else value
    items = list(items) if isinstance(items, (list, tuple)) else [items]
    if kind == "str" and all(isinstance(item, (str, bytes)) for item in items):
        texts = [item.encode("utf-8") if isinstance(item, str) else item for item in items]
        return train.Feature(bytes_list=train.BytesList(value=texts))
    if kind == "int64" and all(_is_number(item) and item == int(item) for item in items):
        return train.Feature(int64_list=train.Int64List(value=[int(item) for item in items]))
    if kind == "float32" and all(_is_number(item) for item in items):
        return train.Feature(float_list=train.FloatList(value=[float(item) for item in items]))
    why = "`{}` takes {}, and a record holds another value".format(name, kind)
    raise MisfitError(why, "dtype")


def _is_number(value: Any) -> bool:
    return isinstance(value, (int, float)) and value - value == 0  # neither nan nor inf
